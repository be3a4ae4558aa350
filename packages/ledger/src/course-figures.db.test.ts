import {
  courseSeries,
  findWeekPeople,
  getCoursePlanning,
  getCourseReport,
  getCourseUse,
  getCourseWeek,
  listCourseMembers,
  listCourseSpenders,
  type UsagePoint,
} from "@lyceum/db";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { grantFromCourse } from "./courses.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { draftOf } from "./testing/ledger-fixture.ts";

const zone = "Asia/Shanghai";
const span = () => ({ from: new Date(Date.now() - 30 * 86_400_000), to: new Date(Date.now() + 3_600_000) });

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
}, 120_000);
afterAll(() => scene.drop());

type Student = Awaited<ReturnType<CourseScene["student"]>>;

/** A course with students who have so much of its money each. */
async function courseOf(students: readonly Student[], amountNanos: bigint) {
  const { act, admin } = scene;
  const course = await scene.course(1_000_000n);
  const ids = students.map((each) => each.studentId);
  await scene.enrol(course.courseId, ids);
  const members = await scene.members(course.courseId);
  const memberIds = ids.map((id) => members.get(id)?.id ?? "");
  await act((tx) =>
    fundMembers(tx, admin, { courseId: course.courseId, memberIds, mode: "add", amountNanos, reason: "r" }),
  );
  return { ...course, memberIds };
}

const totals = (points: readonly UsagePoint[]) =>
  points.map(({ series, chargeNanos, requests }) => ({ series, chargeNanos, requests }));

/** What a pool paid, added up by hand from the single requests and the credits that their charges were taken from. */
function paidByHand(poolId: string, by: "model" | "account_id") {
  return scene.query<{ series: string; nanos: string }>(
    `select r.${by}::text as series, sum(part.nanos) as nanos from usage_record r
      cross join lateral unnest(r.charge_entry_ids, r.charge_parts) as part (entry_id, nanos)
      join ledger_entry e on e.id = part.entry_id join credit c on c.id = e.credit_id
      where c.pool_id = $1 group by 1 order by 1`,
    [poolId],
  );
}

it("adds up what this course's money paid, and nothing else, as the single requests and the ledger say", async () => {
  const { admin, db } = scene;
  const [one, two] = [await scene.student(true), await scene.student(true)];
  const mine = await courseOf([one, two], 100n);
  const other = await courseOf([one], 500n);
  await scene.credit(one.accountId, 10_000n);
  const ledger = await scene.ledger();
  // The first is paid by two courses, or by a course and one's own money; the later ones by what is left.
  for (const [person, cost, model] of [
    [one, 90n, "qwen"],
    [one, 600n, "glm"],
    [one, 50n, "qwen"],
    [two, 30n, "qwen"],
    [two, 7n, "glm"],
  ] as const) {
    await ledger.settle(draftOf(person, cost, { model }));
  }
  for (const course of [mine, other]) {
    const query = { ...span(), bucket: "day" as const, zone };
    const byModel = await courseSeries(db, admin, course.courseId, { ...query, by: "model" });
    expect(byModel.map(({ series, chargeNanos }) => ({ series, nanos: String(chargeNanos) }))).toEqual(
      await paidByHand(course.poolId, "model"),
    );
    const byStudent = await courseSeries(db, admin, course.courseId, { ...query, by: "student" });
    expect(byStudent.map(({ series, chargeNanos }) => ({ series, nanos: String(chargeNanos) }))).toEqual(
      await paidByHand(course.poolId, "account_id"),
    );
    const { rows, people, total } = await listCourseSpenders(db, admin, course.courseId, span());
    expect(people).toBe(rows.length);
    expect(total.chargeNanos).toBe(rows.reduce((sum, row) => sum + row.chargeNanos, 0n));
  }
  const { rows, total } = await listCourseSpenders(db, admin, mine.courseId, span());
  expect(rows.map((row) => [row.studentId, row.chargeNanos])).toEqual([
    [one.studentId, 100n],
    [two.studentId, 37n],
  ]);
  expect(total.chargeNanos).toBe(137n);
  const member = await courseSeries(db, admin, mine.courseId, {
    ...{ ...span(), bucket: "day", by: "model", zone, memberId: mine.memberIds[1] },
  });
  expect(totals(member)).toEqual([
    { series: "glm", chargeNanos: 7n, requests: 1 },
    { series: "qwen", chargeNanos: 30n, requests: 1 },
  ]);
  // A member of another course is nobody here.
  const stranger = { ...span(), memberId: other.memberIds[0] };
  expect((await listCourseSpenders(db, admin, mine.courseId, stranger)).rows).toEqual([]);
});

