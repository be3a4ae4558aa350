import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { courseOf, keyOf, type UsageSpan } from "./usage.ts";

/** How long answers took: p50 and p95 of finished requests, nearest rank. */
export type LatencySums = {
  readonly requests: number;
  /** Null: no stream among them. */
  readonly ttftP50Ms: number | null;
  readonly ttftP95Ms: number | null;
  readonly totalP50Ms: number;
  readonly totalP95Ms: number;
};

export type UsageLatency = {
  /** In order of time; buckets without a finished request are missing, which is not 0. */
  readonly buckets: readonly (LatencySums & { readonly start: Date })[];
  /** By model, key or course, most requests first; `label` "" for requests without a key, and for people's own money. */
  readonly series: readonly (LatencySums & { readonly series: string; readonly label: string })[];
  /** There were more requests: only the newest were measured. */
  readonly isCut: boolean;
};

/** Percentiles need single requests, which hourly sums don't keep: so many of the newest are read. */
export const MOST_MEASURED = 10_000;

/** In place of a pool's account where no course paid. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * One person's latencies over time and by model, key or course, from single requests by the account's own index. By course, a request stands with the credit
 * that paid first, as in usageSeries.
 */
export async function usageLatency(
  db: Db | Tx,
  query: UsageSpan & { accountId: string; bucket: "hour" | "day"; by: "model" | "key" | "course"; zone: string },
): Promise<UsageLatency> {
  const [series, paid, label, named] = {
    model: [Prisma.sql`n.model`, Prisma.empty, Prisma.sql`g.series`, Prisma.empty],
    key: [
      Prisma.sql`coalesce(n.key_id::text, '')`,
      Prisma.empty,
      Prisma.sql`coalesce(k.name, '')`,
      keyOf(Prisma.sql`nullif(g.series, '')::uuid`, query.accountId),
    ],
    course: [
      Prisma.sql`coalesce(c.pool_id::text, ${NOBODY})`,
      // Account and time only bound what may be read of a large ledger: an entry is no older than its request, but for clocks.
      Prisma.sql`left join ledger_entry e on e.id = n.first_entry and e.account_id = ${query.accountId}::uuid
          and e.created_at >= ${query.from}::timestamptz - interval '1 hour' left join credit c on c.id = e.credit_id`,
      Prisma.sql`coalesce(o.code, '')`,
      courseOf(Prisma.sql`g.series`),
    ],
  }[query.by];
  const rows = await db.$queryRaw<
    (LatencySums & { start: Date | null; series: string | null; label: string | null; read: number })[]
  >`with newest as (
      select r.admitted_at, r.model, r.key_id, r.charge_entry_ids[1] as first_entry, r.outcome, r.ttft_ms, r.total_ms from usage_record r
        where r.account_id = ${query.accountId}::uuid and r.id >= id_floor(${query.from}::timestamptz) and r.id < id_floor(${query.to}::timestamptz)
        order by r.id desc limit ${MOST_MEASURED + 1}),
    grouped as (
      select date_trunc(${query.bucket}, n.admitted_at, ${query.zone}) as start, ${series} as series, count(*)::int as requests,
          percentile_disc(0.5) within group (order by ttft_ms) as ttft_p50, percentile_disc(0.95) within group (order by ttft_ms) as ttft_p95,
          percentile_disc(0.5) within group (order by total_ms) as total_p50, percentile_disc(0.95) within group (order by total_ms) as total_p95
        from newest n ${paid} where n.outcome = 'finished' group by grouping sets ((1), (2)))
    select g.start, g.series, ${label} as label, g.requests, g.ttft_p50 as "ttftP50Ms", g.ttft_p95 as "ttftP95Ms", g.total_p50 as "totalP50Ms",
        g.total_p95 as "totalP95Ms", (select count(*)::int from newest) as read
      from grouped g ${named} order by g.start, g.requests desc, g.series`;
  const sumsOf = ({ requests, ttftP50Ms, ttftP95Ms, totalP50Ms, totalP95Ms }: LatencySums): LatencySums => {
    return { requests, ttftP50Ms, ttftP95Ms, totalP50Ms, totalP95Ms };
  };
  return {
    buckets: rows.flatMap((row) => (row.start === null ? [] : [{ start: row.start, ...sumsOf(row) }])),
    series: rows.flatMap((row) =>
      row.series === null ? [] : [{ series: row.series, label: row.label ?? "", ...sumsOf(row) }],
    ),
    isCut: (rows[0]?.read ?? 0) > MOST_MEASURED,
  };
}
