import {
  addCourseStaff,
  applyRoster,
  commandLine,
  createCourse,
  createUser,
  getCourse,
  getSessionUser,
  getSettings,
  listCourseMembers,
  listFundings,
  listOwnFundings,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { fund } from "@lyceum/ledger";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import * as actions from "./actions.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const UNIT = 1_000_000_000n;
const nothing = "00000000-0000-7000-8000-000000000000";
let drop: () => Promise<void>;
let count = 0;
let set: Awaited<ReturnType<typeof setScene>>;

async function person() {
  count += 1;
  const studentId = `S${String(count).padStart(6, "0")}`;
  const { terms } = await getSettings(getDb());
  const { userId } = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, { studentId, name: studentId, role: "student", password: "correct horse battery" }),
  );
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const user = await getSessionUser(getDb(), userId);
  if (user === null) throw new Error("the person just made is missing");
  return user;
}

/** ¥100 in the pool, two students, of whom nobody has registered one, a TA and an instructor; and who teaches elsewhere. */
async function setScene() {
  const [student, ta, instructor, elsewhere] = [await person(), await person(), await person(), await person()];
  // Not at the end of a day, as a shell may set it.
  const endsAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 100 * 86_400_000);
  const courseId = await getDb().$transaction(async (tx) => {
    const { id, accountId } = await createCourse(tx, commandLine, { code: "A", name: "A", endsAt });
    const other = await createCourse(tx, commandLine, { code: "B", name: "B", endsAt });
    await fund(tx, commandLine, { accountId, amountNanos: 100n * UNIT, reason: "test", endsAt: null });
    const rows = [{ studentId: student.studentId }, { studentId: "X000001", name: "nobody" }];
    await applyRoster(tx, commandLine, { courseId: id, rows, fileName: "f", digest: "d" });
    await addCourseStaff(tx, commandLine, { courseId: id, studentId: ta.studentId, role: "ta" });
    await addCourseStaff(tx, commandLine, { courseId: id, studentId: instructor.studentId, role: "instructor" });
    await addCourseStaff(tx, commandLine, { courseId: other.id, studentId: elsewhere.studentId, role: "instructor" });
    return id;
  });
  const { rows } = await listCourseMembers(getDb(), commandLine, courseId);
  const memberOf = (studentId: string) => rows.find((row) => row.studentId === studentId)?.id ?? "";
  return { student, ta, instructor, elsewhere, courseId, endsAt, memberOf };
}

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  set = await setScene();
});
afterAll(() => drop());

const add = (memberIds: string[], amount: string) =>
  actions.fundCourseMembers({ courseId: set.courseId, memberIds, mode: "add", amount, reason: "week 1" });
const settings = (changes: object) => ({
  ...{ courseId: set.courseId, name: "A", firstDay: "", lastDay: "", models: [], groupIds: [], defaultAmount: "" },
  ...changes,
});

const byName = { ...actions } as unknown as Record<keyof typeof actions, (input: unknown) => Promise<{ ok: boolean }>>;

describe("every act on a course", () => {
  const day = "2099-01-17";
  const inputs: Record<keyof typeof actions, () => object> = {
    createNewCourse: () => ({ code: "C", name: "C", firstDay: "", lastDay: day }),
    chooseAllMembers: () => ({ view: {} }),
    fundCourseMembers: () => ({ memberIds: [set.memberOf("X000001")], mode: "add", amount: "1", reason: "r" }),
    undoCourseFunding: () => ({ fundingId: nothing }),
    askForMyself: () => ({ mode: "add", amount: "1", reason: "r" }),
    decideForColleague: () => ({ requestId: nothing, grant: true }),
    confirmCourseMember: () => ({ memberId: set.memberOf("X000001") }),
    issueMemberCode: () => ({ memberId: set.memberOf("X000001") }),
    endMembership: () => ({ memberId: set.memberOf("X000001") }),
    fundCoursePool: () => ({ amount: "1", lastDay: "", reason: "r" }),
    setCourseSettings: () => settings({ lastDay: day }),
    addStaff: () => ({ studentId: set.student.studentId, role: "ta" }),
    removeStaff: () => ({ memberId: set.memberOf(set.ta.studentId) }),
    archive: () => ({}),
    copyToNextTerm: () => ({ code: "D", name: "D", firstDay: "", lastDay: day, withStudents: true }),
  };

  it.each(Object.keys(inputs) as (keyof typeof actions)[])(
    "%s is missing for a student and for who teaches elsewhere",
    async (name) => {
      const trail = await getDb().auditEntry.count();
      for (const user of [set.student, set.elsewhere]) {
        request.user = user;
        const answer = await byName[name]({ courseId: set.courseId, ...inputs[name]() });
        expect(answer).toMatchObject({ ok: false, code: "not_found" });
      }
      expect(await getDb().auditEntry.count()).toBe(trail);
    },
  );

  it.each(["setCourseSettings", "addStaff", "removeStaff", "archive", "copyToNextTerm", "fundCoursePool"] as const)(
    "%s is missing for a TA",
    async (name) => {
      request.user = set.ta;
      const answer = await byName[name]({ courseId: set.courseId, ...inputs[name]() });
      expect(answer).toMatchObject({ ok: false, code: "not_found" });
    },
  );
});