it("makes a statement of one moment, whatever is posted while it is read", async () => {
  const { admin, db } = scene;
  const one = await scene.student(true);
  const { courseId } = await courseOf([one], 100n);
  const [posted, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const giving = scene.act(async (tx) => {
    await grantFromCourse(tx, admin, { courseId, accountIds: [one.accountId], amountNanos: 7n, reason: "r" });
    posted.resolve();
    await committing.promise;
  });
  giving.catch(posted.reject);
  await posted.promise;
  let queries = 0;
  const watched = db.$extends({
    query: {
      $queryRaw: async ({ args, query }) => {
        const answer = await query(args);
        queries += 1;
        // The gate, the period, the pool's entries; its balance comes next.
        if (queries !== 3) return answer;
        committing.resolve();
        await giving;
        return answer;
      },
    },
  }) as unknown as typeof db;
  const report = await getCourseReport(watched, admin, { courseId, month: "all", zone });
  expect(queries).toBeGreaterThan(3);
  const moved = report.pool.reduce((total, each) => total + each.amountNanos, 0n);
  expect(report.openingNanos + moved).toBe(report.closingNanos);
  expect(report.people.map((each) => each.grantedNanos)).toEqual([100n]);
});

it("makes a statement whose sums are those of the ledger, of an archived course as well", async () => {
  const { admin, db } = scene;
  const [one, two] = [await scene.student(true), await scene.student(true)];
  const course = await courseOf([one, two], 100n);
  await scene.credit(one.accountId, 10_000n);
  const ledger = await scene.ledger();
  await ledger.settle(draftOf(one, 130n, { model: "qwen" }));
  await ledger.settle(draftOf(two, 30n, { model: "glm" }));
  await scene.query("update course set archived_at = now(), ends_at = now() where id = $1", [course.courseId]);
  const report = await getCourseReport(db, admin, { courseId: course.courseId, month: "all", zone });
  const sum = (amounts: readonly { amountNanos: bigint }[]) =>
    amounts.reduce((total, each) => total + each.amountNanos, 0n);
  expect(report.closingNanos).toBe((await scene.account(course.poolId)).balance);
  expect(report.openingNanos + sum(report.pool)).toBe(report.closingNanos);
  expect(report.people.map((each) => [each.studentId, each.grantedNanos, each.spentNanos, each.closingNanos])).toEqual([
    [one.studentId, 100n, -100n, 0n],
    [two.studentId, 100n, -30n, 70n],
  ]);
  for (const each of report.people) {
    expect(each.openingNanos + each.grantedNanos + each.spentNanos + each.otherNanos).toBe(each.closingNanos);
  }
  for (const usage of [report.models, report.weeks]) {
    expect(usage.reduce((total, each) => total + each.chargeNanos, 0n)).toBe(130n);
  }
  expect(report.models.map((each) => each.of)).toEqual(["glm", "qwen"]);
  expect(report.otherPeriodsNanos).toBe(0n);
  const last = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 7);
  const before = await getCourseReport(db, admin, { courseId: course.courseId, month: last, zone });
  expect(before).toMatchObject({ openingNanos: 0n, closingNanos: 0n, pool: [], people: [], models: [], weeks: [] });
});

it("shows twenty students by themselves and the rest as one, which add up to all", async () => {
  const { admin, db } = scene;
  const { courseId, poolId } = await scene.course(0n);
  await writeRollups(poolId, 23, 1);
  const points = await courseSeries(db, admin, courseId, { ...span(), bucket: "week", by: "student", zone });
  const series = new Map<string, bigint>();
  for (const point of points) series.set(point.series, (series.get(point.series) ?? 0n) + point.chargeNanos);
  expect(series.size).toBe(21);
  // Person n spent n: the three poorest are the rest.
  expect(series.get("")).toBe(1n + 2n + 3n);
  const { rows, total, people } = await listCourseSpenders(db, admin, courseId, { ...span(), limit: 5 });
  expect(rows.map((row) => row.chargeNanos)).toEqual([23n, 22n, 21n, 20n, 19n]);
  expect([people, total.chargeNanos]).toEqual([23, (23n * 24n) / 2n]);
});

