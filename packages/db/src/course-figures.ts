import { AppError } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type CourseSpan, paidBy } from "./course-paid.ts";
import { requireCourseRole } from "./course-roles.ts";
import { Prisma } from "./generated/client.ts";
import type { UsagePoint, UsageSums } from "./usage.ts";
import { sums } from "./usage-columns.ts";

export type CourseSpender = UsageSums & {
  /** The person's account: the series of courseSeries. */
  readonly accountId: string;
  /** Null: no member, who was granted some of the course's money all the same. */
  readonly memberId: string | null;
  readonly studentId: string;
  readonly name: string;
};

export type CourseSpenders = {
  /** Those who spent most, first by money, then by tokens. */
  readonly rows: readonly CourseSpender[];
  /** How many used the course's money in the span. */
  readonly people: number;
  /** Of all of them. */
  readonly total: UsageSums;
};

/** Students with a series of their own; the rest is one. */
const SHOWN = 20;

/**
 * What a course's money paid over time, out of the hourly sums: by model, or by student (series: the account), where those who spent most stand by
 * themselves and all others are the series "". Only buckets with usage; money of any other kind is not among it, nor a request that cost
 * nothing. Throws `not_found`.
 */
export async function courseSeries(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  query: CourseSpan & { bucket: "hour" | "day" | "week"; by: "model" | "student"; zone: string },
): Promise<UsagePoint[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const paid = paidBy(course, query);
  const start = Prisma.sql`date_trunc(${query.bucket}, t.hour, ${query.zone})`;
  // By hour first: what a bucket is, and whose name a series has, is worked out once an hour, not once a row.
  const hourly = (
    series: Prisma.Sql,
  ) => Prisma.sql`select t.hour, ${series} as series, sum(t.requests) as requests, sum(t.failures) as failures,
    sum(t.input_tokens) as input_tokens, sum(t.cached_input_tokens) as cached_input_tokens, sum(t.output_tokens) as output_tokens,
    sum(t.reasoning_tokens) as reasoning_tokens, sum(t.charge_nanos) as charge_nanos, sum(t.uncollected_nanos) as uncollected_nanos`;
  if (query.by === "model") {
    return db.$queryRaw<UsagePoint[]>`with t as (${hourly(Prisma.sql`t.model`)} from (${paid}) t group by 1, 2)
      select ${start} as start, t.series, t.series as label, ${sums} from t group by 1, 2 order by 1, 2`;
  }
  return db.$queryRaw<UsagePoint[]>`with paid as not materialized (${paid}), top as (${topOf(SHOWN)}),
      t as (${hourly(Prisma.sql`top.account_id`)} from paid t left join top on top.account_id = t.account_id group by 1, 2)
    select ${start} as start, coalesce(t.series::text, '') as series, coalesce(u.name, '') as label, ${sums}
    from t left join account a on a.id = t.series left join app_user u on u.id = a.user_id
    group by 1, 2, 3 order by 1, 2`;
}

/** Who spent most of a course's money in a span, at most `limit` of them. Throws `not_found`. */
export async function listCourseSpenders(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  query: CourseSpan & { limit?: number },
): Promise<CourseSpenders> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  // One look at the rollups, by person; both answers are made of that.
  const people = Prisma.sql`p as materialized (select t.account_id, ${sums} from (${paidBy(course, query)}) t group by 1)`;
  const rows = await db.$queryRaw<(CourseSpender & { people: number; total: TotalText })[]>`with ${people},
    top as (select * from p order by "chargeNanos" desc, "inputTokens" + "outputTokens" desc, account_id limit ${query.limit ?? SHOWN})
    select top.account_id as "accountId", m.id as "memberId", coalesce(m.student_id, u.student_id) as "studentId", coalesce(m.name, u.name) as name,
      top.requests, top.failures, top."inputTokens", top."cachedInputTokens", top."outputTokens", top."reasoningTokens", top."chargeNanos",
      top."uncollectedNanos", (select count(*)::int from p) as people, (${totalOfPeople}) as total
    from top join account a on a.id = top.account_id join app_user u on u.id = a.user_id
      left join course_member m on m.course_id = ${course.id}::uuid and m.user_id = u.id
    order by "chargeNanos" desc, "inputTokens" + "outputTokens" desc, 1`;
  const first = rows[0];
  return {
    rows: rows.map(({ people: _, total: __, ...row }) => row),
    people: first?.people ?? 0,
    total: readTotal(first?.total),
  };
}

/** As text: JSON has no whole numbers of the size of money. */
type TotalText = Record<keyof UsageSums, string>;

const totalOfPeople = Prisma.sql`select json_build_object('requests', sum(requests)::text, 'failures', sum(failures)::text,
  'inputTokens', sum("inputTokens")::text, 'cachedInputTokens', sum("cachedInputTokens")::text, 'outputTokens', sum("outputTokens")::text,
  'reasoningTokens', sum("reasoningTokens")::text, 'chargeNanos', sum("chargeNanos")::text, 'uncollectedNanos', sum("uncollectedNanos")::text) from p`;

function readTotal(total: TotalText | undefined): UsageSums {
  const count = (name: keyof UsageSums) => Number(total?.[name] ?? 0);
  return {
    requests: count("requests"),
    failures: count("failures"),
    inputTokens: count("inputTokens"),
    cachedInputTokens: count("cachedInputTokens"),
    outputTokens: count("outputTokens"),
    reasoningTokens: count("reasoningTokens"),
    chargeNanos: BigInt(total?.chargeNanos ?? 0),
    uncollectedNanos: BigInt(total?.uncollectedNanos ?? 0),
  };
}

/** Since when a course can have spent anything. Throws `not_found`. */
export async function courseBegan(db: Db | Tx, actor: Actor, courseId: string): Promise<Date> {
  const { id } = await requireCourseRole(db, actor, courseId, "see");
  const course = await db.course.findUnique({ where: { id }, select: { createdAt: true } });
  if (course === null) throw new AppError("not_found");
  return course.createdAt;
}

function topOf(limit: number): Prisma.Sql {
  return Prisma.sql`select account_id from paid group by 1
    order by sum(charge_nanos) desc, sum(input_tokens + output_tokens) desc, account_id limit ${limit}`;
}
