import {
  advanceOffers,
  copyCourse,
  getSettings,
  moveCourseEnd,
  proveStudentId,
  setUserDisabled,
  setUserRole,
  type Tx,
  updateCourse,
} from "@lyceum/db";
import { untilBlocked } from "@lyceum/db/testing";
import { AppError, MAX_AMOUNT_NANOS } from "@lyceum/domain";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { addAllowances } from "./allowances.ts";
import { takeAdvance } from "./course-advances.ts";
import { addCourseAllowance } from "./course-allowances.ts";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { grantFromCourse } from "./courses.ts";
import { fundFile } from "./fund-file.ts";
import { askOwnFunding, decideOwnFunding } from "./own-funding.ts";
import { fund } from "./post.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { admissionOf, draftOf } from "./testing/ledger-fixture.ts";
import { undoEntry } from "./undo.ts";
import { redeemVoucher } from "./voucher-redeem.ts";
import { createVouchers, type NewVouchers } from "./vouchers.ts";

let scene: CourseScene;
let zone: string;
beforeAll(async () => {
  scene = await createCourseScene();
  zone = (await getSettings(scene.db)).timeZone;
});
afterAll(() => scene.drop());
afterEach(async () => {
  expect(await scene.differences()).toEqual([]);
  await scene.query("update course_allowance set next_at = null");
});

