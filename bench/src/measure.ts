import { setTimeout as delay } from "node:timers/promises";
import type { Message, Tally } from "./load/exchange.ts";
import { closedLoop, type Load, type LoadResult, openLoop } from "./load/loops.ts";
import { median, type Spread, spreadOf } from "./load/percentiles.ts";
import { OPENED_PER_SECOND, type Scenario, SETTLE_MS, type Shape } from "./scenarios.ts";
import type { CpuTimes, Stage, TargetName } from "./stage/stage.ts";

/** One target in one round. Times in ms; CPU for each unit of the scenario. */
export type Run = {
  readonly target: TargetName;
  readonly sent: number;
  readonly unitsPerSecond: number | null;
  /** Of whole answers; of the gaps between the chunks of a stream where those are the unit. */
  readonly latency: Spread | null;
  /** Until the first byte of a stream. */
  readonly firstByte: Spread | null;
  readonly proxyCpuMs: number | null;
  readonly databaseCpuMs: number | null;
  readonly residentKb: number | null;
};

export type Traffic = { readonly message: (index: number) => Message; readonly signal: AbortSignal };

const CHECK_EVERY_MS = 20;
const OPENING_LIMIT_MS = 60_000;

/** Runs a scenario once against one target. Throws where a request failed: the figures would be worthless. */
export async function measure(stage: Stage, scenario: Scenario, target: TargetName, traffic: Traffic): Promise<Run> {
  const load: Load = { ...traffic, origin: stage.originOf(target), isStream: scenario.isStream };
  const run = await byShape(stage, scenario.shape, target, load);
  traffic.signal.throwIfAborted();
  return run;
}

function byShape(stage: Stage, shape: Shape, target: TargetName, load: Load): Promise<Run> {
  switch (shape.kind) {
    case "closed":
      return overAll(stage, target, load, () => closedLoop(load, shape));
    case "open": {
      const options = { perSecond: shape.perSecond, total: shape.perSecond * shape.seconds, connections: 1_000 };
      return overAll(stage, target, load, () => openLoop(load, options));
    }
    case "paced":
      return overStretch(stage, target, load, shape);
    case "held":
      return overMemory(stage, target, load, shape.streams);
    default:
      return shape satisfies never;
  }
}

/** Every request counts, from the first to the last. */
async function overAll(stage: Stage, target: TargetName, load: Load, send: () => Promise<LoadResult>): Promise<Run> {
  const before = stage.cpu();
  const { tally, sent, seconds } = await send();
  const cpu = cpuFor(target, before, stage.cpu(), sent);
  refuseFailures(tally, target);
  return {
    target,
    sent,
    unitsPerSecond: sent / seconds,
    latency: spreadOf(tally.latencies),
    firstByte: load.isStream ? spreadOf(tally.firstBytes) : null,
    ...cpu,
    residentKb: null,
  };
}

/** A stretch in the middle, while all streams are open: neither opening nor settling them is in the CPU of a chunk. */
async function overStretch(
  stage: Stage,
  target: TargetName,
  load: Load,
  shape: { streams: number; seconds: number },
): Promise<Run> {
  let stretch: Omit<Run, "target" | "sent" | "firstByte"> | null = null;
  const { tally, sent } = await openStreams(load, shape.streams, true, async (tally) => {
    const from = { cpu: stage.cpu(), events: tally.events, gaps: tally.gaps.length, at: performance.now() };
    await delay(shape.seconds * 1_000);
    const events = tally.events - from.events;
    stretch = {
      unitsPerSecond: (events * 1_000) / (performance.now() - from.at),
      latency: spreadOf(tally.gaps.slice(from.gaps)),
      ...cpuFor(target, from.cpu, stage.cpu(), events),
      residentKb: null,
    };
  });
  refuseFailures(tally, target);
  if (stretch === null) throw new Error("the streams were not measured");
  return {
    ...(stretch as Omit<Run, "target" | "sent" | "firstByte">),
    target,
    sent,
    firstByte: spreadOf(tally.firstBytes),
  };
}

/** What a process holds with all streams open, less what it held before; of a fresh process, because freed memory is not given back. */
async function overMemory(stage: Stage, target: TargetName, load: Load, streams: number): Promise<Run> {
  if (target === "direct") throw new Error("there is no process to measure between client and upstream");
  await stage.restart(target);
  await delay(SETTLE_MS);
  const idle = await residentKb(stage, target);
  let perStream = Number.NaN;
  const { tally, sent } = await openStreams({ ...load, origin: stage.originOf(target) }, streams, false, async () => {
    perStream = ((await residentKb(stage, target)) - idle) / streams;
  });
  refuseFailures(tally, target);
  return {
    target,
    sent,
    unitsPerSecond: null,
    latency: null,
    firstByte: spreadOf(tally.firstBytes),
    proxyCpuMs: null,
    databaseCpuMs: null,
    residentKb: perStream,
  };
}

/** Opens streams, waits until all are open and have settled, measures, and sees that none has ended meanwhile. */
function openStreams(load: Load, streams: number, watchEvents: boolean, whileOpen: (tally: Tally) => Promise<void>) {
  const options = { perSecond: OPENED_PER_SECOND, total: streams, connections: streams, watchEvents };
  return openLoop(load, options, async (tally) => {
    const limit = performance.now() + OPENING_LIMIT_MS;
    while (tally.open < streams) {
      if (tally.failed > 0 || load.signal.aborted) return;
      if (tally.ended > 0 || performance.now() > limit)
        throw new Error(`only ${tally.open} of ${streams} streams opened`);
      await delay(CHECK_EVERY_MS);
    }
    await delay(SETTLE_MS);
    await whileOpen(tally);
    if (tally.ended > 0)
      throw new Error(`${tally.ended} of ${streams} streams ended while they were measured: the machine is too busy`);
  });
}

/** The middle of several readings: garbage comes and goes. */
async function residentKb(stage: Stage, target: "floor" | "gateway"): Promise<number> {
  const readings: number[] = [];
  for (let i = 0; i < 5; i++) {
    readings.push(stage.residentKb(target));
    await delay(200);
  }
  return median(readings);
}

function cpuFor(target: TargetName, before: CpuTimes, after: CpuTimes, units: number) {
  if (target === "direct") return { proxyCpuMs: null, databaseCpuMs: null };
  return {
    proxyCpuMs: (after[target] - before[target]) / units,
    databaseCpuMs: target === "gateway" ? (after.database - before.database) / units : null,
  };
}

function refuseFailures(tally: Tally, target: TargetName): void {
  if (tally.failed > 0) {
    throw new Error(`${tally.failed} of ${tally.ended} requests (${target}) failed; the first: ${tally.firstProblem}`);
  }
}
