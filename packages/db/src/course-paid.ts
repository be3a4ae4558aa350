import { Prisma } from "./generated/client.ts";

/** A time of a course's usage; `to` is not included. */
export type CourseSpan = {
  readonly from: Date;
  readonly to: Date;
  /** Only this member's. */
  readonly memberId?: string | undefined;
};

/** The rollups that a course's money paid for. */
export function paidBy(course: { id: string; poolId: string }, { from, to, memberId }: CourseSpan): Prisma.Sql {
  const one =
    memberId === undefined
      ? Prisma.empty
      : Prisma.sql`and account_id in (select a.id from course_member m join account a on a.user_id = m.user_id
          where m.id = ${memberId}::uuid and m.course_id = ${course.id}::uuid)`;
  return Prisma.sql`select * from usage_rollup
    where pool_id = ${course.poolId}::uuid and hour >= ${from}::timestamptz and hour < ${to}::timestamptz ${one}`;
}
