import type { EntryRow } from "./accounts.ts";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { getStatementPeriod, type StatementPeriod } from "./statements.ts";

/** A time of a course's statement: a month of it, or all of it so far. */
export const WHOLE_COURSE = "all";

/** Reads YYYY-MM or `all`. Throws `invalid_request` for anything else, and for a month that has not begun. */
export async function getCoursePeriod(
  db: Db | Tx,
  courseId: string,
  month: string,
  zone: string,
): Promise<StatementPeriod> {
  if (month !== WHOLE_COURSE) return getStatementPeriod(db, month, zone);
  const [row] = await db.$queryRaw<
    [{ from: Date; to: Date }]
  >`select date_trunc('hour', created_at) as "from", now() as "to" from course where id = ${courseId}::uuid`;
  return { month, zone, ...row };
}

/** Signed sums of a pool's own entries, by kind. */
export type PoolSum = { readonly kind: EntryRow["kind"]; readonly amountNanos: bigint };

/** A person's money of a course in a period, out of the ledger; amounts are signed as they stand with the person. */
export type PersonSum = {
  readonly studentId: string;
  readonly name: string;
  readonly openingNanos: bigint;
  readonly grantedNanos: bigint;
  /** What requests cost, with their corrections: zero or less. */
  readonly spentNanos: bigint;
  /** What went back to the pool, expired or was adjusted. */
  readonly otherNanos: bigint;
  readonly closingNanos: bigint;
};

/** What a course's money was used for, out of the hourly sums. */
export type ReportUsage = {
  /** A model's name, or the first day of a week, YYYY-MM-DD. */
  readonly of: string;
  readonly people: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly chargeNanos: bigint;
};

/** What a statement of a course says; every sum comes from the ledger or from the hourly sums, and `otherPeriodsNanos` ties the two. */
export type CourseReport = {
  readonly code: string;
  readonly name: string;
  readonly period: StatementPeriod;
  readonly openingNanos: bigint;
  readonly closingNanos: bigint;
  readonly pool: readonly PoolSum[];
  readonly people: readonly PersonSum[];
  readonly models: readonly ReportUsage[];
  readonly weeks: readonly ReportUsage[];
  /** What the ledger charged in the period less what requests admitted in it cost: those that stand on its edges. */
  readonly otherPeriodsNanos: bigint;
};

type ReportQuery = { courseId: string; month: string; zone: string };

/** A class of thousands takes seconds. */
const REPORT_MS = 60_000;

/**
 * The statement of a course, by person, model and week, for a document; of one moment, so that its parts add up while people go on spending. Throws
 * `not_found` and `invalid_request`.
 */
export async function getCourseReport(db: Db, actor: Actor, query: ReportQuery): Promise<CourseReport> {
  return db.$transaction((tx) => readReport(tx, actor, query), {
    isolationLevel: "RepeatableRead",
    timeout: REPORT_MS,
  });
}

async function readReport(db: Tx, actor: Actor, query: ReportQuery): Promise<CourseReport> {
  const course = await requireCourseRole(db, actor, query.courseId, "see");
  const period = await getCoursePeriod(db, course.id, query.month, query.zone);
  const { from, to } = period;
  const pool = await db.$queryRaw<
    PoolSum[]
  >`select kind::text as kind, sum(amount_nanos)::bigint as "amountNanos" from ledger_entry
    where account_id = ${course.poolId}::uuid and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz group by 1, ledger_entry.kind
    order by ledger_entry.kind`;
  const [balances] = await db.$queryRaw<[{ openingNanos: bigint; closingNanos: bigint }]>`select
      coalesce(sum(amount_nanos) filter (where created_at < ${from}::timestamptz), 0)::bigint as "openingNanos",
      coalesce(sum(amount_nanos), 0)::bigint as "closingNanos"
    from ledger_entry where account_id = ${course.poolId}::uuid and created_at < ${to}::timestamptz`;
  const people = await db.$queryRaw<PersonSum[]>`
    with e as (select c.account_id, x.* from credit c
        -- Credit by credit: joined as a whole, the planner would rather read the ledger of the campus through.
        cross join lateral (select before, granted, spent, sum(amount) as amount from (
            select e.amount_nanos as amount, e.created_at < ${from}::timestamptz as before, e.kind = 'grant' as granted,
              e.requests > 0 or e.kind in ('charge', 'refund') as spent
            from ledger_entry e where e.credit_id = c.id and e.created_at < ${to}::timestamptz) entries group by 1, 2, 3) x
      where c.pool_id = ${course.poolId}::uuid)
    select coalesce(m.student_id, u.student_id) as "studentId", coalesce(m.name, u.name) as name,
      coalesce(sum(amount) filter (where before), 0)::bigint as "openingNanos",
      coalesce(sum(amount) filter (where not before and granted), 0)::bigint as "grantedNanos",
      coalesce(sum(amount) filter (where not before and spent), 0)::bigint as "spentNanos",
      coalesce(sum(amount) filter (where not before and not granted and not spent), 0)::bigint as "otherNanos",
      sum(amount)::bigint as "closingNanos"
    from e join account a on a.id = e.account_id join app_user u on u.id = a.user_id
      left join course_member m on m.course_id = ${course.id}::uuid and m.user_id = u.id
    group by u.id, 1, 2 order by 1, u.id`;
  const usage = (by: "model" | "week") => db.$queryRaw<ReportUsage[]>`
    select case when ${by}::text = 'model' then t.model else to_char(date_trunc('week', t.hour at time zone ${query.zone}::text), 'YYYY-MM-DD') end as "of",
      count(distinct t.account_id)::int as people, sum(t.requests)::int as requests, sum(t.input_tokens)::float8 as "inputTokens",
      sum(t.output_tokens)::float8 as "outputTokens", sum(t.charge_nanos)::bigint as "chargeNanos"
    from usage_rollup t where t.pool_id = ${course.poolId}::uuid and t.hour >= ${from}::timestamptz and t.hour < ${to}::timestamptz group by 1 order by 1`;
  const models = await usage("model");
  const weeks = await usage("week");
  const charged = people.reduce((sum, each) => sum - each.spentNanos, 0n);
  const used = models.reduce((sum, each) => sum + each.chargeNanos, 0n);
  const { code, name } = course;
  return { code, name, period, ...balances, pool, people, models, weeks, otherPeriodsNanos: charged - used };
}
