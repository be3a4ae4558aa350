import {
  commandLine,
  createUser,
  endOwnSessions,
  getSessionUser,
  getSettings,
  type SessionUser,
  writeAudit,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { AppError } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { getDb } from "./db.ts";
import { defineAction, definePublicAction } from "./define-action.ts";
import { request, useDatabase } from "./testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("./testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("./testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("./testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("./testing/next-edges.ts")).edges["next-intl/server"]);

const origin = "http://console.test";
let drop: () => Promise<void>;
let admin: SessionUser;
let student: SessionUser;

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const { terms } = await getSettings(getDb());
  const person = async (studentId: string, role: "admin" | "student") => {
    const { userId } = await getDb().$transaction((tx) =>
      createUser(tx, commandLine, { studentId, name: studentId, role, password: "correct horse battery" }),
    );
    await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
    const user = await getSessionUser(getDb(), userId);
    if (!user) throw new Error("the person just made is missing");
    return user;
  };
  [admin, student] = [await person("ADMIN1", "admin"), await person("S000001", "student")];
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin, user: admin, refreshes: 0 });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

/** Writes a group, so that a rollback can be seen. */
const writes = defineAction({
  role: "admin",
  input: z.object({ id: z.string().min(3), ending: z.enum(["ok", "taken", "crash", "no audit", "ended"]) }),
  fields: { name_taken: "id" },
  audit: "group.create",
  run: async ({ tx, db, actor, input, audit }) => {
    if (input.ending === "ended")
      await db.user.update({ where: { id: actor.id }, data: { sessionVersion: { increment: 1 } } });
    await tx.group.create({ data: { id: input.id, name: input.id } });
    if (input.ending === "taken") throw new AppError("name_taken", { parameters: { name: input.id } });
    if (input.ending === "crash") throw new Error("secret detail");
    if (input.ending === "ok" || input.ending === "ended") audit({ targetKind: "group", targetId: input.id });
    return { made: input.id };
  },
});
/** Adds a group a time, so that doing it twice can be seen. */
const adds = defineAction({
  role: "any",
  input: z.object({ id: z.string(), fails: z.boolean() }),
  once: true,
  run: async ({ tx, input }) => {
    const name = `${input.id} ${await tx.group.count({ where: { id: { startsWith: input.id } } })}`;
    await tx.group.create({ data: { id: name, name } });
    if (input.fails) throw new AppError("not_found");
    return { name };
  },
});
const added = (id: string) => getDb().group.count({ where: { id: { startsWith: id } } });
const exists = async (id: string) => (await getDb().group.count({ where: { id } })) === 1;
const trailOf = (targetId: string) => getDb().auditEntry.findMany({ where: { targetId } });

