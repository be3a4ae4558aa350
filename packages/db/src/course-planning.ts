import type { PlannedModel } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { paidBy } from "./course-paid.ts";
import { requireCourseRole } from "./course-roles.ts";
import { listModels } from "./model-list.ts";
import { listAnswerSeconds } from "./model-speeds.ts";
import { isOutByHand } from "./usable.ts";

/** A model that a class may use, in the group where it costs least. */
export type PlanningModel = PlannedModel & {
  readonly groupId: string;
  readonly groupName: string;
  readonly isLocal: boolean;
};

/** What a course really did in the last weeks. */
export type CourseHabit = {
  /** Who used its money. */
  readonly people: number;
  readonly requests: number;
  readonly callsAWeek: number;
  /** Of a call, on average. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How much of its busiest week fell into the busiest hour, 0 to 1. */
  readonly peakShare: number;
  /** What most requests went to. */
  readonly model: string;
};

export type CoursePlanning = {
  readonly models: readonly PlanningModel[];
  readonly students: number;
  /** Until the end of its term, at least one. */
  readonly weeksLeft: number;
  /** Null: it has spent nothing in these weeks. */
  readonly habit: CourseHabit | null;
  /** What can be granted, and what students have left of it. */
  readonly availableNanos: bigint;
  readonly leftNanos: bigint;
};

/** Weeks that are looked back at. */
export const HABIT_WEEKS = 4;
const WEEK_MS = 7 * 86_400_000;

/** What the price simulator of a course begins with. Throws `not_found`. */
export async function getCoursePlanning(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  now: Date,
): Promise<CoursePlanning> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const settings = await db.course.findUniqueOrThrow({
    where: { id: course.id },
    select: { models: true, groupIds: true },
  });
  const models = await listPlanningModels(db, settings);
  const [money] = await db.$queryRaw<[{ students: number; availableNanos: bigint; leftNanos: bigint }]>`select
      (select count(*)::int from course_member where course_id = ${course.id}::uuid and role = 'student' and state = 'active') as students,
      greatest(0, available_nanos(a.id))::bigint as "availableNanos",
      (a.reserved_nanos + coalesce((select sum(remaining_nanos) from credit where pool_id = a.id and is_open
        and (ends_at is null or ends_at > clock_timestamp())), 0))::bigint as "leftNanos"
    from account a where a.id = ${course.poolId}::uuid`;
  const weeksLeft = Math.max(1, Math.ceil((course.endsAt.getTime() - now.getTime()) / WEEK_MS));
  return { models, weeksLeft, habit: await readHabit(db, course, now), ...money };
}

/** The models of a course's groups, or of the groups that everybody is in, that people gave a channel; by name. */
export async function listPlanningModels(
  db: Db | Tx,
  allowed: { readonly models: readonly string[]; readonly groupIds: readonly string[] },
): Promise<PlanningModel[]> {
  const rows = await listModels(db);
  const groups = await db.group.findMany({
    where: allowed.groupIds.length > 0 ? { id: { in: [...allowed.groupIds] } } : { isOpen: true },
    select: { id: true, name: true, multiplierPpm: true, rpmLimit: true, tpmLimit: true, parallelLimit: true },
    orderBy: [{ multiplierPpm: "asc" }, { id: "asc" }],
  });
  const channels = new Map(
    (await db.channel.findMany({ select: { id: true, parallelLimit: true } })).map((each) => [each.id, each]),
  );
  const seconds = await listAnswerSeconds(db);
  return rows.flatMap((model) => {
    const group = groups.find((each) => model.groups.includes(each.id));
    const isAllowed = allowed.models.length === 0 || allowed.models.includes(model.name);
    if (model.removedAt !== null || group === undefined || !isAllowed) return [];
    const ids = new Set(model.deployments.filter((each) => !isOutByHand(each.standing)).map((each) => each.channelId));
    if (ids.size === 0) return [];
    const limits = [...ids].map((id) => channels.get(id)?.parallelLimit ?? null);
    const { rpmLimit, parallelLimit } = group;
    return [
      {
        ...{ name: model.name, price: model.price, multiplierPpm: group.multiplierPpm, isLocal: model.isLocal },
        ...{ groupId: group.id, groupName: group.name, contextTokens: model.contextTokens },
        limits: { rpmLimit, parallelLimit, tpmLimit: group.tpmLimit === null ? null : Number(group.tpmLimit) },
        // One channel that takes all is enough.
        parallelLimit: limits.includes(null) ? null : limits.reduce<number>((sum, each) => sum + (each ?? 0), 0),
        secondsPerRequest: seconds.get(model.id) ?? null,
      },
    ];
  });
}

async function readHabit(db: Db | Tx, course: { id: string; poolId: string }, now: Date): Promise<CourseHabit | null> {
  const paid = paidBy(course, { from: new Date(now.getTime() - HABIT_WEEKS * WEEK_MS), to: now });
  const [row] = await db.$queryRaw<
    (Omit<CourseHabit, "model" | "callsAWeek"> & { model: string | null; weeks: number })[]
  >`
    with sums as materialized (
        select account_id, hour, model, sum(requests)::float8 as requests, sum(input_tokens)::float8 as input, sum(output_tokens)::float8 as output
        from (${paid}) t group by grouping sets ((account_id), (hour), (model), ())),
      hours as (select floor(extract(epoch from ${now}::timestamptz - hour) / 604800) as week, requests from sums where hour is not null),
      busy as (select sum(requests) as requests, max(requests) as most from hours group by week order by 2 desc limit 1)
    select (select count(*)::int from sums where account_id is not null) as people, coalesce(requests, 0)::int as requests,
      (select count(distinct week)::int from hours) as weeks,
      coalesce(round(input / nullif(requests, 0)), 0)::int as "inputTokens", coalesce(round(output / nullif(requests, 0)), 0)::int as "outputTokens",
      coalesce((select most / nullif(requests, 0) from busy), 0)::float8 as "peakShare",
      (select model from sums where model is not null order by requests desc, 1 limit 1) as model
    from sums where num_nonnulls(account_id, hour, model) = 0`;
  if (row === undefined || row.model === null || row.requests === 0) return null;
  const { weeks, ...habit } = row;
  return { ...habit, model: row.model, callsAWeek: Math.max(1, Math.round(row.requests / row.people / weeks)) };
}