it("gives the week's hints their figures: by person, each key's busiest hour, and by model", async () => {
  const { admin, db } = scene;
  const [one, two] = [await scene.student(true), await scene.student(true)];
  const { courseId, poolId } = await courseOf([one, two], 10n);
  const now = new Date();
  const roll = (person: Student, hoursAgo: number, model: string, requests: number, nanos: number) =>
    scene.query(
      `insert into usage_rollup select $1, date_trunc('hour', $2::timestamptz - make_interval(hours => $3)), $4, $5, $6, 0, 10, 0, 5, 0, $7, 0, 'default', $8`,
      [person.accountId, now, hoursAgo, person.keyId, model, requests, nanos, poolId],
    );
  await roll(one, 5, "a", 700, 9);
  await roll(one, 5, "b", 504, 1);
  await roll(one, 6, "a", 1_000, 5);
  await roll(two, 30, "a", 3, 2);
  await roll(two, 8 * 24, "a", 5_000, 900);
  const week = await getCourseWeek(db, admin, courseId, now);
  expect(new Map(week.spenders.map((each) => [each.accountId, each.chargeNanos]))).toEqual(
    new Map([
      [one.accountId, 15n],
      [two.accountId, 2n],
    ]),
  );
  expect(week.keyHours.map((each) => [each.accountId, each.requests])).toEqual([
    [one.accountId, 1_204],
    [two.accountId, 3],
  ]);
  expect(week.models).toEqual([
    { model: "a", chargeNanos: 16n },
    { model: "b", chargeNanos: 1n },
  ]);
  const stranger = await scene.student(true);
  const people = await findWeekPeople(db, admin, courseId, [one.accountId, stranger.accountId]);
  expect([...people.values()].map((each) => each.studentId)).toEqual([one.studentId]);

  const { habit, students, availableNanos, leftNanos } = await getCoursePlanning(db, admin, courseId, now);
  // Two weeks with use: the busier one is that of two's loop, all of it in one hour.
  expect(habit).toEqual({
    ...{ people: 2, requests: 7_207, callsAWeek: Math.round(7_207 / 2 / 2), inputTokens: 0, outputTokens: 0 },
    ...{ peakShare: 1, model: "a" },
  });
  expect([students, availableNanos, leftNanos]).toEqual([2, 1_000_000n - 20n, 20n]);
});

it("has no habit to begin with where nothing was spent, which is not a habit of 0", async () => {
  const { courseId } = await scene.course(5n);
  const planning = await getCoursePlanning(scene.db, scene.admin, courseId, new Date());
  expect(planning).toMatchObject({ habit: null, students: 0, availableNanos: 5n, leftNanos: 0n });
});

it("adds up a course of 5,000 members who used it on five days", async () => {
  const { admin, db } = scene;
  const { courseId, poolId } = await scene.course(0n);
  await writeRollups(poolId, 5_000, 5);
  await scene.query(
    `insert into course_member (id, course_id, student_id, user_id, name, role) select new_id(), $1, u.student_id, u.id, u.name, 'student'
      from usage_rollup t join account a on a.id = t.account_id join app_user u on u.id = a.user_id where t.pool_id = $2 group by u.id`,
    [courseId, poolId],
  );
  const now = new Date();
  const everything = 5n * ((5_000n * 5_001n) / 2n);
  for (const by of ["model", "student"] as const) {
    const points = await courseSeries(db, admin, courseId, { ...span(), bucket: "day", by, zone });
    expect(points.reduce((sum, point) => sum + point.chargeNanos, 0n)).toBe(everything);
  }
  const { people, total, rows } = await listCourseSpenders(db, admin, courseId, span());
  expect([people, total.chargeNanos, rows[0]?.chargeNanos]).toEqual([5_000, everything, 5n * 5_000n]);
  expect((await getCourseWeek(db, admin, courseId, now)).spenders).toHaveLength(5_000);
  expect(await getCourseUse(db, admin, courseId, 1n)).toMatchObject({
    ...{ students: 5_000, active: 5_000, unused: 0, low: 5_000, spentNanos: everything },
  });
  const bySpent = await listCourseMembers(db, admin, courseId, { role: "student", sort: "spent", descending: true });
  expect(bySpent.rows[0]?.spentNanos).toBe(5n * 5_000n);
}, 120_000);

/** So many people who spent 1, 2, 3 … of a pool's money, an hour each of the days before. */
async function writeRollups(poolId: string, people: number, days: number): Promise<void> {
  const tag = newId();
  await scene.query(
    `with p as (insert into app_user (id, student_id, name) select new_id(), $1 || n, 'n' from generate_series(1, $2::int) n returning id, student_id),
      a as (insert into account (id, kind, user_id) select new_id(), 'user', id from p returning id, user_id)
    insert into usage_rollup select a.id, date_trunc('hour', now() - make_interval(days => d)), a.id, 'm', 1, 0, 10, 0, 5, 0,
      substr(p.student_id, 37)::bigint, 0, 'default', $3 from a join p on p.id = a.user_id, generate_series(1, $4::int) d`,
    [tag, people, poolId, days],
  );
}