const DAY_MS = 86_400_000;

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.parameters.reason_en ?? ""}`;
    throw error;
  }
  return "done";
}

/** A course with one student and an allowance of 20 a week, of which so much can come early. */
async function weeklyCourse(advanceNanos: bigint | null, endsAt?: Date) {
  const course = await scene.course(1_000n, endsAt === undefined ? {} : { endsAt });
  const { courseId } = course;
  const [student, unknown] = [await scene.student(true), scene.unknownId()];
  await scene.enrol(courseId, [student.studentId, unknown]);
  await scene.act((tx) => updateCourse(tx, scene.admin, { courseId, advanceNanos }));
  await scene.act((tx) =>
    addCourseAllowance(tx, scene.admin, {
      ...{ courseId, memberIds: null, mode: "set-to", period: "week", endsAt: null },
      ...{ amountNanos: 20n, reason: "weekly" },
    }),
  );
  const take = (actor = student.actor) => scene.act((tx) => takeAdvance(tx, actor, { courseId }));
  const has = async (studentId = student.studentId) => (await scene.members(courseId)).get(studentId)?.balanceNanos;
  return { ...course, student, unknown, take, has };
}

async function tend(): Promise<void> {
  for (let steps = 0; steps < 20; steps += 1) {
    const { drawn } = await scene.one<{ drawn: number }>("select draw_course_allowances($1) as drawn", [zone]);
    if (drawn === 0) return;
  }
}

/** As if the period were over. */
async function nextPeriod(poolId: string): Promise<void> {
  const past = "clock_timestamp() - interval '1 second'";
  const periods = "(select next_at from course_allowance where next_at is not null)";
  for (const table of ["credit", "waiting_grant"]) {
    await scene.query(`update ${table} set ends_at = ${past} where pool_id = $1 and ends_at in ${periods}`, [poolId]);
  }
  await scene.query(
    "update course_funding set at = at - interval '7 days' where course_id = (select course_id from account where id = $1)",
    [poolId],
  );
  await scene.query(`update course_advance set period_at = ${past} where drawn_at is null`);
  await scene.query(`update course_allowance set next_at = ${past} where next_at is not null`);
}

const thisWeek = () =>
  scene.one<{ ends: Date }>("select ends from cap_period_bounds('week', clock_timestamp(), $1)", [zone]);

it("offers nothing in advance where the course does not say that it may be", async () => {
  const { student, take, has } = await weeklyCourse(null);
  expect(await advanceOffers(scene.db, student.userId)).toEqual([]);
  expect(await refusalOf(take())).toContain("nothing to be taken");
  expect(await has()).toBe(20n);
});

it("takes an advance off the first draw after it, also where its student was out of the course meanwhile", async () => {
  const { courseId, poolId, student, unknown, take, has } = await weeklyCourse(8n);
  await take();
  await scene.enrol(courseId, [unknown], false);
  await nextPeriod(poolId);
  await tend();
  await scene.enrol(courseId, [student.studentId]);
  await tend();
  expect(await has()).toBe(20n);
});

it("takes nothing from a later period than the one that was offered, when a press is repeated after that has begun", async () => {
  const { courseId, student, has } = await weeklyCourse(8n);
  const [offer] = await advanceOffers(scene.db, student.userId);
  const press = (periodAt?: Date) =>
    scene.act((tx) => takeAdvance(tx, student.actor, { courseId, amountNanos: 8n, periodAt }));
  const weekBefore = new Date((offer?.periodAt.getTime() ?? 0) - 7 * 86_400_000);
  expect(await refusalOf(press(weekBefore))).toContain("has begun");
  expect(await has()).toBe(20n);
  await press(offer?.periodAt);
  expect(await has()).toBe(28n);
});

it("pays the current period to a newcomer who took an advance before anybody could", async () => {
  const { courseId, take, has } = await weeklyCourse(8n);
  const late = await scene.student(true);
  await scene.enrol(courseId, [late.studentId]);
  await take(late.actor);
  await tend();
  expect(await has(late.studentId)).toBe(28n);
});

it("takes nothing off for what came back of an advance that was undone while a request held it", async () => {
  const { courseId, poolId, student, take, has } = await weeklyCourse(8n);
  const { fundingId } = await take();
  const ledger = await scene.ledger();
  const request = admissionOf(student, 28n);
  expect(await ledger.admit(request)).toMatchObject({ admitted: true });
  const undone = await scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId }));
  expect(undone).toMatchObject({ takenNanos: 0n, heldNanos: 8n });
  await ledger.settle(draftOf(student, 1n, { requestId: request.requestId }));
  await scene.query("select pg_sleep(0.01), expire_credits()");
  await nextPeriod(poolId);
  await tend();
  // 20 less the one that the request took of the advance.
  expect(await has()).toBe(19n);
});

it("keeps an advance to the end of its period where the course goes on for longer", async () => {
  const { ends } = await thisWeek();
  const { courseId, poolId, take } = await weeklyCourse(8n, new Date(ends.getTime() + DAY_MS));
  await take();
  const endsAt = new Date(ends.getTime() + 60 * DAY_MS);
  await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt }));
  const rows = await scene.query<{ amount: string; ends: Date }>(
    "select amount_nanos as amount, ends_at as ends from credit where pool_id = $1 order by amount_nanos",
    [poolId],
  );
  expect(rows).toEqual([
    { amount: "8", ends: new Date(ends.getTime() + 7 * DAY_MS) },
    { amount: "20", ends },
  ]);
});

it("ends a period's money with the period, also where it had waited for a proof and the course goes on for longer", async () => {
  const { ends } = await thisWeek();
  const soon = new Date((Date.now() + ends.getTime()) / 2);
  const { courseId, poolId } = await weeklyCourse(null, soon);
  const late = await scene.student(false);
  await scene.enrol(courseId, [late.studentId]);
  await tend();
  await scene.act((tx) => proveStudentId(tx, scene.admin, late.userId));
  await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt: new Date(ends.getTime() + 60 * DAY_MS) }));
  const rows = await scene.query<{ ends: Date }>("select ends_at as ends from credit where pool_id = $1", [poolId]);
  expect(rows).toEqual([{ ends }, { ends }]);
});

it("refuses an allowance that is more than any pool could hold by what the pool lacks", async () => {
  const { courseId } = await scene.course(1_000n);
  await scene.enrol(
    courseId,
    Array.from({ length: 1_000 }, () => scene.unknownId()),
  );
  const refused = scene.act((tx) =>
    addCourseAllowance(tx, scene.admin, {
      ...{ courseId, memberIds: null, mode: "set-to", period: "week", endsAt: null },
      ...{ amountNanos: MAX_AMOUNT_NANOS, reason: "all of it" },
    }),
  );
  expect(await refusalOf(refused)).toContain("1000 people need 10000000000 for this period");
});

it("promises nothing that should have come long ago: of a pool that is empty, or of a course that somebody has left", async () => {
  const { courseId, poolId, student, unknown } = await weeklyCourse(null);
  const ledger = await scene.ledger();
  const waitOf = async () => {
    const answer = await ledger.admit(admissionOf(student, 1_000n));
    return answer.admitted ? "admitted" : answer.nextAllowanceInMs;
  };
  const setNext = (age: string) =>
    scene.query("update account set next_allowance_at = clock_timestamp() - $2::interval where id = $1", [
      student.accountId,
      age,
    ]);
  expect(await waitOf()).toBeGreaterThan(0);
  await nextPeriod(poolId);
  await setNext("1 second");
  expect(await waitOf()).toBe(1_000);
  await scene.query("select * from post_debit($1, 960, null, 'to another course')", [poolId]);
  // What the student has goes on, so that the pool has not enough for the next.
  await scene.query("update credit set ends_at = clock_timestamp() + interval '1 day' where pool_id = $1", [poolId]);
  await tend();
  expect(await waitOf()).toBeNull();
  await scene.enrol(courseId, [unknown], false);
  await setNext("2 minutes");
  expect(await waitOf()).toBeNull();
});

it("tells whoever has just proven an ID when money comes next", async () => {
  const { courseId } = await weeklyCourse(null);
  const late = await scene.student(false);
  await scene.enrol(courseId, [late.studentId]);
  await tend();
  await scene.act((tx) => proveStudentId(tx, scene.admin, late.userId));
  const answer = await (await scene.ledger()).admit(admissionOf(late, 1_000n));
  expect(answer.admitted ? null : answer.nextAllowanceInMs).toBeGreaterThan(0);
});

const makeCodes = (courseId: string | null, more: Partial<NewVouchers> = {}) =>
  scene.act((tx) =>
    createVouchers(tx, scene.admin, {
      ...{ courseId, amountNanos: 10n, count: 2, redeemUntil: new Date(Date.now() + DAY_MS), endsAt: null },
      ...{ note: "workshop", membersOnly: false, ...more },
    }),
  );

it("a voucher's money ends with its batch, also where the course's end came before that for a while", async () => {
  const { courseId, poolId } = await scene.course(100n);
  const person = await scene.student(true);
  const endsAt = new Date(Date.now() + 20 * DAY_MS);
  const { codes } = await makeCodes(courseId, { endsAt });
  await scene.act((tx) => redeemVoucher(tx, person.actor, codes[0]?.code ?? ""));
  for (const days of [10, 90]) {
    const end = new Date(Date.now() + days * DAY_MS);
    await scene.act((tx) => moveCourseEnd(tx, scene.admin, { courseId, endsAt: end }));
  }
  const rows = await scene.query<{ ends: Date }>("select ends_at as ends from credit where pool_id = $1", [poolId]);
  expect(rows).toEqual([{ ends: endsAt }]);
});

it("no code is turned into money by whoever is disabled, nor by an auditor", async () => {
  const { codes } = await makeCodes(null);
  const [disabled, auditor] = [await scene.student(true), await scene.student(true)];
  await scene.act((tx) => setUserDisabled(tx, scene.admin, { userId: disabled.userId, disabled: true }));
  await scene.act((tx) => setUserRole(tx, scene.admin, { userId: auditor.userId, role: "auditor" }));
  for (const [place, person] of [disabled, auditor].entries()) {
    const tried = scene.act((tx) => redeemVoucher(tx, person.actor, codes[place]?.code ?? ""));
    expect(await refusalOf(tried)).toContain("not_found");
    expect(await scene.account(person.accountId)).toMatchObject({ balance: 0n });
  }
});

it("says what a top-up that was asked for brought, and does not grant one that brings nothing", async () => {
  const { courseId } = await scene.course(100n);
  const student = await scene.student(true);
  await scene.enrol(courseId, [student.studentId]);
  const ask = async () => {
    const { requestId } = await scene.act((tx) =>
      askOwnFunding(tx, student.actor, { courseId, mode: "top-up-to", amountNanos: 20n, reason: "lab 3" }),
    );
    return scene.act((tx) => decideOwnFunding(tx, scene.admin, { courseId, requestId, grant: true }));
  };
  const fund = (amountNanos: bigint) =>
    scene.act((tx) =>
      fundFile(tx, scene.admin, {
        ...{ courseId, mode: "set-to", reason: "r", rows: [{ studentId: student.studentId, amountNanos }] },
      }),
    );
  await fund(5n);
  await ask();
  const told = await scene.query<{ amount: string }>(
    "select detail ->> 'amount' as amount from notice where user_id = $1 and kind = 'course-ask-decided'",
    [student.userId],
  );
  expect(told).toEqual([{ amount: "0.000000015" }]);
  await fund(30n);
  expect(await refusalOf(ask())).toContain("has 0.00000003 of this course's money");
});

it("names the student whose amount in a file can't be given, and says where no row is left", async () => {
  const { courseId } = await scene.course(100n);
  const [one, two] = [await scene.student(true), await scene.student(true)];
  await scene.enrol(courseId, [one.studentId, two.studentId]);
  const file = (rows: { studentId: string; amountNanos: bigint }[]) =>
    scene.act((tx) => fundFile(tx, scene.admin, { courseId, mode: "add", reason: "r", rows }));
  const rows = [one, two].map(({ studentId }, place) => ({ studentId, amountNanos: BigInt(1 - place) }));
  expect(await refusalOf(file(rows))).toContain(`the amount of ${two.studentId} can't be given`);
  expect(await refusalOf(file([]))).toContain("no row");
  const named = rows.slice(0, 1);
  const unwritable = scene.act((tx) =>
    fundFile(tx, scene.admin, { courseId, mode: "add", reason: "lab\0 3", rows: named }),
  );
  expect(await refusalOf(unwritable)).toContain("give a reason");
  const halved = scene.act((tx) =>
    fundFile(tx, scene.admin, { courseId, mode: "add", reason: "lab \ud83d", rows: named }),
  );
  expect(await refusalOf(halved)).toContain("give a reason");
  expect(await scene.account(one.accountId)).toMatchObject({ balance: 0n });
});

