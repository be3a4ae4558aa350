import { getCourse, getSettings, listFundings } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import * as actions from "./actions.ts";
import { type CourseOfPeople, makeCourseOfPeople } from "./testing/course-of-people.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const UNIT = 1_000_000_000n;
const nothing = "00000000-0000-7000-8000-000000000000";
let drop: () => Promise<void>;
let set: CourseOfPeople;

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  set = await makeCourseOfPeople();
});
afterAll(() => drop());

const add = (memberIds: string[], amount: string) =>
  actions.fundCourseMembers({ courseId: set.courseId, memberIds, mode: "add", amount, reason: "week 1" });
const settings = (changes: object) => ({
  ...{
    courseId: set.courseId,
    name: "A",
    firstDay: "",
    lastDay: "",
    models: [],
    groupIds: [],
    defaultAmount: "",
    advance: "",
  },
  ...changes,
});

const byName = { ...actions } as unknown as Record<keyof typeof actions, (input: unknown) => Promise<{ ok: boolean }>>;

describe("every act on a course", () => {
  const day = "2099-01-17";
  const inputs: Record<keyof typeof actions, () => object> = {
    createNewCourse: () => ({ code: "C", name: "C", firstDay: "", lastDay: day }),
    chooseAllMembers: () => ({ view: {} }),
    fundCourseMembers: () => ({ memberIds: [set.memberOf("X000001")], mode: "add", amount: "1", reason: "r" }),
    giveRegularly: () => ({ memberIds: null, mode: "add", period: "week", amount: "1", lastDay: "", reason: "r" }),
    stopRegular: () => ({ allowanceId: nothing }),
    undoCourseFunding: () => ({ fundingId: nothing }),
    confirmCourseMember: () => ({ memberId: set.memberOf("X000001") }),
    issueMemberCode: () => ({ memberId: set.memberOf("X000001") }),
    issueChosenCodes: () => ({ memberIds: [set.memberOf("X000001")], onlyMissing: false }),
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
      // Whoever is instructor elsewhere may make a course of his own.
      for (const user of name === "createNewCourse" ? [set.student] : [set.student, set.elsewhere]) {
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
});

describe("activation codes of a selection", () => {
  it("are made for those who need one, and left out for those who have proven their ID", async () => {
    request.user = set.ta;
    const memberIds = [set.memberOf("X000001"), set.memberOf(set.student.studentId)];
    const issue = async (onlyMissing: boolean) => {
      const answer = await actions.issueChosenCodes({ courseId: set.courseId, memberIds, onlyMissing });
      return answer.ok ? answer.data.map((each) => each.studentId) : answer.code;
    };
    expect(await issue(true)).toEqual(["X000001"]);
    expect([await issue(true), await issue(false)]).toEqual([[], ["X000001"]]);
  });
});

describe("settings", () => {
  it("of who leads the course leave its groups alone, and are missing with others", async () => {
    request.user = set.instructor;
    const { timeZone } = await getSettings(getDb());
    const lastDay = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(set.endsAt);
    const answer = await actions.setCourseSettings(settings({ name: "Other", lastDay, groupIds: ["vip"] }));
    expect(answer).toMatchObject({ ok: false, code: "not_found" });
    expect((await getCourse(getDb(), set.instructor, set.courseId)).settings).toMatchObject({ groupIds: [] });
  });

  it("have no day of a year that is half typed", async () => {
    request.user = set.instructor;
    for (const wrong of [{ lastDay: "0027-01-17" }, { firstDay: "0026-09-01", lastDay: "2099-01-17" }]) {
      const answer = await actions.setCourseSettings(settings(wrong));
      expect(answer).toMatchObject({ ok: false, fieldErrors: { [Object.keys(wrong)[0] ?? ""]: expect.any(String) } });
    }
  });

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
