import { bucketMs, bucketPercentile, bucketTotal, emptyBuckets } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";

/** How a model answered real traffic in a span; null: nothing was measured, which is not 0. */
export type ModelSpeed = {
  readonly requests: number;
  readonly failures: number;
  /** Streams that TTFT is known of. */
  readonly streams: number;
  readonly ttftP50Ms: number | null;
  readonly ttftP95Ms: number | null;
  /** Tokens a second while decoding: 1 / p50 of TPOT. */
  readonly tokensPerSecond: number | null;
};

export type LoadWord = "idle" | "moderate" | "busy" | "full";

/** What the square shows of a model: the last day, the last week, and how busy it is now. */
export type SquareSpeed = {
  readonly day: ModelSpeed | null;
  readonly week: ModelSpeed | null;
  /** By the requests of the last hour, against the busiest hour of the week; null without any in the week. */
  readonly load: LoadWord | null;
};

type Sums = { requests: number; failures: number; ttft: number[]; tpot: number[] };

/** Speeds by model id, from real traffic over all channels, of these models. Those without any are missing. */
export async function listModelSpeeds(db: Db | Tx, modelIds: readonly string[]): Promise<Map<string, SquareSpeed>> {
  const span = spanOfWeek(await closedUntil(db), modelIds);
  const [sums, loads] = await Promise.all([readSums(db, span), readLoads(db, span)]);
  return new Map(
    loads.map(({ modelId, now, peak }) => {
      const { day, week } = sums.get(modelId) ?? {};
      return [
        modelId,
        { day: day ? speedOf(day) : null, week: week ? speedOf(week) : null, load: loadWord(now, peak) },
      ];
    }),
  );
}

/**
 * How long whole answers took on average in the days of the last week that are added up, by model id, in seconds; before there is one, today. As
 * exact as the buckets are.
 */
export async function listAnswerSeconds(db: Db | Tx): Promise<Map<string, number>> {
  const until = await closedUntil(db);
  const { days, hours } = spanOfWeek(until, null);
  const source =
    until === null
      ? Prisma.sql`select model_id, e2e from speed_rollup where ${hours}`
      : Prisma.sql`select model_id, e2e from speed_day where ${days}`;
  const rows = await db.$queryRaw<{ modelId: string; place: number; n: number }[]>`
    select model_id as "modelId", place::int, sum(n)::int as n
      from (${source}) s, unnest(e2e) with ordinality as bucket (n, place) where n > 0 group by 1, 2`;
  const sums = new Map<string, { ms: number; requests: number }>();
  for (const { modelId, place, n } of rows) {
    const { ms, requests } = sums.get(modelId) ?? { ms: 0, requests: 0 };
    sums.set(modelId, { ms: ms + n * bucketMs(place - 1), requests: requests + n });
  }
  return new Map([...sums].map(([modelId, { ms, requests }]) => [modelId, ms / requests / 1_000]));
}

type Load = { modelId: string; now: number; peak: number };

/** Asked first, because the planner finds the hours since then by their index only where it knows the hour. Null: no day is added up yet. */
async function closedUntil(db: Db | Tx): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ until: Date | null }[]>`select nullif(speed_closed_until(), '-infinity') as until`;
  return row?.until ?? null;
}

type Span = {
  /** Which days, and which hours since the last that is added up: the running day (of UTC) and the seven before it. */
  readonly days: Prisma.Sql;
  readonly hours: Prisma.Sql;
  /** Which hours may be in it or in the last 24. */
  readonly all: Prisma.Sql;
};

function spanOfWeek(until: Date | null, modelIds: readonly string[] | null): Span {
  const ofModels = modelIds === null ? Prisma.empty : Prisma.sql`and model_id = any(${[...modelIds]}::uuid[])`;
  const from = Prisma.sql`date_trunc('day', now() - interval '7 days', 'UTC')`;
  const open = Prisma.sql`greatest(${from}, ${until}::timestamptz)`;
  return {
    days: Prisma.sql`day >= ${from} ${ofModels}`,
    hours: Prisma.sql`hour >= ${open} ${ofModels}`,
    all: Prisma.sql`hour >= least(${open}, now() - interval '1 day') ${ofModels}`,
  };
}

/** Requests an hour now and in the busiest hour of the week, of every model that had any. */
function readLoads(db: Db | Tx, span: Span): Promise<Load[]> {
  return db.$queryRaw<Load[]>`
    with hours as (select model_id, hour, sum(requests)::int as requests from speed_rollup where ${span.hours} group by 1, 2),
      loads as (
        select model_id, max(requests) as peak,
            sum(requests) filter (where hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour') as latest from hours group by 1
        union all select model_id, max(peak), 0 from speed_day where ${span.days} group by 1)
    select model_id as "modelId", max(peak) as peak, coalesce(sum(latest), 0)::float8
        / (1 + extract(epoch from now() - date_trunc('hour', now(), 'UTC')) / 3600)::float8 as now
      from loads group by 1`;
}

