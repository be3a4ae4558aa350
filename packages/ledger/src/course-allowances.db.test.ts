import { addCourseStaff, advanceOffers, moveCourseEnd, updateCourse } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addAllowances, stopAllowances } from "./allowances.ts";
import { takeAdvance } from "./course-advances.ts";
import { addCourseAllowance, type NewCourseAllowance, stopCourseAllowance } from "./course-allowances.ts";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { fund } from "./post.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";

const ZONE = "Asia/Shanghai";
let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());
afterEach(async () => {
  expect(await scene.differences()).toEqual([]);
  await scene.query("update course_allowance set next_at = null");
});

const weekly = { memberIds: null, mode: "set-to", period: "week", endsAt: null, reason: "weekly" } as const;
const add = (courseId: string, input: Partial<NewCourseAllowance> & { amountNanos: bigint }) =>
  scene.act((tx) => addCourseAllowance(tx, scene.admin, { ...weekly, courseId, ...input }));

/** A course with proven students, and one whose ID nobody has proven. */
async function courseOf(poolNanos: bigint, people: number) {
  const course = await scene.course(poolNanos);
  const students = await Promise.all(Array.from({ length: people }, () => scene.student(true)));
  const unknown = scene.unknownId();
  await scene.enrol(course.courseId, [...students.map((each) => each.studentId), unknown]);
  return { ...course, students, unknown };
}

/** As if the period were over: what ends with it has ended, the next has begun. */
async function nextPeriod(poolId: string): Promise<void> {
  const past = "clock_timestamp() - interval '1 second'";
  const periods = "(select next_at from course_allowance where next_at is not null)";
  await scene.query(`update credit set ends_at = ${past} where pool_id = $1 and is_open and ends_at in ${periods}`, [
    poolId,
  ]);
  await scene.query(`update waiting_grant set ends_at = ${past} where pool_id = $1 and ends_at in ${periods}`, [
    poolId,
  ]);
  await scene.query(`update course_advance set period_at = ${past} where drawn_at is null`);
  await scene.query(`update course_allowance set next_at = ${past}, tried_at = null where next_at is not null`);
}

