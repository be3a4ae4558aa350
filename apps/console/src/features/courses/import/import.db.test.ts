import {
  addCourseStaff,
  commandLine,
  createCourse,
  createUser,
  getSessionUser,
  getSettings,
  type SessionUser,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { fund } from "@lyceum/ledger";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { POST as apply } from "#app/(student)/courses/[courseId]/import/apply/route.ts";
import { POST as look } from "#app/(student)/courses/[courseId]/import/preview/route.ts";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import { issueCodes, undoImport } from "./actions.ts";
import type { Applied } from "./apply.ts";
import { noChoices, sentChoices } from "./choices.ts";
import type { PreviewAnswer } from "./preview.ts";
import type { StageLine } from "./stage-line.ts";

vi.mock("server-only", () => ({}));
vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

let drop: () => Promise<void>;
let courseId: string;
const people: Record<"ta" | "otherTa" | "student", SessionUser> = {} as never;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  const db = getDb();
  const endsAt = new Date(Date.now() + 86_400_000);
  const make = (code: string) => db.$transaction((tx) => createCourse(tx, commandLine, { code, name: code, endsAt }));
  const [mine, other] = [await make("MINE"), await make("OTHER")];
  courseId = mine.id;
  const million = { amountNanos: 1_000_000n * 1_000_000_000n, reason: "test" };
  await db.$transaction((tx) => fund(tx, commandLine, { accountId: mine.accountId, ...million }));
  const { terms } = await getSettings(db);
  for (const [index, who] of (["ta", "otherTa", "student"] as const).entries()) {
    const studentId = `P00000${index}`;
    const made = await db.$transaction((tx) =>
      createUser(tx, commandLine, { studentId, name: who, role: "student", password: "correct horse battery" }),
    );
    await db.user.update({ where: { id: made.userId }, data: { termsVersion: terms.version } });
    const found = await getSessionUser(db, made.userId);
    if (!found) throw new Error("the person just made is missing");
    people[who] = found;
    const course = { ta: mine.id, otherTa: other.id, student: null }[who];
    if (course) {
      await db.$transaction((tx) => addCourseStaff(tx, commandLine, { courseId: course, studentId, role: "ta" }));
    }
  }
});
afterAll(() => drop());
beforeEach(() => void Object.assign(request, { origin: "http://console.test", user: people.ta }));

const send = (
  act: typeof look,
  list: string | Uint8Array<ArrayBuffer>,
  choices: object = sentChoices(noChoices),
  id = courseId,
) => {
  const body = new FormData();
  body.set("file", new Blob([list]), "list.csv");
  body.set("choices", JSON.stringify(choices));
  return act(new Request("http://console.test/", { method: "POST", body }), {
    params: Promise.resolve({ courseId: id }),
  });
};