it("a copy made while an ID is being proven has its member as the person too", async () => {
  const { courseId } = await scene.course(100n);
  const student = await scene.student(false);
  await scene.enrol(courseId, [student.studentId]);
  const endsAt = new Date(Date.now() + 90 * DAY_MS);
  const { id, proof } = await scene.act(async (tx) => {
    const copy = { courseId, code: "NEXTTERM", endsAt, withStudents: true };
    const { id } = await copyCourse(tx, scene.admin, copy);
    const proof = scene.act((other) => proveStudentId(other, scene.admin, student.userId));
    await scene.query("select pg_sleep(0.5)");
    return { id, proof };
  });
  await proof;
  expect((await scene.members(id)).get(student.studentId)).toMatchObject({ standing: "proven" });
});

it("undoes a funding whose reason is as long as it may be, also where the mark of the undoing would cut a character in two", async () => {
  const { courseId, poolId } = await scene.course(100n);
  const student = await scene.student(true);
  await scene.enrol(courseId, [student.studentId]);
  const memberIds = [...(await scene.members(courseId)).values()].map((each) => each.id);
  for (const reason of ["a", "ab"].map((start) => start + "😀".repeat(99))) {
    const { fundingId } = await scene.act((tx) =>
      fundMembers(tx, scene.admin, { courseId, memberIds, mode: "add", amountNanos: 10n, reason }),
    );
    const undone = await scene.act((tx) => undoFunding(tx, scene.admin, { courseId, fundingId: fundingId ?? "" }));
    expect(undone.takenNanos).toBe(10n);
    const { entryIds } = await scene.act((tx) =>
      fund(tx, scene.admin, { accountId: poolId, amountNanos: 10n, reason }),
    );
    expect((await scene.act((tx) => undoEntry(tx, scene.admin, { entryId: entryIds[0] ?? "" }))).takenNanos).toBe(10n);
  }
});

