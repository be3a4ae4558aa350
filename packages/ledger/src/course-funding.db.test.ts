import {
  addCourseStaff,
  courseAsOf,
  endMemberships,
  moveCourseEnd,
  undoRoster,
  verifyUser,
  verifyUsers,
} from "@lyceum/db";
import { type AllowanceMode, AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { askOwnFunding, decideOwnFunding } from "./own-funding.ts";
import { fund } from "./post.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { admissionOf, draftOf } from "./testing/ledger-fixture.ts";
import { undoEntry } from "./undo.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(async () => {
  expect(await scene.differences()).toEqual([]);
  await scene.drop();
});

const UNIT = 1_000_000_000n;
async function give(
  courseId: string,
  ids: readonly string[],
  mode: AllowanceMode,
  amountNanos: bigint,
  actor = scene.admin,
) {
  const members = await scene.members(courseId);
  const memberIds = ids.map((id) => members.get(id)?.id ?? newId());
  return scene.act((tx) => fundMembers(tx, actor, { courseId, memberIds, mode, amountNanos, reason: "第一周" }));
}
const moneyOf = async (courseId: string, studentId: string) => {
  const member = (await scene.members(courseId)).get(studentId);
  return { has: member?.balanceNanos, waits: member?.waitingNanos };
};
async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (each: unknown) => each,
  );
  if (error instanceof AppError) return `${error.sentence("zh")} ${error.sentence("en")}`;
  throw error ?? new Error("it was not refused");
}

describe("funding members", () => {
  it("sets, adds and tops up this course's money, and never a person's other money", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const [one, two] = [await scene.student(true), await scene.student(true)];
    await scene.credit(one.accountId, 7n);
    await scene.enrol(courseId, [one.studentId, two.studentId]);
    const ids = [one.studentId, two.studentId];
    expect(await give(courseId, ids, "set-to", 20n)).toMatchObject({ grantedNanos: 40n, takenNanos: 0n });
    expect(await give(courseId, [one.studentId], "add", 5n)).toMatchObject({ grantedNanos: 5n });
    expect(await give(courseId, ids, "top-up-to", 22n)).toMatchObject({ grantedNanos: 2n });
    expect(await give(courseId, ids, "set-to", 3n)).toMatchObject({ grantedNanos: 0n, takenNanos: 41n });
    expect((await scene.account(one.accountId)).balance).toBe(10n);
    expect((await scene.account(two.accountId)).balance).toBe(3n);
    expect(await scene.pool(poolId)).toEqual({ balance: 94n, waiting: 0n, available: 94n });
    const again = await give(courseId, ids, "set-to", 3n);
    expect(again).toMatchObject({ fundingId: null, grantedNanos: 0n, takenNanos: 0n });
    expect(await scene.db.courseFunding.count({ where: { courseId } })).toBe(4);
  });

  it("refuses 197 × 20 against 3,900 whole, and says what is lacking", async () => {
    const { courseId, poolId } = await scene.course(3_900n * UNIT);
    await scene.enrol(
      courseId,
      Array.from({ length: 197 }, () => scene.unknownId()),
    );
    const ids = [...(await scene.members(courseId)).keys()];
    const said = await refusalOf(give(courseId, ids, "add", 20n * UNIT));
    expect(said).toContain("197 people need 3940, the course's pool has 3900 and lacks 40; nothing was changed.");
    expect(said).toContain("还差 40，");
    expect(await scene.pool(poolId)).toMatchObject({ balance: 3_900n * UNIT, waiting: 0n });
    expect(await give(courseId, ids.slice(0, 195), "add", 20n * UNIT)).toMatchObject({ waitingNanos: 3_900n * UNIT });
    expect(await scene.pool(poolId)).toMatchObject({ balance: 3_900n * UNIT, available: 0n });
  });

  it("cannot overspend a pool when two TAs apply at the same moment", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const people = await Promise.all([true, true, false, false].map((isProven) => scene.student(isProven)));
    await scene.enrol(
      courseId,
      people.map((each) => each.studentId),
    );
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        give(courseId, [people[i % 4]?.studentId ?? "", people[(i + 1) % 4]?.studentId ?? ""], "add", 10n),
      ),
    );
    expect(answers.filter((each) => each.status === "fulfilled")).toHaveLength(5);
    expect((await scene.pool(poolId)).available).toBe(0n);
  });

  it("takes no more than running requests leave, and says so", async () => {
    const { courseId } = await scene.course(100n);
    const one = await scene.student(true);
    await scene.enrol(courseId, [one.studentId]);
    await give(courseId, [one.studentId], "set-to", 20n);
    const ledger = await scene.ledger();
    const request = admissionOf(one, 15n);
    await ledger.admit(request);
    const set = await give(courseId, [one.studentId], "set-to", 0n);
    expect(set).toMatchObject({ takenNanos: 5n, members: [{ missingNanos: 15n, afterNanos: 15n }] });
    await ledger.settle(draftOf(one, 4n, { requestId: request.requestId }));
  });

  it("uses what set-to takes from one for another", async () => {
    const { courseId } = await scene.course(30n);
    const [one, two] = [await scene.student(true), await scene.student(false)];
    await scene.enrol(courseId, [one.studentId, two.studentId]);
    await give(courseId, [one.studentId], "set-to", 25n);
    expect(await give(courseId, [one.studentId, two.studentId], "set-to", 15n)).toMatchObject({
      takenNanos: 10n,
      waitingNanos: 15n,
    });
  });

  it("knows no members of another course, no strangers, and no course that has ended", async () => {
    const [mine, other] = [await scene.course(100n), await scene.course(100n)];
    const one = await scene.student(true);
    await scene.enrol(other.courseId, [one.studentId]);
    const members = await scene.members(other.courseId);
    const memberIds = [members.get(one.studentId)?.id ?? ""];
    const order = { memberIds, mode: "add", amountNanos: 1n, reason: "r" } as const;
    const said = await refusalOf(
      scene.act((tx) => fundMembers(tx, scene.admin, { ...order, courseId: mine.courseId })),
    );
    expect(said).toContain("There is nothing here.");
    await scene.query("update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = $1", [
      other.courseId,
    ]);
    expect(await refusalOf(give(other.courseId, [one.studentId], "add", 1n))).toContain("has ended");
  });
});

