import { readdirSync } from "node:fs";
import { commandLine, createUser, getSessionUser, getSettings, type SessionUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

type AnyAction = (input: unknown) => Promise<{ ok: boolean; code?: string }>;

/** Who besides admins may call what. Whatever isn't named here must be an admin's: a new action is closed until somebody says so. */
const open: Record<string, "anybody" | "signed-in"> = {
  "account/register": "anybody",
  "account/acceptTerms": "signed-in",
  "account/changePassword": "signed-in",
  "account/claimCourses": "signed-in",
  "balance/setUnpriced": "signed-in",
  // Roles of a course belong to the course: who has none hears not_found from the act itself.
  "courses/askForMyself": "signed-in",
  "courses/chooseAllMembers": "signed-in",
  "courses/confirmCourseMember": "signed-in",
  "courses/decideForColleague": "signed-in",
  "courses/endMembership": "signed-in",
  "courses/fundCourseMembers": "signed-in",
  "courses/issueMemberCode": "signed-in",
  "courses/addStaff": "signed-in",
  "courses/archive": "signed-in",
  "courses/copyToNextTerm": "signed-in",
  "courses/removeStaff": "signed-in",
  "courses/setCourseSettings": "signed-in",
  "courses/undoCourseFunding": "signed-in",
  "keys/createKey": "signed-in",
  "keys/updateKey": "signed-in",
  "keys/disableKey": "signed-in",
  "keys/enableKey": "signed-in",
  "keys/deleteKey": "signed-in",
  "courses/import/issueCodes": "signed-in",
  "courses/import/undoImport": "signed-in",
  "speed/shareRun": "signed-in",
};

const folder = new URL("./", import.meta.url);
const modules = await Promise.all(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("/actions.ts"))
    .sort()
    .map(async (file) => ({
      noun: file.slice(0, -"/actions.ts".length),
      exported: await import(new URL(file, folder).href),
    })),
);
const actions = modules.flatMap(({ noun, exported }) =>
  Object.entries(exported as Record<string, AnyAction>).map(
    ([name, action]) => [`${noun}/${name}` as string, action] as const,
  ),
);

let drop: () => Promise<void>;
let student: SessionUser;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const { terms } = await getSettings(getDb());
  const made = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, {
      studentId: "S000001",
      name: "student",
      role: "student",
      password: "correct horse battery",
    }),
  );
  await getDb().user.update({ where: { id: made.userId }, data: { termsVersion: terms.version } });
  const found = await getSessionUser(getDb(), made.userId);
  if (!found) throw new Error("the person just made is missing");
  student = found;
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin: "http://console.test", user: null, refreshes: 0 });
});

/** Every act writes its trail, so an unchanged trail says that none was done. */
const trail = () => getDb().auditEntry.count();

describe("every action of every feature", () => {
  it("is found, and the list of open ones names none that is gone", () => {
    const names = actions.map(([name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(open).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(actions)("%s refuses a request from another site", async (_, action) => {
    request.origin = "http://evil.example";
    expect(await action({})).toMatchObject({ ok: false, code: "foreign_origin" });
  });

  it.each(actions.filter(([name]) => open[name] !== "anybody"))("%s refuses the signed-out", async (_, action) => {
    const before = await trail();
    expect(await action({})).toMatchObject({ ok: false, code: "signed_out" });
    expect(await trail()).toBe(before);
  });

  it.each(actions.filter(([name]) => open[name] === undefined))(
    "%s does not exist for a student",
    async (_, action) => {
      request.user = student;
      const before = await trail();
      expect(await action({})).toMatchObject({ ok: false, code: "not_found" });
      expect(await trail()).toBe(before);
      expect(request.refreshes).toBe(0);
    },
  );

  it.each(actions.filter(([name]) => open[name] === "signed-in"))("%s serves a student", async (_, action) => {
    request.user = student;
    expect(await action({})).toMatchObject({ ok: false, code: "invalid_input" });
  });
});
