import { setTimeout as delay } from "node:timers/promises";
import type { Check, Message, Tally } from "../load/exchange.ts";
import { closedLoop, type LoadResult, openLoop } from "../load/loops.ts";
import { findMismatches, readSums, verifyBooks } from "../stage/books.ts";
import { INPUT_NANOS, OUTPUT_NANOS, type Stage } from "../stage/stage.ts";
import { type Client, clients, findFault, markOf, type ProtocolName, protocolNames } from "./clients.ts";
import { type Kind, listKinds, PACED, questionFor } from "./kinds.ts";
import { offerPairs } from "./offer-pairs.ts";

/** One run of one pair with one kind of traffic: the gateway's CPU for each unit of the kind. Of the paced kind a part of the run is a round. */
export type PairRun = {
  readonly kind: Kind["name"];
  readonly round: number;
  readonly client: ProtocolName;
  readonly upstream: ProtocolName;
  readonly cpuMs: number;
};

/** `checkedRequests`: warm-up included; 0 until the books have been added up. */
export type PairsResult = { readonly runs: PairRun[]; checkedRequests: number };

type Options = { isQuick: boolean; key: string; signal: AbortSignal; log: (line: string) => void };

/** Requests of one run, not paced, and connections that they share. */
const REQUESTS = { text: 24, tools: 24, prompt: 24 } as const;
const CONNECTIONS = 8;
const ROUNDS = { paced: 1, text: 4, tools: 3, prompt: 3 } as const;
/** V8 compiles what is hot, and that counts as CPU of the process. All pairs before the first is measured; the paced ones come last and find it done. */
const WARM_UP = { text: 48, tools: 24, prompt: 24 } as const;
const PACED_TRIES = 3;
const OPENING_LIMIT_MS = 20_000;

/**
 * Runs every pair of client protocol and upstream protocol. The five upstreams of one client take turns, forwards and backwards, so that a pair
 * and the same protocol on both sides see the same machine. Every answer is read as its client would, and the books must add up. Adds each
 * run to `result` as it ends, so that what was measured before a failure is not lost.
 */
export async function runPairs(stage: Stage, options: Options, result: PairsResult): Promise<void> {
  const { isQuick, key, signal, log } = options;
  log("pairs: offering the models of five channels");
  await offerPairs(stage);
  const before = await readSums(stage.databaseUrl, stage.upstreamUrl);
  let sent = 0;
  let due = 0n;
  const run = async (kind: Kind, client: Client, upstream: ProtocolName, isWarmUp: boolean) => {
    signal.throwIfAborted();
    const { sent: count, cpuMs } = await runPair(stage, { kind, client, upstream, key, signal }, isWarmUp);
    sent += count;
    due += BigInt(count) * (BigInt(kind.inputTokens) * INPUT_NANOS + BigInt(kind.outputTokens) * OUTPUT_NANOS);
    return cpuMs;
  };
  for (const kind of listKinds()) {
    if (kind.name !== "paced") {
      log(`pairs: ${kind.name}, warming up`);
      for (const client of clients) for (const upstream of protocolNames) await run(kind, client, upstream, true);
    }
    for (const client of clients) {
      // The same protocol first.
      const order = protocolNames.toSorted((one, other) => Number(other === client.id) - Number(one === client.id));
      log(`pairs: ${kind.name}, ${client.id}`);
      for (let round = 1; round <= (isQuick ? 1 : ROUNDS[kind.name]); round++) {
        for (const upstream of round % 2 === 0 ? order.toReversed() : order) {
          const cpuMs = await run(kind, client, upstream, false);
          const pair = { kind: kind.name, client: client.id, upstream };
          for (const [index, each] of cpuMs.entries()) result.runs.push({ ...pair, round: round + index, cpuMs: each });
        }
      }
    }
  }
  const after = await readSums(stage.databaseUrl, stage.upstreamUrl);
  const mismatches = findMismatches(before, after, sent, due);
  if (mismatches.length > 0) throw new Error(`pairs: the books are wrong.\n${mismatches.join("\n")}`);
  await verifyBooks(stage.dataDir, after.records);
  result.checkedRequests = sent;
}

type Pair = { kind: Kind; client: Client; upstream: ProtocolName; key: string; signal: AbortSignal };

async function runPair(stage: Stage, pair: Pair, isWarmUp: boolean): Promise<{ sent: number; cpuMs: number[] }> {
  const { kind, client, upstream, key, signal } = pair;
  const { path, body } = client.request(questionFor(upstream, kind));
  const headers = ["content-type", "application/json", "authorization", `Bearer ${key}`];
  const message: Message = { path, headers, body: Buffer.from(JSON.stringify(body)) };
  const check: Check = (answer) => findFault(client, kind.isStream, answer, kind.expected);
  const load = { origin: stage.originOf("gateway"), message: () => message, isStream: kind.isStream, signal, check };
  const name = `${client.id} to ${upstream}, ${kind.name}`;
  if (kind.name === "paced") {
    let sent = 0;
    for (let tries = 1; tries <= PACED_TRIES; tries++) {
      const { result, cpuMs } = await overStretch(stage, client, load);
      refuseFailures(name, result);
      sent += result.sent;
      if (cpuMs.length === PACED.parts) return { sent, cpuMs };
    }
    throw new Error(`${name}: the streams always end while they are measured: the machine is too busy`);
  }
  const requests = (isWarmUp ? WARM_UP : REQUESTS)[kind.name];
  const from = stage.gatewayCpuMs();
  const result = await closedLoop(load, { connections: CONNECTIONS, requests });
  const cpuMs = (stage.gatewayCpuMs() - from) / (result.sent * kind.units);
  refuseFailures(name, result);
  return { sent: result.sent, cpuMs: [cpuMs] };
}

/**
 * Streams at their pace, while all of them are open: neither opening nor settling them is in the CPU of a chunk. The
 * stretch comes in parts, so that a moment in which the machine did something else is not the figure; fewer of them: a stream ended too early.
 */
async function overStretch(stage: Stage, client: Client, load: Parameters<typeof openLoop>[0]) {
  const { streams, openedPerSecond, settleMs, measuredMs, parts } = PACED;
  const options = {
    perSecond: openedPerSecond,
    total: streams,
    connections: streams,
    watchEvents: true,
    mark: markOf(client),
  };
  const cpuMs: number[] = [];
  const result = await openLoop(load, options, async (tally) => {
    if (!(await areAllOpen(tally, load.signal))) return;
    await delay(settleMs);
    for (let part = 1; part <= parts; part++) {
      const from = { cpu: stage.gatewayCpuMs(), events: tally.events };
      await delay(measuredMs / parts);
      if (tally.ended === 0) cpuMs.push((stage.gatewayCpuMs() - from.cpu) / (tally.events - from.events));
    }
  });
  return { result, cpuMs };
}

async function areAllOpen(tally: Tally, signal: AbortSignal): Promise<boolean> {
  const limit = performance.now() + OPENING_LIMIT_MS;
  while (tally.open < PACED.streams) {
    if (tally.failed > 0 || signal.aborted) return false;
    if (tally.ended > 0) return false;
    if (performance.now() > limit) throw new Error(`only ${tally.open} streams opened`);
    await delay(10);
  }
  return true;
}

function refuseFailures(name: string, { tally }: LoadResult): void {
  if (tally.failed > 0)
    throw new Error(`${name}: ${tally.failed} of ${tally.ended} failed; the first: ${tally.firstProblem}`);
}