describe("money that waits", () => {
  it("is set aside in the pool, and granted when the person registers and proves the ID", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const one = await scene.student(false);
    await scene.enrol(courseId, [one.studentId]);
    await give(courseId, [one.studentId], "add", 60n);
    await give(courseId, [one.studentId], "add", 10n);
    expect(await scene.pool(poolId)).toEqual({ balance: 100n, waiting: 70n, available: 30n });
    expect((await scene.account(one.accountId)).balance).toBe(0n);
    expect(await refusalOf(give(courseId, [one.studentId], "add", 31n))).toContain("lacks 0.000000001");
    await scene.act((tx) => verifyUser(tx, scene.admin, { userId: one.userId }));
    expect(await scene.pool(poolId)).toEqual({ balance: 30n, waiting: 0n, available: 30n });
    expect((await scene.account(one.accountId)).balance).toBe(70n);
    expect(await moneyOf(courseId, one.studentId)).toEqual({ has: 70n, waits: 0n });
    await scene.act((tx) => verifyUser(tx, scene.admin, { userId: one.userId }));
    expect((await scene.account(one.accountId)).balance).toBe(70n);
  });

  it("comes to many at once, crosswise in several courses, while these are funded, without a deadlock", async () => {
    const courses = [await scene.course(1_000n), await scene.course(1_000n)];
    const people = await Promise.all(Array.from({ length: 8 }, () => scene.student(false)));
    const inCourse = (which: number) => people.filter((_, i) => i % 2 === which).map((each) => each.studentId);
    for (const [which, course] of courses.entries()) await scene.enrol(course.courseId, inCourse(which));
    const verify = (places: readonly number[]) =>
      scene.act((tx) => verifyUsers(tx, scene.admin, { userIds: places.map((i) => people[i]?.userId ?? "") }));
    await Promise.all([
      verify([0, 1, 2, 3]),
      verify([3, 2, 5, 4]),
      verify([7, 6, 1, 0]),
      ...courses.map((course, which) => give(course.courseId, inCourse(which), "add", 10n)),
    ]);
    for (const { accountId } of people) expect((await scene.account(accountId)).balance).toBe(10n);
  });

  it("goes down as up, and is released when the member leaves or the import is undone", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const [one, two] = [scene.unknownId(), scene.unknownId()];
    const { importId } = await scene.enrol(courseId, [one, two]);
    await give(courseId, [one, two], "set-to", 20n);
    expect(await give(courseId, [one], "set-to", 5n)).toMatchObject({ takenNanos: 15n, waitingNanos: 0n });
    expect(await scene.pool(poolId)).toMatchObject({ waiting: 25n });
    const memberIds = [(await scene.members(courseId)).get(one)?.id ?? ""];
    const ended = await scene.act((tx) => endMemberships(tx, scene.admin, { courseId, memberIds }));
    expect(ended).toEqual({ releasedNanos: 5n });
    const undone = await scene.act((tx) => undoRoster(tx, scene.admin, { courseId, importId: importId ?? "" }));
    expect(undone).toEqual({ undone: 1, kept: 1, releasedNanos: 20n });
    expect(await scene.pool(poolId)).toEqual({ balance: 100n, waiting: 0n, available: 100n });
  });

  it("is released when the course ends, and its leftovers return to the pool", async () => {
    const endsAt = new Date(Date.now() + 86_400_000);
    const { courseId, poolId } = await scene.course(100n, { endsAt });
    const [one, two] = [await scene.student(true), scene.unknownId()];
    await scene.enrol(courseId, [one.studentId, two]);
    await give(courseId, [one.studentId, two], "add", 30n);
    const ledger = await scene.ledger();
    await ledger.settle(draftOf(one, 12n));
    await scene.query("update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = $1", [
      courseId,
    ]);
    await scene.query(
      "update waiting_grant set ends_at = clock_timestamp() - interval '1 millisecond' where course_id = $1",
      [courseId],
    );
    await scene.end(one.accountId);
    await scene.query("select tend_waiting()");
    await scene.query("select expire_credits()");
    expect(await scene.pool(poolId)).toEqual({ balance: 88n, waiting: 0n, available: 88n });
    expect((await scene.account(one.accountId)).balance).toBe(0n);
  });

  it("lapses, latest first, where the pool's own money ends; whoever comes first is served", async () => {
    const { courseId, poolId } = await scene.course(20n);
    await scene.credit(poolId, 30n, new Date(Date.now() + 86_400_000));
    const people = [await scene.student(false), await scene.student(false), await scene.student(false)];
    await scene.enrol(
      courseId,
      people.map((each) => each.studentId),
    );
    for (const each of people) await give(courseId, [each.studentId], "add", 15n);
    await scene.query(
      "update credit set ends_at = clock_timestamp() - interval '1 millisecond' where account_id = $1 and ends_at is not null",
      [poolId],
    );
    await scene.query("update account set next_end_at = clock_timestamp() - interval '1 millisecond' where id = $1", [
      poolId,
    ]);
    const [, second, third] = people;
    await scene.act((tx) => verifyUser(tx, scene.admin, { userId: third?.userId ?? "" }));
    expect((await scene.account(third?.accountId ?? "")).balance).toBe(15n);
    await scene.query("select expire_credits()");
    await scene.query("select tend_waiting()");
    expect(await scene.pool(poolId)).toEqual({ balance: 5n, waiting: 0n, available: 5n });
    await scene.act((tx) => verifyUser(tx, scene.admin, { userId: second?.userId ?? "" }));
    expect((await scene.account(second?.accountId ?? "")).balance).toBe(0n);
  });

  it("is not taken from under whoever waits by undoing the pool's top-up", async () => {
    const { courseId, poolId } = await scene.course(0n);
    const topUp = await scene.act((tx) => fund(tx, scene.admin, { accountId: poolId, amountNanos: 50n, reason: "r" }));
    const id = scene.unknownId();
    await scene.enrol(courseId, [id]);
    await give(courseId, [id], "add", 20n);
    const undo = () => scene.act((tx) => undoEntry(tx, scene.admin, { entryId: topUp.entryIds[0] ?? "" }));
    expect(await undo()).toMatchObject({ takenNanos: 30n, heldNanos: 20n });
    expect(await refusalOf(undo())).toContain("set aside for members");
    await give(courseId, [id], "set-to", 0n);
    expect(await undo()).toMatchObject({ takenNanos: 20n, heldNanos: 0n });
  });
});