const drawOne = async () => {
  const { drawn } = await scene.one<{ drawn: number }>("select draw_course_allowances($1) as drawn", [ZONE]);
  return drawn;
};
const tend = async () => {
  for (let steps = 0; steps < 20 && (await drawOne()) > 0; steps++);
};
async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.parameters.reason_en ?? ""}`;
    throw error;
  }
  return "done";
}
const balances = async (courseId: string) =>
  [...(await scene.members(courseId)).values()].map((each) => each.balanceNanos + each.waitingNanos);

const fundingsOf = (courseId: string) =>
  scene.query<{ people: number; granted: string; waiting: string; allowance: string | null }>(
    `select people, granted_nanos as granted, waiting_nanos as waiting, allowance_id as allowance from course_funding where course_id = $1 order by at, id`,
    [courseId],
  );
const noticesOf = (userId: string) =>
  scene.query<{ kind: string; detail: object }>("select kind, detail from notice where user_id = $1 order by id", [
    userId,
  ]);

describe("an allowance of a course", () => {
  it("pays the current period at once, to everybody: set aside for whoever has not proven the ID", async () => {
    const { courseId, poolId } = await courseOf(100n, 2);
    const { drawn, isNew } = await add(courseId, { amountNanos: 20n });
    expect(drawn).toMatchObject({ outcome: "paid", people: 3, neededNanos: 60n, availableNanos: 100n });
    expect(isNew).toBe(true);
    expect(await balances(courseId)).toEqual([20n, 20n, 20n]);
    expect(await scene.pool(poolId)).toEqual({ balance: 60n, waiting: 20n, available: 40n });
    expect(await fundingsOf(courseId)).toMatchObject([{ people: 3, granted: "40", waiting: "20" }]);
  });

  it("is noted on each account for when it comes next, beside what an administrator gives, also when that is stopped", async () => {
    const { courseId, students } = await courseOf(10_000n, 3);
    const members = await scene.members(courseId);
    const [first, second] = students.map((each) => members.get(each.studentId)?.id ?? "");
    await add(courseId, { amountNanos: 20n, period: "month" });
    await add(courseId, { amountNanos: 5n, memberIds: [first ?? "", second ?? ""] });
    const terms = { mode: "add", amountNanos: 1n, period: "day", endsAt: null, courseId: null, reason: "r" } as const;
    const accountIds = students.slice(1).map((each) => each.accountId);
    const allowanceIds = await scene.act((tx) =>
      addAllowances(tx, scene.admin, { accountIds, ...terms, timeZone: ZONE }),
    );
    const noted = () =>
      scene.query(
        "select next_allowance_at is not null as noted, next_allowance_at is not distinct from next_allowance_of(id) as is_right from account where id = any($1)",
        [students.map((each) => each.accountId)],
      );
    const right = students.map(() => ({ noted: true, is_right: true }));
    await scene.act((tx) => stopAllowances(tx, scene.admin, { allowanceIds }));
    expect(await noted()).toEqual(right);
    await scene.query("update account set next_allowance_at = null");
    await scene.query("select note_next_allowances(array(select id from account))");
    expect(await noted()).toEqual(right);
  });

  it("is refused whole, naming what the pool lacks: 197 × 20 against 3,900", async () => {
    const { courseId } = await scene.course(3_900n);
    await scene.enrol(
      courseId,
      Array.from({ length: 197 }, () => scene.unknownId()),
    );
    const refused = await refusalOf(add(courseId, { amountNanos: 20n }));
    expect(refused).toContain("197 people need 0.00000394 for this period");
    expect(refused).toContain("lacks 0.00000004");
    expect(await scene.query("select id from course_allowance where course_id = $1", [courseId])).toEqual([]);
    expect(await fundingsOf(courseId)).toEqual([]);
  });

  it("the same again pays nobody twice, but whoever joined since, once", async () => {
    const { courseId, students } = await courseOf(1_000n, 2);
    const first = await add(courseId, { amountNanos: 20n });
    const again = await add(courseId, { amountNanos: 20n });
    expect(again).toMatchObject({ allowanceId: first.allowanceId, isNew: false, drawn: { outcome: "nothing" } });
    const late = await scene.student(true);
    await scene.enrol(courseId, [late.studentId]);
    await tend();
    expect(await balances(courseId)).toEqual([20n, 20n, 20n, 20n]);
    // Leaving and coming back is no way to more.
    await scene.enrol(
      courseId,
      students.map((each) => each.studentId),
      false,
    );
    await scene.enrol(courseId, [late.studentId]);
    await tend();
    expect(await fundingsOf(courseId)).toHaveLength(2);
  });

  it("comes once a period, whoever looks, and only the current one after downtime; what is left of the last goes back first", async () => {
    const { courseId, poolId } = await courseOf(65n, 2);
    await add(courseId, { amountNanos: 20n });
    await nextPeriod(poolId);
    // The pool had 5 beside the 60 that come back: enough for one period only, because nothing is spent.
    await Promise.all([drawOne(), drawOne(), drawOne()]);
    await tend();
    expect(await balances(courseId)).toEqual([20n, 20n, 20n]);
    expect(await fundingsOf(courseId)).toHaveLength(2);
    expect(await scene.pool(poolId)).toMatchObject({ available: 5n });
  });

  it("tops up to what this course's money falls short of; add comes on top and stays", async () => {
    const { courseId, poolId } = await courseOf(1_000n, 1);
    const [memberId = ""] = [...(await scene.members(courseId)).values()].map((each) => each.id);
    await scene.act((tx) =>
      fundMembers(tx, scene.admin, { courseId, memberIds: [memberId], mode: "add", amountNanos: 15n, reason: "r" }),
    );
    await add(courseId, { amountNanos: 20n, mode: "top-up-to" });
    expect(await balances(courseId)).toEqual([20n, 20n]);
    await nextPeriod(poolId);
    await tend();
    expect(await balances(courseId)).toEqual([20n, 20n]);
    await scene.query("update course_allowance set next_at = null");
    await add(courseId, { amountNanos: 3n, mode: "add" });
    await nextPeriod(poolId);
    await tend();
    // Nothing is left of the topping up, which ended with its period.
    expect((await balances(courseId)).reduce((sum, each) => sum + each)).toBe(15n + 4n * 3n);
  });

  it("a period that the pool can't pay pays nobody; staff are told once; when the pool is filled it is paid", async () => {
    const { courseId, poolId } = await courseOf(100n, 2);
    const ta = await scene.student(true);
    await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId: ta.studentId, role: "ta" }));
    await add(courseId, { amountNanos: 20n, mode: "add" });
    await nextPeriod(poolId);
    await tend();
    await scene.query("update course_allowance set tried_at = clock_timestamp() - interval '2 minutes'");
    await tend();
    expect((await balances(courseId)).toSorted()).toEqual([0n, 20n, 20n, 20n]);
    expect(await noticesOf(ta.userId)).toMatchObject([
      { kind: "course-allowance-missed", detail: { needed: "0.00000006", available: "0.00000004" } },
    ]);
    expect(
      await scene.query("select id from audit_entry where action = 'course.allowance-missed' and target_id = $1", [
        courseId,
      ]),
    ).toHaveLength(1);
    await scene.act((tx) => fund(tx, scene.admin, { accountId: poolId, amountNanos: 20n, reason: "more" }));
    await tend();
    expect(await scene.pool(poolId)).toMatchObject({ available: 0n });
    expect(await fundingsOf(courseId)).toHaveLength(2);
  });

  it("is for students only: staff in a selection are refused, and get nothing of what all get", async () => {
    const { courseId, students } = await courseOf(100n, 1);
    const ta = await scene.student(true);
    const { memberId } = await scene.act((tx) =>
      addCourseStaff(tx, scene.admin, { courseId, studentId: ta.studentId, role: "ta" }),
    );
    const chosen = (await scene.members(courseId)).get(students[0]?.studentId ?? "")?.id ?? "";
    const mine = { ...weekly, courseId, amountNanos: 20n };
    const selected = scene.act((tx) => addCourseAllowance(tx, ta.actor, { ...mine, memberIds: [chosen, memberId] }));
    expect(await refusalOf(selected)).toContain("for students only");
    await scene.act((tx) => addCourseAllowance(tx, ta.actor, { ...mine, memberIds: [chosen] }));
    await scene.act((tx) => addCourseAllowance(tx, ta.actor, mine));
    const members = await scene.members(courseId);
    expect(members.get(ta.studentId)?.balanceNanos).toBe(0n);
    expect(members.get(students[0]?.studentId ?? "")?.balanceNanos).toBe(40n);
  });

  it("each period can be undone; stopped, it comes no more", async () => {
    const { courseId, poolId, students } = await courseOf(100n, 2);
    const { allowanceId, drawn } = await add(courseId, { amountNanos: 20n });
    await scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId: drawn.fundingId ?? "" }));
    expect(await scene.pool(poolId)).toEqual({ balance: 100n, waiting: 0n, available: 100n });
    await tend();
    expect(await balances(courseId)).toEqual([0n, 0n, 0n]);
    const stop = () => scene.act((tx) => stopCourseAllowance(tx, scene.admin, { courseId, allowanceId }));
    const next = () =>
      scene.query("select id from account where next_allowance_at > clock_timestamp() and id = any($1)", [
        students.map((each) => each.accountId),
      ]);
    // A refusal says when money comes again.
    expect(await next()).toHaveLength(2);
    expect(await stop()).toEqual({ stopped: true });
    expect(await next()).toEqual([]);
    expect(await stop()).toEqual({ stopped: false });
    await scene.query("update course_allowance set next_at = null where next_at is not null");
    expect(await drawOne()).toBe(0);
  });

  it("is over with its course, and goes on with it when the end is moved: so does an admin's own", async () => {
    const { courseId, poolId, students } = await courseOf(1_000n, 1);
    const account = students[0]?.accountId ?? "";
    await add(courseId, { amountNanos: 20n });
    await scene.act((tx) =>
      addAllowances(tx, scene.admin, {
        ...{ accountIds: [account], mode: "set-to", amountNanos: 5n, period: "month", endsAt: null },
        ...{ courseId, reason: "r", timeZone: ZONE },
      }),
    );
    const ends = () =>
      scene.one<{ own: Date; course: Date; waits: boolean; next: Date | null; periods: boolean }>(
        `select (select ends_at from allowance where pool_id = $2) as own, (select next_at from allowance where pool_id = $2) as next,
          (select ends_at from course_allowance where course_id = $1) as course,
          (select bool_and(w.ends_at = a.next_at) from waiting_grant w, course_allowance a where w.pool_id = $2 and a.course_id = $1) as waits,
          (select bool_and(k.ends_at = a.next_at) from credit k, course_allowance a
            where k.pool_id = $2 and k.kind = 'course-grant' and a.course_id = $1) as periods`,
        [courseId, poolId],
      );
    const move = (endsAt: Date) =>
      scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt })).then(() => endsAt);
    // Shorter than the periods, then longer again: what was given for a period ends with the period.
    const next = await scene.one<{ at: Date }>(
      "select least(w.ends, m.ends) as at from cap_period_bounds('week', now(), $1) w, cap_period_bounds('month', now(), $1) m",
      [ZONE],
    );
    const soon = await move(new Date((Date.now() + next.at.getTime()) / 2));
    expect(await ends()).toMatchObject({ own: soon, course: soon, next: null });
    const late = await move(new Date(Date.now() + 300 * 86_400_000));
    expect(await ends()).toMatchObject({ own: late, course: late, waits: true, periods: true });
    expect((await ends()).next).not.toBeNull();
    await scene.query("update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = $1", [
      courseId,
    ]);
    await nextPeriod(poolId);
    await tend();
    expect(
      await scene.query("select id from course_allowance where course_id = $1 and next_at is not null", [courseId]),
    ).toEqual([]);
    expect(await fundingsOf(courseId)).toHaveLength(1);
  });
});

describe("an advance on the next period", () => {
  /** A student with an allowance of 20, of which 8 can come early. */
  async function advancing(mode: "set-to" | "top-up-to", poolNanos = 1_000n) {
    const course = await courseOf(poolNanos, 1);
    const [student] = course.students;
    if (student === undefined) throw new Error("no student");
    await scene.act((tx) => updateCourse(tx, scene.admin, { courseId: course.courseId, advanceNanos: 8n }));
    await add(course.courseId, { amountNanos: 20n, mode });
    const take = (amountNanos?: bigint) =>
      scene.act((tx) => takeAdvance(tx, student.actor, { courseId: course.courseId, amountNanos }));
    const has = async () => (await scene.members(course.courseId)).get(student.studentId)?.balanceNanos;
    return { ...course, student, take, has };
  }

  it.each(["set-to", "top-up-to"] as const)(
    "of %s comes once a period and off the next draw; staff are told",
    async (mode) => {
      const { courseId, poolId, student, take, has } = await advancing(mode);
      const ta = await scene.student(true);
      await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId: ta.studentId, role: "ta" }));
      expect(await advanceOffers(scene.db, student.userId)).toMatchObject([{ courseId, amountNanos: 8n }]);
      expect(await refusalOf(take(9n))).toContain("invalid_amount");
      const outcomes = await Promise.all([refusalOf(take()), refusalOf(take())]);
      expect(outcomes.filter((each) => each === "done")).toHaveLength(1);
      expect(await advanceOffers(scene.db, student.userId)).toEqual([]);
      expect(await has()).toBe(28n);
      expect(await noticesOf(ta.userId)).toMatchObject([{ kind: "course-advance", detail: { amount: "0.000000008" } }]);
      await nextPeriod(poolId);
      await tend();
      // What of the advance is unspent lasts to the end of the period that it was taken from.
      expect(await has()).toBe(20n);
      await nextPeriod(poolId);
      await scene.query(
        "update credit set ends_at = clock_timestamp() - interval '1 millisecond' where pool_id = $1 and is_open and ends_at > clock_timestamp()",
        [poolId],
      );
      await tend();
      expect(await has()).toBe(20n);
    },
  );

  it("that staff took back does not come off; not offered where the pool can't pay it, nor to whoever has not proven the ID", async () => {
    const { courseId, poolId, student, take, has, unknown } = await advancing("set-to", 48n);
    const { fundingId } = await take();
    await scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId }));
    await nextPeriod(poolId);
    await tend();
    expect(await has()).toBe(20n);
    expect(await advanceOffers(scene.db, student.userId)).toMatchObject([{ amountNanos: 8n }]);
    const [memberId = ""] = [...(await scene.members(courseId)).values()]
      .filter((each) => each.studentId === unknown)
      .map((each) => each.id);
    await scene.act((tx) =>
      fundMembers(tx, scene.admin, { courseId, memberIds: [memberId], mode: "add", amountNanos: 1n, reason: "r" }),
    );
    expect(await advanceOffers(scene.db, student.userId)).toEqual([]);
    expect(await refusalOf(take())).toContain("nothing to be taken");
  });
});
