import type { CourseWeek } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { paidBy } from "./course-paid.ts";
import { requireCourseRole } from "./course-roles.ts";

/** Keys that are worth a look. */
const KEYS = 10;

/** The last seven days of a course by person, by key and hour, and by model: what its hints are made of. Throws `not_found`. */
export async function getCourseWeek(db: Db | Tx, actor: Actor, courseId: string, now: Date): Promise<CourseWeek> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const paid = paidBy(course, { from: new Date(now.getTime() - 7 * 86_400_000), to: now });
  const spenders = await db.$queryRaw<CourseWeek["spenders"][number][]>`select account_id as "accountId",
      sum(charge_nanos)::bigint as "chargeNanos" from (${paid}) t group by 1`;
  // Without a key: the console asked, which is no loop.
  const keyHours = await db.$queryRaw<CourseWeek["keyHours"][number][]>`select b.account_id as "accountId",
      k.name as "keyName", b.hour, b.requests from (
        select distinct on (key_id) * from (
          select account_id, key_id, hour, sum(requests)::int as requests from (${paid}) t group by 1, 2, 3) h
        order by key_id, requests desc, hour desc) b
      join virtual_key k on k.id = b.key_id
    order by b.requests desc limit ${KEYS}`;
  const models = await db.$queryRaw<
    CourseWeek["models"][number][]
  >`select model, sum(charge_nanos)::bigint as "chargeNanos"
    from (${paid}) t group by 1 order by 1`;
  return { spenders, keyHours, models };
}

export type WeekPerson = {
  readonly accountId: string;
  readonly memberId: string | null;
  readonly studentId: string;
  readonly name: string;
};

/** Who stands behind accounts in a course, by account. Throws `not_found`. */
export async function findWeekPeople(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  accountIds: readonly string[],
): Promise<Map<string, WeekPerson>> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  // Only people whom this course's money was granted to: nobody learns a name here by its account's id.
  const people = await db.$queryRaw<WeekPerson[]>`select a.id as "accountId", m.id as "memberId",
      coalesce(m.student_id, u.student_id) as "studentId", coalesce(m.name, u.name) as name
    from account a join app_user u on u.id = a.user_id left join course_member m on m.user_id = u.id and m.course_id = ${course.id}::uuid
    where a.id = any(${[...new Set(accountIds)]}::uuid[]) and exists (select from credit c where c.account_id = a.id and c.pool_id = ${course.poolId}::uuid)`;
  return new Map(people.map((person) => [person.accountId, person]));
}