describe("moving the end of a course", () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  const endsOf = async (accountId: string) => {
    const credits = await scene.db.credit.findMany({
      where: { accountId },
      orderBy: { amountNanos: "asc" },
      select: { endsAt: true },
    });
    return credits.map((credit) => credit.endsAt);
  };

  it("moves what ends with it and what waits, but nothing past the end of the pool's money, and no other money", async () => {
    const [first, second, poolEnd] = [inDays(30), inDays(90), inDays(60)];
    const { courseId, poolId } = await scene.course(7n, { endsAt: first, poolEndsAt: poolEnd });
    await scene.credit(poolId, 100n);
    const [one, two] = [await scene.student(true), scene.unknownId()];
    await scene.credit(one.accountId, 1n, inDays(10));
    await scene.enrol(courseId, [one.studentId, two]);
    await give(courseId, [one.studentId], "add", 20n);
    await give(courseId, [two], "add", 5n);
    const own = (await endsOf(one.accountId))[0];
    expect(await endsOf(one.accountId)).toEqual([own, first, first]);
    await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt: second }));
    expect(await endsOf(one.accountId)).toEqual([own, poolEnd, second]);
    const waiting = await scene.db.waitingGrant.findFirstOrThrow({ where: { courseId } });
    expect(waiting.endsAt).toEqual(second);
    const soon = inDays(5);
    await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt: soon }));
    expect(await endsOf(one.accountId)).toEqual([own, soon, soon]);
    const { nextEndAt } = await scene.db.account.findUniqueOrThrow({ where: { id: one.accountId } });
    expect(nextEndAt).toEqual(soon);
    const past = scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt: new Date(0) }));
    expect(await refusalOf(past)).toContain("must lie in the future");
  });
});

