import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  addCourseStaff,
  applyRoster,
  archiveCourse,
  copyCourse,
  createCourse,
  getCourse,
  getCourseByCode,
  listCourseMembers,
  moveCourseEnd,
  removeCourseStaff,
  type StaffRole,
  type Tx,
  updateCourse,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
const inAYear = new Date(Date.now() + 365 * 86_400_000);
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const act = <T>(run: (tx: Tx) => Promise<T>) => fixture.db.$transaction(run);
const create = (code: string, more: object = {}) =>
  act((tx) => createCourse(tx, staff, { code, name: "热力学", endsAt: inAYear, ...more }));
const enrol = (courseId: string, studentIds: readonly string[]) =>
  act((tx) =>
    applyRoster(tx, staff, {
      ...{ courseId, fileName: "f", digest: "d" },
      rows: studentIds.map((studentId) => ({ studentId, name: "x" })),
    }),
  );
const join = (courseId: string, studentId: string, role: StaffRole) =>
  act((tx) => addCourseStaff(tx, staff, { courseId, studentId, role }));
const rolesOf = async (courseId: string) =>
  (await listCourseMembers(fixture.db, staff, courseId)).rows.map((each) => [each.studentId, each.role]);

describe("a course", () => {
  it("keeps what is given, and changes only that", async () => {
    const startsAt = new Date(Date.now() + 86_400_000);
    const { id } = await create("SET-1", { startsAt, models: ["qwen3", "qwen3"], defaultAmountNanos: 20n });
    await act((tx) => updateCourse(tx, staff, { courseId: id, name: "热\0学", advanceNanos: 5n }));
    expect((await getCourse(fixture.db, staff, id)).settings).toEqual({
      ...{ name: "热学", startsAt, models: ["qwen3"], groupIds: [], defaultAmountNanos: 20n, advanceNanos: 5n },
    });
    expect(await fixture.trail(id)).toEqual(["course.create", "course.update"]);
  });

  it("refuses what makes no sense", async () => {
    const { id } = await create("SET-2");
    const wrong: [object, string][] = [
      [{ name: " " }, "invalid_request"],
      [{ name: "\0" }, "invalid_request"],
      [{ groupIds: ["a\0b"] }, "group_not_found"],
      [{ startsAt: new Date(inAYear.getTime() + 1) }, "invalid_request"],
      [{ groupIds: ["no-such-group"] }, "group_not_found"],
      [{ defaultAmountNanos: 0n }, "invalid_amount"],
      [{ advanceNanos: -1n }, "invalid_amount"],
    ];
    for (const [change, code] of wrong) {
      expect(await codeOf(act((tx) => updateCourse(tx, staff, { courseId: id, ...change })))).toBe(code);
      expect(await codeOf(create("SET-3", change))).toBe(code);
    }
    expect(await codeOf(create("SET-2"))).toBe("name_taken");
    expect(await codeOf(create("a b"))).toBe("invalid_request");
    for (const endsAt of [new Date(0), new Date(Number.NaN), new Date(Date.UTC(10_000, 0, 1))]) {
      expect(await codeOf(create("SET-3", { endsAt }))).toBe("invalid_request");
      expect(await codeOf(act((tx) => moveCourseEnd(tx, staff, { courseId: id, endsAt })))).toBe("invalid_request");
    }
    expect(await codeOf(getCourseByCode(fixture.db, "SET-3"))).toBe("invalid_request");
  });

  it("is archived once it has ended, and read-only from then on", async () => {
    const { id } = await create("SET-4");
    const archive = () => codeOf(act((tx) => archiveCourse(tx, staff, { courseId: id })));
    expect(await archive()).toBe("invalid_request");
    await fixture.db
      .$executeRaw`update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = ${id}::uuid`;
    expect([await archive(), await archive()]).toEqual([null, null]);
    expect(await codeOf(enrol(id, ["20260001"]))).toBe("invalid_request");
    expect(await codeOf(act((tx) => updateCourse(tx, staff, { courseId: id, name: "x" })))).toBe("invalid_request");
    expect((await getCourse(fixture.db, staff, id)).archivedAt).not.toBeNull();
    expect(await fixture.trail(id)).toEqual(["course.create", "course.archive"]);
  });

  it("is copied to the next term with settings and staff, students only when asked, and an empty pool", async () => {
    const { id, accountId } = await create("SET-5", { models: ["qwen3"], groupIds: ["default"] });
    await fixture.db.$executeRaw`select post_credit(${accountId}::uuid, 'top-up', 'top-up', 100, null, '', null, 'r')`;
    const ta = await fixture.person();
    await join(id, ta.studentId, "ta");
    await enrol(id, ["20260001", "20260002"]);
    const copy = (code: string, withStudents: boolean) =>
      act((tx) => copyCourse(tx, staff, { courseId: id, code, endsAt: inAYear, withStudents }));
    const [bare, whole] = [await copy("SET-5B", false), await copy("SET-5C", true)];
    expect([bare.members, whole.members]).toEqual([1, 3]);
    expect(await rolesOf(bare.id)).toEqual([[ta.studentId, "ta"]]);
    expect(await getCourse(fixture.db, ta.actor, whole.id)).toMatchObject({
      ...{ name: "热力学", authority: "ta", settings: { models: ["qwen3"], groupIds: ["default"] } },
      numbers: { students: 2, unproven: 2, poolNanos: 0n, availableNanos: 0n },
    });
  });
});