describe("defineAction", () => {
  it("commits the act with its audit row, who and from where, and draws the page again", async () => {
    expect(await writes({ id: "made", ending: "ok" })).toEqual({ ok: true, data: { made: "made" } });
    expect(await exists("made")).toBe(true);
    expect(await trailOf("made")).toMatchObject([{ action: "group.create", actorId: admin.id, ip: "10.1.2.3" }]);
    expect(request.refreshes).toBe(1);
  });

  it.each([
    ["missing", null],
    ["foreign", "http://evil.example"],
    ["opaque", "null"],
  ])("refuses a %s Origin before anything runs", async (_, sent) => {
    request.origin = sent;
    expect(await writes({ id: "foreign", ending: "ok" })).toMatchObject({ ok: false, code: "foreign_origin" });
    expect(await exists("foreign")).toBe(false);
  });

  it("refuses the signed-out", async () => {
    request.user = null;
    expect(await writes({ id: "nobody", ending: "ok" })).toMatchObject({ ok: false, code: "signed_out" });
    expect(await exists("nobody")).toBe(false);
  });

  it("answers a wrong role as if the action did not exist, whatever the input", async () => {
    request.user = student;
    expect(await writes({ id: "student", ending: "ok" })).toMatchObject({ ok: false, code: "not_found" });
    expect(await writes({} as never)).toMatchObject({ ok: false, code: "not_found" });
    expect(await exists("student")).toBe(false);
  });

  it("refuses while new terms or a one-time password are due", async () => {
    for (const due of [{ termsVersion: null }, { mustChangePassword: true }]) {
      request.user = { ...admin, ...due };
      expect(await writes({ id: "due", ending: "ok" })).toMatchObject({ ok: false, code: "step_due" });
    }
    expect(await exists("due")).toBe(false);
  });

  it("names the bad fields and runs nothing", async () => {
    const answer = await writes({ id: "x", ending: "later" } as never);
    expect(answer).toMatchObject({ ok: false, code: "invalid_input" });
    expect(answer.ok === false && Object.keys(answer.fieldErrors ?? {}).sort()).toEqual(["ending", "id"]);
    expect(request.refreshes).toBe(0);
  });

  it("takes what the database can't keep out of what was pasted, however deep it stands", async () => {
    expect(await writes({ id: "pasted\0 text \ud83d", ending: "ok" })).toEqual({
      ok: true,
      data: { made: "pasted text \ufffd" },
    });
    const deep = defineAction({
      role: "admin",
      input: z.object({ rows: z.array(z.object({ name: z.string() })) }),
      run: async ({ tx, actor, input }) => {
        await writeAudit(tx, actor, { action: "x", targetKind: "x", targetId: "deep", targetName: "", detail: input });
      },
    });
    expect(await deep({ rows: [{ name: "a\0\udc00" }] })).toMatchObject({ ok: true });
    expect(await trailOf("deep")).toMatchObject([{ detail: { rows: [{ name: "a\ufffd" }] } }]);
  });

  it("puts an AppError's public sentence at the field its code belongs to, and rolls back", async () => {
    const message = new AppError("name_taken", { parameters: { name: "taken" } }).sentence("en");
    const answer = await writes({ id: "taken", ending: "taken" });
    expect(answer).toEqual({ ok: false, code: "name_taken", message, fieldErrors: { id: message } });
    expect(await exists("taken")).toBe(false);
  });

  it("rolls back what crashed, and keeps the reason to the log", async () => {
    const answer = await writes({ id: "crashed", ending: "crash" });
    expect(answer).toMatchObject({ ok: false, code: "internal" });
    expect(JSON.stringify(answer)).not.toContain("secret detail");
    expect(console.error).toHaveBeenCalled();
    expect(await exists("crashed")).toBe(false);
  });

  it("rolls back an act whose session was ended while it ran", async () => {
    expect(await writes({ id: "ended", ending: "ended" })).toMatchObject({ ok: false, code: "signed_out" });
    expect(await exists("ended")).toBe(false);
    expect(await trailOf("ended")).toEqual([]);
    await getDb().user.update({ where: { id: admin.id }, data: { sessionVersion: admin.sessionVersion } });
  });

  it("keeps an act that ends the caller's own session, as it says it does", async () => {
    const ending = (endsSession: () => boolean) =>
      defineAction({
        role: "admin",
        input: z.object({}),
        endsSession,
        run: ({ tx, actor }) => endOwnSessions(tx, actor, { userId: actor.id }),
      })({});
    expect(await ending(() => false)).toMatchObject({ ok: false, code: "signed_out" });
    expect(await ending(() => true)).toMatchObject({ ok: true });
    await getDb().user.update({ where: { id: admin.id }, data: { sessionVersion: admin.sessionVersion } });
  });

  it("rolls back an act that left no trail", async () => {
    expect(await writes({ id: "silent", ending: "no audit" })).toMatchObject({ ok: false, code: "internal" });
    expect(await exists("silent")).toBe(false);
    expect(await trailOf("silent")).toEqual([]);
  });
});

describe("an action that is to happen once", () => {
  const actId = "5f0c7f3e-1d83-4a0b-9a4e-0d6a1f2b3c4d";

  it("does the same under the same id once, at once or later, and shows what was done", async () => {
    const answers = await Promise.all([
      adds({ id: "one", fails: false }, actId),
      adds({ id: "one", fails: false }, actId),
    ]);
    expect(answers.map((answer) => (answer.ok ? "done" : answer.code)).toSorted()).toEqual(["done", "done_before"]);
    expect(await adds({ id: "one", fails: false }, actId)).toMatchObject({ ok: false, code: "done_before" });
    expect(await added("one")).toBe(1);
    expect(request.refreshes).toBe(3);
  });

  it("does something else, another person's, or the same under another id or none", async () => {
    await adds({ id: "two", fails: false }, actId);
    expect((await adds({ id: "three", fails: false }, actId)).ok).toBe(true);
    expect((await adds({ id: "two", fails: false }, crypto.randomUUID())).ok).toBe(true);
    expect((await adds({ id: "two", fails: false })).ok).toBe(true);
    expect((await adds({ id: "two", fails: false }, "no id")).ok).toBe(true);
    request.user = student;
    expect((await adds({ id: "two", fails: false }, actId)).ok).toBe(true);
    expect(await added("two")).toBe(5);
  });

  it("may be tried again where it failed", async () => {
    expect(await adds({ id: "four", fails: true }, actId)).toMatchObject({ ok: false, code: "not_found" });
    expect(await adds({ id: "four", fails: true }, actId)).toMatchObject({ ok: false, code: "not_found" });
    expect((await adds({ id: "four", fails: false }, actId)).ok).toBe(true);
  });
});

describe("definePublicAction", () => {
  const echo = definePublicAction({
    input: z.object({ text: z.string() }),
    run: async ({ input, ip }) => ({ ...input, ip }),
  });

  it("serves the signed-out from our own pages, and nobody from elsewhere", async () => {
    request.user = null;
    expect(await echo({ text: "hello" })).toEqual({ ok: true, data: { text: "hello", ip: "10.1.2.3" } });
    request.origin = "http://evil.example";
    expect(await echo({ text: "hello" })).toMatchObject({ ok: false, code: "foreign_origin" });
  });
});
