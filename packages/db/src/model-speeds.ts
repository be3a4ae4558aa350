import { bucketPercentile, bucketTotal } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

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

/** Speeds by model id, from real traffic over all channels. Models without any are missing. */
export async function listModelSpeeds(db: Db | Tx): Promise<Map<string, SquareSpeed>> {
  const rows = await db.$queryRaw<(Sums & { modelId: string; span: "day" | "week" })[]>`
    select model_id as "modelId", span, sum(requests)::int as requests, sum(failures)::int as failures,
        sum_counts(ttft) as ttft, sum_counts(tpot) as tpot
      from speed_rollup join (values ('day', interval '24 hours'), ('week', interval '7 days')) as s (span, length) on hour > now() - s.length
      group by model_id, span`;
  const loads = await db.$queryRaw<{ modelId: string; now: number; peak: number }[]>`
    with hours as (select model_id, hour, sum(requests)::int as requests from speed_rollup where hour > now() - interval '7 days' group by 1, 2)
    select model_id as "modelId", max(requests) as peak,
        coalesce(sum(requests) filter (where hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'), 0)::float8
          / (1 + extract(epoch from now() - date_trunc('hour', now(), 'UTC')) / 3600)::float8 as now
      from hours group by model_id`;
  const speeds = new Map<string, SquareSpeed>();
  for (const { modelId, now, peak } of loads) {
    const of = (span: "day" | "week") => {
      const row = rows.find((each) => each.modelId === modelId && each.span === span);
      return row === undefined ? null : speedOf(row);
    };
    speeds.set(modelId, { day: of("day"), week: of("week"), load: loadWord(now, peak) });
  }
  return speeds;
}

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