it("tops up whose money ended a moment ago, before housekeeping has come to it, out of what that leaves", async () => {
  const { courseId, poolId } = await scene.course(40n);
  const [student, unknown] = [await scene.student(true), scene.unknownId()];
  await scene.enrol(courseId, [student.studentId, unknown]);
  const memberIds = [...(await scene.members(courseId)).values()].map((each) => each.id);
  const topUp = () =>
    scene.act((tx) =>
      fundMembers(tx, scene.admin, { courseId, memberIds, mode: "top-up-to", amountNanos: 20n, reason: "r" }),
    );
  await topUp();
  for (const table of ["credit", "waiting_grant"]) {
    await scene.query(`update ${table} set ends_at = clock_timestamp() - interval '1 second' where pool_id = $1`, [
      poolId,
    ]);
  }
  for (const member of (await scene.members(courseId)).values()) {
    expect(member).toMatchObject({ balanceNanos: 0n, waitingNanos: 0n });
  }
  expect(await topUp()).toMatchObject({ grantedNanos: 20n, waitingNanos: 20n });
  expect(await scene.pool(poolId)).toMatchObject({ waiting: 20n, available: 0n });
  expect(await topUp()).toMatchObject({ fundingId: null });
});

it.each(["a grant", "an allowance"])(
  "%s of an admin, given while the end of the course is moved, ends with it",
  async (kind) => {
    const { courseId, poolId } = await scene.course(100n);
    const { accountId } = await scene.student(true);
    const common = { courseId, accountIds: [accountId], amountNanos: 10n, reason: "r" };
    const give = (tx: Tx): Promise<unknown> =>
      kind === "a grant"
        ? grantFromCourse(tx, scene.admin, common)
        : addAllowances(tx, scene.admin, { ...common, mode: "add", period: "month", endsAt: null, timeZone: zone });
    const endsAt = new Date(Math.floor(Date.now() / 1000) * 1000 + DAY_MS);
    const [moved, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const moving = scene.act(async (tx) => {
      await moveCourseEnd(tx, scene.admin, { courseId, endsAt });
      moved.resolve();
      await committing.promise;
    });
    moving.catch(moved.reject);
    await moved.promise;
    const giving = scene.act(give);
    giving.catch(() => undefined);
    await untilBlocked((sql) => scene.query<{ waiting: number }>(sql));
    committing.resolve();
    await Promise.all([moving, giving]);
    const ends = await scene.query(
      "select ends_at from credit where pool_id = $1 union select ends_at from allowance where pool_id = $1",
      [poolId],
    );
    expect(ends).toEqual([{ ends_at: endsAt }]);
  },
);

it("says of a request for a day that has passed what is wrong with the day", async () => {
  const { courseId } = await scene.course(100n);
  const student = await scene.student(true);
  await scene.enrol(courseId, [student.studentId]);
  const deadline = new Date(Date.now() - DAY_MS);
  const ask = scene.act((tx) =>
    askOwnFunding(tx, student.actor, { courseId, mode: "add", amountNanos: 1n, reason: "lab 3", deadline }),
  );
  expect(await refusalOf(ask)).toContain("the day it is needed by has passed");
});