describe("money", () => {
  it("is given to all or none, and taken back", async () => {
    request.user = set.ta;
    const everybody = await actions.chooseAllMembers({ courseId: set.courseId, view: {} });
    if (!everybody.ok) throw new Error(everybody.message);
    const ids = everybody.data.map((member) => member.id);
    expect(ids).toHaveLength(2);
    expect(await add(ids, "51")).toMatchObject({ ok: false, message: expect.stringMatching(/need 102.*lacks 2/) });
    const given = await add(ids, "20");
    expect(given).toMatchObject({
      ok: true,
      data: { changed: 2, missing: [], pool: { beforeNanos: 100n * UNIT, afterNanos: 60n * UNIT } },
    });
    const fundingId = (given.ok && given.data.fundingId) || "";
    const undone = await actions.undoCourseFunding({ courseId: set.courseId, fundingId });
    expect(undone).toMatchObject({ ok: true, data: { takenNanos: 20n * UNIT, releasedNanos: 20n * UNIT } });
    const { rows } = await listFundings(getDb(), set.ta, set.courseId);
    expect(rows.map((row) => row.undoneAt === null)).toEqual([false]);
  });

  it("for oneself is asked for, and granted by somebody else", async () => {
    request.user = set.ta;
    expect(await add([set.memberOf(set.ta.studentId)], "1")).toMatchObject({ ok: false, code: "invalid_request" });
    const asked = { courseId: set.courseId, mode: "add" as const, amount: "3", reason: "to try the homework" };
    expect(await actions.askForMyself(asked)).toMatchObject({ ok: true });
    const [open] = await listOwnFundings(getDb(), set.instructor, set.courseId);
    const decision = { courseId: set.courseId, requestId: open?.id ?? "", grant: true };
    expect(await actions.decideForColleague(decision)).toMatchObject({ ok: false, code: "invalid_request" });
    request.user = set.instructor;
    expect(await actions.decideForColleague(decision)).toMatchObject({ ok: true });
    const { rows } = await listCourseMembers(getDb(), set.instructor, set.courseId, { role: "ta" });
    expect(rows.map((row) => row.balanceNanos)).toEqual([3n * UNIT]);
  });
});

describe("settings", () => {
  it("leave the hour of the end alone unless another day is chosen", async () => {
    request.user = set.instructor;
    const { timeZone } = await getSettings(getDb());
    const lastDay = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(set.endsAt);
    const end = async () => (await getCourse(getDb(), set.instructor, set.courseId)).endsAt;
    expect(await actions.setCourseSettings(settings({ name: "New name", lastDay }))).toMatchObject({ ok: true });
    expect(await end()).toEqual(set.endsAt);
    expect(await actions.setCourseSettings(settings({ lastDay: "2099-01-17", defaultAmount: "20" }))).toMatchObject({
      ok: true,
    });
    expect(new Intl.DateTimeFormat("sv-SE", { timeZone }).format(await end())).toBe("2099-01-17");
    const { settings: kept } = await getCourse(getDb(), set.instructor, set.courseId);
    expect(kept).toMatchObject({ name: "A", defaultAmountNanos: 20n * UNIT });
  });
});