async function linesOf<Result>(response: Response): Promise<StageLine<Result>[]> {
  return (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function endOf<Result>(response: Response): Promise<Result> {
  const end = (await linesOf<Result>(response)).at(-1);
  if (end?.kind !== "end" || !end.ok) throw new Error(JSON.stringify(end));
  return end.result;
}

async function bring(list: string): Promise<Applied> {
  const answer = await endOf<PreviewAnswer>(await send(look, list));
  if (!answer.ok) throw new Error(answer.message);
  const { expected } = answer.preview;
  return endOf<Applied>(await send(apply, list, { ...sentChoices(noChoices), expected }));
}

const state = async () => [await getDb().courseMember.count(), await getDb().auditEntry.count()];
const row = "学号,姓名\n00123456,甲\n";
const expected = { added: 1, changed: 0, gone: 0 };

describe("the import of a class list", () => {
  it.each(["student", "otherTa"] as const)("doesn't exist for a %s, in any way, and changes nothing", async (who) => {
    request.user = people.ta;
    const { importId } = await bring("学号,姓名\n00770001,甲\n");
    const before = await state();
    request.user = people[who];
    expect((await send(look, row)).status).toBe(404);
    expect((await send(apply, row, { ...sentChoices(noChoices), expected })).status).toBe(404);
    expect(await issueCodes({ courseId, onlyMissing: true })).toMatchObject({ ok: false, code: "not_found" });
    expect(await undoImport({ courseId, importId: importId ?? "" })).toMatchObject({ ok: false, code: "not_found" });
    expect(await state()).toEqual(before);
    request.user = people.ta;
    expect(await undoImport({ courseId, importId: importId ?? "" })).toMatchObject({ ok: true });
  });

  it("refuses other sites, courses that aren't, what is no list, and more than a list may be", async () => {
    expect((await send(look, row, sentChoices(noChoices), "nothing")).status).toBe(404);
    expect((await send(look, row, { fields: "all" })).status).toBe(400);
    expect((await send(apply, row)).status).toBe(400);
    expect((await send(look, new Uint8Array(12_100_000))).status).toBe(413);
    request.origin = "http://evil.example";
    expect((await send(look, row)).status).toBe(403);
    request.origin = "http://console.test";
    request.user = null;
    expect((await send(look, row)).status).toBe(404);
  });

  it("gives money along with it, both or neither, and takes both back; the same again moves nothing", async () => {
    const list = "学号,姓名\n00550001,甲\n00550002,乙\n";
    const keep = { ...sentChoices(noChoices), keepMissing: true };
    const write = async (amount: string) => {
      const answer = await endOf<PreviewAnswer>(await send(look, list, keep));
      if (!answer.ok) throw new Error(answer.message);
      const money = { every: "once", mode: "top-up-to", amount, lastDay: "", reason: "r" };
      return send(apply, list, { ...keep, expected: answer.preview.expected, money });
    };
    const books = async () => [
      ...(await state()),
      await getDb().waitingGrant.count(),
      await getDb().ledgerEntry.count(),
    ];
    const before = await books();
    const refused = (await linesOf(await write("600000"))).at(-1);
    expect(refused).toMatchObject({ ok: false, message: expect.stringMatching(/还差 200000|lacks 200000/) });
    expect(await books()).toEqual(before);
    const applied = await endOf<Applied>(await write("20"));
    expect(applied).toMatchObject({ added: 2, money: { people: 2, given: "40" } });
    const after = await books();
    expect(await endOf<Applied>(await write("20"))).toMatchObject({ importId: null, money: { people: 0, given: "0" } });
    expect(await books()).toEqual(after);
    const undone = await undoImport({ courseId, importId: applied.importId ?? "" });
    expect(undone).toMatchObject({ ok: true, data: { undone: 2, returnedNanos: 40_000_000_000n } });
  });

  it("gives its money once where it is sent again because no reply came", async () => {
    const list = "学号,姓名\n00550009,丙\n";
    const keep = { ...sentChoices(noChoices), keepMissing: true };
    const actId = crypto.randomUUID();
    const write = async () => {
      const answer = await endOf<PreviewAnswer>(await send(look, list, keep));
      if (!answer.ok) throw new Error(answer.message);
      const money = { every: "once", mode: "add", amount: "20", lastDay: "", reason: "r" };
      return send(apply, list, { ...keep, expected: answer.preview.expected, money, actId });
    };
    const applied = await endOf<Applied>(await write());
    expect(applied).toMatchObject({ added: 1, money: { people: 1, given: "20" } });
    const again = (await linesOf(await write())).at(-1);
    expect(again).toMatchObject({
      ok: false,
      message: expect.stringMatching(/只是没有收到回应|only the answer got lost/),
    });
    expect(await undoImport({ courseId, importId: applied.importId ?? "" })).toMatchObject({
      ...{ ok: true, data: { undone: 1, returnedNanos: 20_000_000_000n } },
    });
  });

  it("is refused as a whole where the course has changed since the preview", async () => {
    const before = await state();
    const answer = await send(apply, row, { ...sentChoices(noChoices), expected: { ...expected, added: 2 } });
    const end = (await linesOf(answer)).at(-1);
    expect(end).toMatchObject({ kind: "end", ok: false, message: expect.stringContaining("since the preview") });
    expect(await state()).toEqual(before);
  });

  it("takes 5,000 rows in a few seconds, says what it is doing, and makes their codes once", async () => {
    const list = `学号,姓名,班级\n${Array.from({ length: 5_000 }, (_, index) => `00${100_000 + index},学生${index},${index % 9} 班`).join("\n")}`;
    // Of this process alone, about a second: the clock on the wall also measures what else the machine does.
    const begun = process.cpuUsage();
    const answer = await endOf<PreviewAnswer>(await send(look, list));
    if (!answer.ok) throw new Error(answer.message);
    expect(answer.preview.new).toHaveLength(5_000);
    expect(answer.money).toMatchObject({ available: "1000000", listed: [{ now: "0", count: 5_000 }], joining: 5_000 });
    const money = { every: "week", mode: "top-up-to", amount: "20", lastDay: "", reason: "r" };
    const written = await send(apply, list, { ...sentChoices(noChoices), expected: answer.preview.expected, money });
    const lines = await linesOf<Applied>(written);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(10_000);
    expect(lines.map((line) => (line.kind === "stage" ? line.stage : line.ok))).toEqual(["comparing", "writing", true]);
    expect(lines.at(-1)).toMatchObject({ result: { money: { people: 5_000, given: "100000" } } });
    expect(await bring(list)).toMatchObject({ importId: null, added: 0, changed: 0, gone: 0, known: 5_000 });

    const made = await issueCodes({ courseId, onlyMissing: true });
    expect(made.ok && made.data.length).toBe(5_000);
    expect(await issueCodes({ courseId, onlyMissing: true })).toMatchObject({ ok: true, data: [] });
  }, 120_000);
});
