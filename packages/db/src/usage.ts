import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { sums } from "./usage-columns.ts";

export type UsageSpan = {
  /** Null: everybody, for admins. */
  readonly accountId: string | null;
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
};

export type UsageSums = {
  readonly requests: number;
  /** Requests that did not finish. */
  readonly failures: number;
  /** Totals: input includes cached, output includes reasoning. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly chargeNanos: bigint;
  /** What the house paid. */
  readonly uncollectedNanos: bigint;
};

export type UsagePoint = UsageSums & {
  /** Start of the bucket, in the zone asked for. */
  readonly start: Date;
  /** A model's name, a key's id, or the account of a course's pool (the nil UUID: people's own money). */
  readonly series: string;
  /** What to show: the model's or the key's name, or the course's code; "" for requests without a key and people's own money. */
  readonly label: string;
};

/**
 * Usage over time from hourly sums, in order of time. Only buckets with usage are returned. `zone` is an IANA name: a day begins at its
 * midnight. By course, a request stands with the credit that paid first and money with each that paid. Everybody's usage comes from the
 * campus's own sums, which stay few.
 */
export async function usageSeries(
  db: Db | Tx,
  query: UsageSpan & { bucket: "hour" | "day"; by: "model" | "key" | "course"; zone: string },
): Promise<UsagePoint[]> {
  const { by, bucket, zone } = query;
  const start = Prisma.sql`date_trunc(${bucket}, t.hour, ${zone})`;
  if (query.accountId === null && by !== "key") {
    const [label, join] =
      by === "model"
        ? [Prisma.sql`t.series`, Prisma.empty]
        : [Prisma.sql`coalesce(o.code, '')`, courseOf(Prisma.sql`t.series`)];
    return db.$queryRaw<
      UsagePoint[]
    >`select ${start} as start, t.series, ${label} as label, ${sums} from campus_usage t ${join}
      where t.dimension = ${by} and ${spanCondition(query)} group by 1, 2, 3 order by 1, 2`;
  }
  const [series, label, join] = {
    model: [Prisma.sql`t.model`, Prisma.sql`t.model`, Prisma.empty],
    course: [Prisma.sql`t.pool_id::text`, Prisma.sql`coalesce(o.code, '')`, courseOf(Prisma.sql`t.pool_id::text`)],
    key: [Prisma.sql`t.key_id::text`, Prisma.sql`coalesce(k.name, '')`, keyOf(Prisma.sql`t.key_id`, query.accountId)],
  }[by];
  return db.$queryRaw<
    UsagePoint[]
  >`select ${start} as start, ${series} as series, ${label} as label, ${sums} from usage_rollup t ${join}
    where ${spanCondition(query)} group by 1, 2, 3 order by 1, 2`;
}

/**
 * Joins as `k` the key that this is, of one account or of any, with its name: where a person has given several keys the same one, as the form's own, with
 * the last letters of the key behind it, as the keys page shows them.
 */
export function keyOf(key: Prisma.Sql, accountId: string | null): Prisma.Sql {
  const own = accountId === null ? Prisma.empty : Prisma.sql`where account_id = ${accountId}::uuid`;
  return Prisma.sql`left join (select id, case when count(*) over (partition by account_id, name) > 1 then name || ' …' || last_four else name end as name
    from virtual_key ${own}) k on k.id = ${key}`;
}

/** Joins as `o` the course whose pool's account this is. */
export function courseOf(pool: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`left join (select a.id::text as pool, c.code from account a join course c on c.id = a.course_id) o on o.pool = ${pool}`;
}

/** The sums of a span. */
export async function usageTotals(db: Db | Tx, query: UsageSpan): Promise<UsageSums> {
  const source =
    query.accountId === null
      ? Prisma.sql`campus_usage t where t.dimension = 'model' and`
      : Prisma.sql`usage_rollup t where`;
  const rows = await db.$queryRaw<[UsageSums]>`select ${sums} from ${source} ${spanCondition(query)}`;
  return rows[0];
}

function spanCondition(span: UsageSpan): Prisma.Sql {
  const account = span.accountId === null ? Prisma.empty : Prisma.sql`t.account_id = ${span.accountId}::uuid and`;
  return Prisma.sql`${account} t.hour >= ${span.from}::timestamptz and t.hour < ${span.to}::timestamptz`;
}

/** What accounts were charged since the month began in the zone, by account id; accounts without usage are left out. */
export async function chargedThisMonth(
  db: Db | Tx,
  accountIds: readonly string[],
  zone: string,
): Promise<Map<string, bigint>> {
  const rows = await db.$queryRaw<{ accountId: string; chargeNanos: bigint }[]>`
    select account_id as "accountId", sum(charge_nanos)::bigint as "chargeNanos" from usage_rollup
    where account_id = any(${[...accountIds]}::uuid[]) and hour >= date_trunc('month', now(), ${zone}) group by 1`;
  return new Map(rows.map((row) => [row.accountId, row.chargeNanos]));
}
