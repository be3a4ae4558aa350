import { newId, type SpeedLanguage, type SpeedPrompt } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

export type SpeedRunState = "running" | "finished" | "stopped" | "failed";

/** What is to be measured. */
export type SpeedRunPlan = {
  readonly prompt: SpeedPrompt;
  readonly language: SpeedLanguage;
  readonly isCached: boolean;
  readonly concurrency: number;
  /** Of each model, without the warm-up. */
  readonly runs: number;
  readonly models: readonly string[];
};

export type SpeedRunRow = SpeedRunPlan & {
  readonly id: string;
  readonly userId: string;
  readonly state: SpeedRunState;
  readonly errorCode: string | null;
  readonly shareId: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
};

/** One request of a run; place 0 is the warm-up. Times as in SpeedFigures. */
export type SpeedSampleRow = {
  readonly model: string;
  readonly place: number;
  readonly requestId: string | null;
  readonly sentAfterMs: number;
  readonly firstByteMs: number | null;
  readonly ttftMs: number | null;
  readonly ttfaMs: number | null;
  readonly tpotMs: number | null;
  readonly e2eMs: number | null;
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly tokens: number;
  readonly isCounted: boolean;
  readonly errorCode: string | null;
  readonly httpStatus: number | null;
  readonly channelId: string | null;
  /** TTFT as the gateway saw it of the upstream. */
  readonly upstreamTtftMs: number | null;
  readonly chargeNanos: bigint | null;
};

/** A run whose process said nothing for so long is over. */
export const SPEED_RUN_SILENCE_MS = 30_000;

const runColumns = {
  id: true,
  userId: true,
  prompt: true,
  language: true,
  isCached: true,
  concurrency: true,
  runs: true,
  models: true,
  state: true,
  errorCode: true,
  shareId: true,
  startedAt: true,
  endedAt: true,
} as const;

/** Begins a run; null where this person has one that is under way, in whatever process. */
export async function startSpeedRun(db: Db, userId: string, plan: SpeedRunPlan): Promise<string | null> {
  const id = newId();
  const { prompt, language, isCached, concurrency, runs, models } = plan;
  await db.$executeRaw`update speed_run set state = 'failed', error_code = 'internal', ended_at = clock_timestamp()
    where user_id = ${userId}::uuid and ended_at is null and alive_until < clock_timestamp()`;
  const begun = await db.$executeRaw`
    insert into speed_run (id, user_id, prompt, language, is_cached, concurrency, runs, models, alive_until)
    values (${id}::uuid, ${userId}::uuid, ${prompt}, ${language}, ${isCached}, ${concurrency}, ${runs}, ${models}::text[],
      clock_timestamp() + make_interval(secs => ${SPEED_RUN_SILENCE_MS / 1_000}))
    on conflict (user_id) where ended_at is null do nothing`;
  return begun === 1 ? id : null;
}

/** Says that a run is still under way. False: it was given up meanwhile. */
export async function keepSpeedRun(db: Db, id: string): Promise<boolean> {
  const kept = await db.$executeRaw`update speed_run
    set alive_until = clock_timestamp() + make_interval(secs => ${SPEED_RUN_SILENCE_MS / 1_000})
    where id = ${id}::uuid and ended_at is null`;
  return kept === 1;
}

/** Ends a run; one that has ended stays as it is. */
export async function endSpeedRun(
  db: Db,
  id: string,
  state: Exclude<SpeedRunState, "running">,
  errorCode: string | null,
): Promise<void> {
  await db.$executeRaw`update speed_run set state = ${state}, error_code = ${errorCode}, ended_at = clock_timestamp()
    where id = ${id}::uuid and ended_at is null`;
}

/** Keeps one measured request. */
export async function addSpeedSample(db: Db, runId: string, sample: SpeedSampleRow): Promise<void> {
  await db.speedSample.create({ data: { runId, ...sample }, select: { place: true } });
}

/** What the gateway wrote down about a request: where it went, what it cost, and when the upstream's first token came. */
export type RequestFacts = Pick<SpeedSampleRow, "channelId" | "upstreamTtftMs" | "chargeNanos">;

/** Of one's own request only; null where there is no record of it (yet). */
export async function findRequestFacts(db: Db, userId: string, requestId: string): Promise<RequestFacts | null> {
  const rows = await db.$queryRaw<RequestFacts[]>`select channel_id as "channelId", charge_nanos as "chargeNanos",
      greatest(ttft_ms - queue_ms, 0) as "upstreamTtftMs"
    from usage_record where id = ${requestId}::uuid and user_id = ${userId}::uuid`;
  return rows[0] ?? null;
}

/** The newest runs of a person. */
export async function listSpeedRuns(db: Db | Tx, userId: string, most: number): Promise<SpeedRunRow[]> {
  const rows = await db.speedRun.findMany({
    where: { userId },
    select: runColumns,
    orderBy: { startedAt: "desc" },
    take: most,
  });
  return rows as SpeedRunRow[];
}

/** A run of this person, or one that is shared; null where there is none for them to see. */
export async function findSpeedRun(
  db: Db | Tx,
  where: { id: string; userId: string } | { shareId: string },
): Promise<{ run: SpeedRunRow; samples: SpeedSampleRow[] } | null> {
  const run = await db.speedRun.findFirst({ where, select: runColumns });
  if (run === null) return null;
  const rows = await db.speedSample.findMany({
    where: { runId: run.id },
    omit: { runId: true },
    orderBy: [{ model: "asc" }, { place: "asc" }],
  });
  return { run: run as SpeedRunRow, samples: rows };
}

/** The newest run of the same kind from the week before one (six to fourteen days), for each of its models that it measured. */
export async function findWeekBefore(db: Db | Tx, run: SpeedRunRow): Promise<Map<string, SpeedSampleRow[]>> {
  const day = 86_400_000;
  const { userId, prompt, language, isCached, concurrency } = run;
  const found = new Map<string, SpeedSampleRow[]>();
  const earlier = await db.speedRun.findMany({
    where: {
      ...{ userId, prompt, language, isCached, concurrency, models: { hasSome: [...run.models] } },
      startedAt: {
        gte: new Date(run.startedAt.getTime() - 14 * day),
        lte: new Date(run.startedAt.getTime() - 6 * day),
      },
    },
    select: { samples: { omit: { runId: true }, where: { errorCode: null, place: { gt: 0 } } } },
    orderBy: { startedAt: "desc" },
  });
  for (const { samples } of earlier) {
    for (const model of run.models) {
      const own = samples.filter((sample) => sample.model === model);
      if (own.length > 0 && !found.has(model)) found.set(model, own);
    }
  }
  return found;
}

/** Makes a run readable for whoever is signed in and has its link, or takes that back. False: not a run of this person. */
export async function shareSpeedRun(
  tx: Tx,
  userId: string,
  input: { runId: string; shareId: string | null },
): Promise<boolean> {
  const { count } = await tx.speedRun.updateMany({
    where: { id: input.runId, userId },
    data: { shareId: input.shareId },
  });
  return count === 1;
}

/** Names of channels by id, those that are deleted too. */
export async function listChannelNames(db: Db | Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.channel.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } });
  return new Map(rows.map((row) => [row.id, row.name]));
}
