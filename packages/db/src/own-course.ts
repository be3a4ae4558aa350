import { AppError } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { listModels, type ModelRow } from "./model-list.ts";

/** What somebody has of a course, and what it opens to him. */
export type OwnCourseView = {
  /** Of this course's money, not ended. */
  readonly balanceNanos: bigint;
  /** Set aside in the pool until it can be granted. */
  readonly waitingNanos: bigint;
  /** When the first of it ends; null: there is none. */
  readonly endsAt: Date | null;
  /** When the next allowance out of the pool comes, and how much it is; null: none does. */
  readonly next: { readonly at: Date; readonly amountNanos: bigint } | null;
  /** Of this course's money, ever and in the last seven days, and by how many requests. */
  readonly spentNanos: bigint;
  readonly weekNanos: bigint;
  readonly requests: number;
  /** What it was spent on, dearest first; at most five. */
  readonly spentOn: readonly { readonly model: string; readonly spentNanos: bigint; readonly requests: number }[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly multiplierPpm: number }[];
  /** Those that can be called now, of its groups; empty where it opens no group. */
  readonly models: readonly Pick<ModelRow, "name" | "vendor">[];
};

const MOST_MODELS = 5;

/** A course as one of its members sees it. Throws `not_found` for whoever is no member, also for admins. */
export async function getOwnCourse(db: Db | Tx, actor: Actor, courseId: string): Promise<OwnCourseView> {
  const course = await requireCourseRole(db, actor, courseId, "visit");
  if (course.memberId === null) throw new AppError("not_found");
  const [money] = await db.$queryRaw<
    Pick<OwnCourseView, "balanceNanos" | "waitingNanos" | "endsAt" | "spentNanos" | "weekNanos" | "requests">[]
  >`select coalesce(c.left_over, 0)::bigint as "balanceNanos", c.ends_at as "endsAt", coalesce(w.total, 0)::bigint as "waitingNanos",
      coalesce(s.spent, 0)::bigint as "spentNanos", coalesce(s.week, 0)::bigint as "weekNanos", coalesce(s.requests, 0)::int as requests
    from account a
      left join lateral (select sum(remaining_nanos) as left_over, min(ends_at) as ends_at from credit
        where account_id = a.id and pool_id = ${course.poolId}::uuid and remaining_nanos > 0 and (ends_at is null or ends_at > clock_timestamp())) c on true
      left join lateral (select sum(charge_nanos) as spent, sum(charge_nanos) filter (where hour > clock_timestamp() - interval '7 days') as week,
        sum(requests) as requests from usage_rollup where account_id = a.id and pool_id = ${course.poolId}::uuid) s on true
      left join lateral (select sum(amount_nanos) as total from waiting_grant where member_id = ${course.memberId}::uuid and state = 'waiting'
        and ends_at > clock_timestamp()) w on true
    where a.user_id = ${actor.id}::uuid`;
  if (money === undefined) throw new AppError("not_found");
  const [next] = await db.$queryRaw<{ at: Date; amountNanos: bigint }[]>`
    select l.next_at as at, l.amount_nanos as "amountNanos" from allowance l join account a on a.id = l.account_id
      where a.user_id = ${actor.id}::uuid and l.pool_id = ${course.poolId}::uuid and l.next_at is not null and l.stopped_at is null
    union all select l.next_at, l.amount_nanos from course_allowance l where l.course_id = ${course.id}::uuid and l.next_at < l.ends_at
      and l.next_at > clock_timestamp() and (l.member_ids is null or ${course.memberId}::uuid = any(l.member_ids)) order by 1 limit 1`;
  const spentOn = await db.$queryRaw<OwnCourseView["spentOn"]>`
    select r.model, sum(r.charge_nanos)::bigint as "spentNanos", sum(r.requests)::int as requests
      from usage_rollup r join account a on a.id = r.account_id where a.user_id = ${actor.id}::uuid and r.pool_id = ${course.poolId}::uuid
      group by 1 having sum(r.charge_nanos) > 0 order by 2 desc, 1 limit ${MOST_MODELS}`;
  return { ...money, next: next ?? null, spentOn, ...(await openedBy(db, course.id)) };
}

async function openedBy(db: Db | Tx, courseId: string): Promise<Pick<OwnCourseView, "groups" | "models">> {
  const { groupIds, models: named } = await db.course.findUniqueOrThrow({
    where: { id: courseId },
    select: { groupIds: true, models: true },
  });
  if (groupIds.length === 0) return { groups: [], models: [] };
  const groups = await db.group.findMany({
    where: { id: { in: groupIds } },
    select: { id: true, name: true, multiplierPpm: true },
    orderBy: { id: "asc" },
  });
  const models = (await listModels(db)).filter(
    (model) =>
      model.standing === "up" &&
      model.price !== null &&
      model.groups.some((id) => groupIds.includes(id)) &&
      (named.length === 0 || named.includes(model.name)),
  );
  return { groups, models: models.map(({ name, vendor }) => ({ name, vendor })) };
}

/** One of a person's running courses, and what is left of its money. */
export type OwnCourseMoney = {
  readonly id: string;
  readonly name: string;
  /** Of this course's money, not ended. */
  readonly leftNanos: bigint;
  /** When the first of it ends; null: there is none, or it has no end. */
  readonly endsAt: Date | null;
};

/** The running courses in which somebody is a student; whose money ends first stands first. */
export async function listOwnCourseMoney(db: Db | Tx, userId: string): Promise<OwnCourseMoney[]> {
  return db.$queryRaw<
    OwnCourseMoney[]
  >`select c.id, c.name, coalesce(o.left_over, 0)::bigint as "leftNanos", o.ends_at as "endsAt"
    from course_member m join course c on c.id = m.course_id join account p on p.course_id = c.id
      left join lateral (select sum(d.remaining_nanos) as left_over, min(d.ends_at) as ends_at from credit d join account a on a.id = d.account_id
        where a.user_id = m.user_id and d.pool_id = p.id and d.remaining_nanos > 0 and (d.ends_at is null or d.ends_at > clock_timestamp())) o on true
    where m.user_id = ${userId}::uuid and m.state = 'active' and m.role = 'student' and c.archived_at is null and c.ends_at > clock_timestamp()
    order by o.left_over is null, o.ends_at, c.name, c.code`;
}