describe("the staff of a course", () => {
  it("are people who have proven their ID and are not disabled", async () => {
    const { id } = await create("STAFF-1");
    const person = await fixture.person();
    await fixture.db.user.update({ where: { id: person.userId }, data: { verifiedAt: null } });
    expect(await codeOf(join(id, person.studentId, "ta"))).toBe("invalid_request");
    await fixture.db.user.update({
      where: { id: person.userId },
      data: { verifiedAt: new Date(), disabledAt: new Date() },
    });
    expect(await codeOf(join(id, person.studentId, "ta"))).toBe("invalid_request");
    expect(await codeOf(join(id, "NOBODY-1", "ta"))).toBe("user_not_found");
    expect(await rolesOf(id)).toEqual([]);
  });

  it("are made of students, change their role, and are gone when they are removed", async () => {
    const { id } = await create("STAFF-2");
    const person = await fixture.person();
    await enrol(id, [person.studentId]);
    const { memberId } = await join(id, person.studentId, "ta");
    expect(await join(id, person.studentId, "ta")).toEqual({ memberId });
    await join(id, person.studentId, "instructor");
    expect(await rolesOf(id)).toEqual([[person.studentId, "instructor"]]);
    expect(await getCourse(fixture.db, person.actor, id)).toMatchObject({ authority: "instructor" });
    const remove = () => act((tx) => removeCourseStaff(tx, staff, { courseId: id, memberId }));
    await remove();
    expect(await codeOf(remove())).toBe("not_found");
    expect(await codeOf(getCourse(fixture.db, person.actor, id))).toBe("not_found");
    expect(await fixture.trail(id)).toEqual([
      ...["course.create", "course.import-roster", "course.add-staff", "course.add-staff", "course.remove-staff"],
    ]);
  });
});

it("finds members by name, standing and use, sorted and by page", async () => {
  const { id } = await create("LIST-1");
  const proven = await fixture.person();
  await enrol(id, ["20260011", "20260012", "20260013", proven.studentId]);
  const list = async (filter: object) => {
    const { rows, total } = await listCourseMembers(fixture.db, staff, id, filter);
    return [rows.map((each) => each.studentId), total];
  };
  expect(await list({ pageSize: 2, page: 2 })).toEqual([["20260013", proven.studentId], 4]);
  expect(await list({ search: "0012" })).toEqual([["20260012"], 1]);
  expect(await list({ search: "%" })).toEqual([[], 0]);
  expect(await list({ search: "0012\0" })).toEqual([["20260012"], 1]);
  expect(await list({ standing: "proven" })).toEqual([[proven.studentId], 1]);
  expect(await list({ use: "used" })).toEqual([[], 0]);
  expect(await list({ use: "low", lowNanos: 1n, sort: "balance", descending: true, pageSize: 1 })).toEqual([
    ["20260011"],
    4,
  ]);
});

describe("a course that an instructor makes", () => {
  it("has an empty pool, no groups, and its maker as instructor; whoever teaches none, or is switched off, makes none", async () => {
    const [person, ta] = [await fixture.person(), await fixture.person()];
    const first = await create("INSTR-1");
    await act((tx) =>
      addCourseStaff(tx, staff, { courseId: first.id, studentId: person.studentId, role: "instructor" }),
    );
    await join(first.id, ta.studentId, "ta");
    const wanted = { code: "INSTR-2", name: "光学", endsAt: inAYear };
    expect(await codeOf(act((tx) => createCourse(tx, ta.actor, wanted)))).toBe("not_found");
    expect(await codeOf(act((tx) => createCourse(tx, person.actor, { ...wanted, groupIds: ["vip"] })))).toBe(
      "not_found",
    );
    const made = await act((tx) => createCourse(tx, person.actor, wanted));
    const [own] = await fixture.db.courseMember.findMany({ where: { courseId: made.id } });
    expect(own).toMatchObject({
      userId: person.userId,
      studentId: person.studentId,
      role: "instructor",
      state: "active",
    });
    const pool = await fixture.db.account.findUniqueOrThrow({ where: { id: made.accountId } });
    expect(pool.balanceNanos).toBe(0n);
    await fixture.db.user.update({ where: { id: person.userId }, data: { disabledAt: new Date() } });
    expect(await codeOf(act((tx) => createCourse(tx, person.actor, { ...wanted, code: "INSTR-3" })))).toBe("not_found");
  });
});