describe("undoFunding", () => {
  it("takes back from everybody what is left, frees what waits, and works once", async () => {
    const { courseId, poolId } = await scene.course(100n);
    const [one, two, three] = [await scene.student(true), await scene.student(false), scene.unknownId()];
    await scene.enrol(courseId, [one.studentId, two.studentId, three]);
    await give(courseId, [one.studentId], "add", 5n);
    const { fundingId } = await give(courseId, [one.studentId, two.studentId, three], "add", 20n);
    await scene.act((tx) => verifyUser(tx, scene.admin, { userId: two.userId }));
    const ledger = await scene.ledger();
    await ledger.settle(draftOf(two, 8n));
    const undo = () => scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId: fundingId ?? "" }));
    expect(await undo()).toEqual({ takenNanos: 32n, releasedNanos: 20n, heldNanos: 0n, goneNanos: 8n });
    expect((await scene.account(one.accountId)).balance).toBe(5n);
    expect(await scene.pool(poolId)).toEqual({ balance: 87n, waiting: 0n, available: 87n });
    expect(await refusalOf(undo())).toContain("undone already");
  });

  it("does not call spent what went back to the pool before", async () => {
    const { courseId } = await scene.course(100n);
    const one = await scene.student(true);
    await scene.enrol(courseId, [one.studentId]);
    const { fundingId } = await give(courseId, [one.studentId], "add", 20n);
    await give(courseId, [one.studentId], "set-to", 5n);
    const undone = await scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId: fundingId ?? "" }));
    expect(undone).toMatchObject({ takenNanos: 5n, goneNanos: 15n });
    const { detail } = await scene.one<{ detail: object }>(
      "select detail from audit_entry where action = 'course.undo-funding' and detail ->> 'funding' = $1",
      [fundingId],
    );
    expect(detail).toMatchObject({ taken: "0.000000005", gone: "0.000000015" });
    expect(detail).not.toHaveProperty("spent");
  });
});