type BothSums = { day: Sums | null; week: Sums | null };

/**
 * Sums of the last 24 hours and of the week, by model. Every row is looked at once, and its counts as rows: as whole lists, by the aggregate,
 * they take four times as long.
 */
async function readSums(db: Db | Tx, span: Span): Promise<Map<string, BothSums>> {
  const source = Prisma.sql`(
    select model_id, requests, failures, ttft, tpot, false as in_day, true as in_week from speed_day where ${span.days}
    union all select model_id, requests, failures, ttft, tpot, hour > now() - interval '1 day', ${span.hours} from speed_rollup where ${span.all}) s`;
  const [totals, buckets] = await Promise.all([
    db.$queryRaw<TotalRow[]>`select model_id as "modelId",
        sum(requests) filter (where in_day)::int as "dayRequests", sum(failures) filter (where in_day)::int as "dayFailures",
        sum(requests) filter (where in_week)::int as "weekRequests", sum(failures) filter (where in_week)::int as "weekFailures"
      from ${source} group by 1`,
    db.$queryRaw<BucketRow[]>`select model_id as "modelId", place::int,
        coalesce(sum(f) filter (where in_day), 0)::int as "dayTtft", coalesce(sum(p) filter (where in_day), 0)::int as "dayTpot",
        coalesce(sum(f) filter (where in_week), 0)::int as "weekTtft", coalesce(sum(p) filter (where in_week), 0)::int as "weekTpot"
      from ${source}, unnest(ttft, tpot) with ordinality as bucket (f, p, place) where f > 0 or p > 0 group by 1, 2`,
  ]);
  const empty = (requests: number | null, failures: number | null) =>
    requests === null ? null : { requests, failures: failures ?? 0, ttft: emptyBuckets(), tpot: emptyBuckets() };
  const sums = new Map<string, BothSums>(
    totals.map(({ modelId, ...row }) => [
      modelId,
      { day: empty(row.dayRequests, row.dayFailures), week: empty(row.weekRequests, row.weekFailures) },
    ]),
  );
  for (const { modelId, place, ...row } of buckets) {
    const { day, week } = sums.get(modelId) ?? {};
    for (const [of, ttft, tpot] of [
      [day, row.dayTtft, row.dayTpot],
      [week, row.weekTtft, row.weekTpot],
    ] as const) {
      if (!of) continue;
      of.ttft[place - 1] = ttft;
      of.tpot[place - 1] = tpot;
    }
  }
  return sums;
}

type TotalRow = { modelId: string } & Record<
  "dayRequests" | "dayFailures" | "weekRequests" | "weekFailures",
  number | null
>;
type BucketRow = { modelId: string; place: number } & Record<"dayTtft" | "dayTpot" | "weekTtft" | "weekTpot", number>;

/** How much of its busiest hour a model has to do now. A handful of requests an hour is no load, whatever the peak. */
export function loadWord(perHour: number, peak: number): LoadWord {
  const share = peak === 0 ? 0 : perHour / peak;
  if (perHour < 5 || share < 0.15) return "idle";
  if (share < 0.5) return "moderate";
  return share < 0.85 ? "busy" : "full";
}

function speedOf({ requests, failures, ttft, tpot }: Sums): ModelSpeed {
  const tpotMs = bucketPercentile(tpot, 50);
  return {
    requests,
    failures,
    streams: bucketTotal(ttft),
    ttftP50Ms: bucketPercentile(ttft, 50),
    ttftP95Ms: bucketPercentile(ttft, 95),
    tokensPerSecond: tpotMs === null ? null : 1_000 / tpotMs,
  };
}

/** An hour of the week: weekday 1 is Monday. */
export type SpeedHour = ModelSpeed & { readonly weekday: number; readonly hour: number };

/** A model's speeds by weekday and hour of the zone, over the last so many days. Hours without traffic are missing. */
export async function listSpeedHours(
  db: Db | Tx,
  input: { modelId: string; zone: string; days: number },
): Promise<SpeedHour[]> {
  const rows = await db.$queryRaw<(Sums & { weekday: number; hour: number })[]>`
    select extract(isodow from hour at time zone ${input.zone}::text)::int as weekday,
        extract(hour from hour at time zone ${input.zone}::text)::int as hour,
        sum(requests)::int as requests, sum(failures)::int as failures, sum_counts(ttft) as ttft, sum_counts(tpot) as tpot
      from speed_rollup where model_id = ${input.modelId}::uuid and hour > now() - make_interval(days => ${input.days}::int)
      group by 1, 2 order by 1, 2`;
  return rows.map(({ weekday, hour, ...sums }) => ({ weekday, hour, ...speedOf(sums) }));
}