describe("a TA's own balance", () => {
  async function taught() {
    const { courseId } = await scene.course(100n);
    const [ta, colleague, student] = await Promise.all([true, true, true].map((each) => scene.student(each)));
    if (!ta || !colleague || !student) throw new Error("three people");
    await scene.enrol(courseId, [student.studentId]);
    for (const { studentId } of [ta, colleague]) {
      await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId, role: "ta" }));
    }
    return { courseId, ta, colleague, student };
  }

  it("is not raised by the TA, alone or among others, but may be lowered", async () => {
    const { courseId, ta, colleague, student } = await taught();
    for (const ids of [[ta.studentId], [student.studentId, ta.studentId]]) {
      expect(await refusalOf(give(courseId, ids, "add", 5n, ta.actor))).toContain("nobody raises the own balance");
    }
    expect((await scene.account(student.accountId)).balance).toBe(0n);
    await give(courseId, [ta.studentId], "add", 5n, colleague.actor);
    expect(await give(courseId, [ta.studentId], "set-to", 1n, ta.actor)).toMatchObject({ takenNanos: 4n });
  });

  it("is raised when a second person grants what was asked for, once", async () => {
    const { courseId, ta, colleague } = await taught();
    const ask = () =>
      scene.act((tx) => askOwnFunding(tx, ta.actor, { courseId, mode: "add", amountNanos: 9n, reason: "备课" }));
    const { requestId } = await ask();
    expect(await refusalOf(ask())).toContain("waiting already");
    const decide = (actor = colleague.actor, grant = true) =>
      scene.act((tx) => decideOwnFunding(tx, actor, { courseId, requestId, grant }));
    expect(await refusalOf(decide(ta.actor))).toContain("somebody else");
    expect(await decide()).toMatchObject({ grantedNanos: 9n });
    expect((await scene.account(ta.accountId)).balance).toBe(9n);
    expect(await refusalOf(decide())).toContain("There is nothing here.");
  });
});

it("says what everybody had at a moment in the past", async () => {
  const { courseId } = await scene.course(100n);
  const [one, two] = [await scene.student(true), scene.unknownId()];
  await scene.enrol(courseId, [one.studentId, two]);
  await give(courseId, [one.studentId, two], "add", 20n);
  const ledger = await scene.ledger();
  await ledger.settle(draftOf(one, 6n));
  await scene.query("select pg_sleep(0.01)");
  const { now } = await scene.one<{ now: Date }>("select clock_timestamp() as now");
  await scene.query("select pg_sleep(0.01)");
  await give(courseId, [one.studentId, two], "set-to", 1n);
  const then = await courseAsOf(scene.db, scene.admin, courseId, now);
  expect(then).toMatchObject([
    { studentId: one.studentId, balanceNanos: 14n, grantedNanos: 20n, spentNanos: 6n, waitingNanos: 0n },
    { studentId: two, balanceNanos: 0n, waitingNanos: 20n },
  ]);
  expect(await courseAsOf(scene.db, scene.admin, courseId, new Date(0))).toEqual([]);
});
