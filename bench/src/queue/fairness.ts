import { closedLoop } from "../load/loops.ts";
import { percentile } from "../load/percentiles.ts";
import { type LimitedStage, SERVICE_MS, SLOW_MODEL } from "./limited-stage.ts";

export type Fairness = {
  readonly servers: number;
  readonly calls: number;
  /** What single calls waited: from sending to the answer, less the service time. */
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Calls that the greedy one got answered meanwhile. */
  readonly greedyCalls: number;
  /** The most of a channel's slots that were held at any look; looked at ten times a second. */
  readonly mostRunning: number;
};

const PEOPLE = 20;
const EVERY_MS = 2_000;
const GREEDY_CALLS = 500;

/** One person with 500 calls at a time, beside 20 with one call every two seconds, for so many rounds of theirs. */
export async function measureFairness(
  { stage, query }: LimitedStage,
  origins: readonly string[],
  options: { rounds: number; signal: AbortSignal },
): Promise<Fairness> {
  const name = `fair-${origins.length}`;
  const [greedy = ""] = await stage.addPeople({ prefix: `${name}-greedy`, count: 1, amountNanos: 10n ** 15n });
  const people = await stage.addPeople({ prefix: name, count: PEOPLE, amountNanos: 10n ** 13n });
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const loops = origins.map((origin) =>
    closedLoop(
      { origin, message: () => messageOf(greedy), signal, isStream: false },
      { connections: GREEDY_CALLS / origins.length, seconds: 600 },
    ),
  );
  let mostRunning = 0;
  const watching = setInterval(async () => {
    const [row] = await query<{ count: number }>(
      "select count(*)::integer from queue_ticket where channel_id = (select id from channel where name = 'slow')",
    );
    mostRunning = Math.max(mostRunning, row?.count ?? 0);
  }, 100);
  const waits: number[] = [];
  try {
    // The greedy one has to be in line first.
    await pause(2 * SERVICE_MS + 1_000);
    await Promise.all(
      people.map(async (key, index) => {
        const origin = origins[index % origins.length] ?? "";
        await pause((EVERY_MS / PEOPLE) * index);
        for (let round = 0; round < options.rounds && !options.signal.aborted; round++) {
          const sentAt = performance.now();
          await ask(origin, key);
          waits.push(performance.now() - sentAt - SERVICE_MS);
          await pause(EVERY_MS - (performance.now() - sentAt));
        }
      }),
    );
  } finally {
    clearInterval(watching);
    over.abort();
  }
  const results = await Promise.all(loops);
  const failed = results.find(({ tally }) => tally.failed > 0);
  if (failed !== undefined) throw new Error(`a call of the greedy one failed: ${failed.tally.firstProblem}`);
  const greedyCalls = results.reduce((sum, { tally }) => sum + tally.ended, 0);
  const sorted = waits.toSorted((one, other) => one - other);
  const figures = { p50: percentile(sorted, 50), p95: percentile(sorted, 95), most: sorted.at(-1) ?? 0 };
  return { servers: origins.length, calls: waits.length, ...figures, greedyCalls, mostRunning };
}

function messageOf(key: string, model = SLOW_MODEL) {
  const body = { model, max_tokens: 16, messages: [{ role: "user", content: "你好" }] };
  const headers = ["content-type", "application/json", "authorization", `Bearer ${key}`];
  return { path: "/v1/chat/completions", headers, body: Buffer.from(JSON.stringify(body)) };
}

async function ask(origin: string, key: string): Promise<void> {
  const { path, body } = messageOf(key);
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const response = await fetch(`${origin}${path}`, { method: "POST", headers, body });
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** CPU of one small request in ms: of the gateway's workers, and of PostgreSQL. */
export type Cost = {
  readonly model: string;
  readonly gateway: number;
  readonly database: number;
  readonly perSecond: number;
};

/** Small requests by 32 connections to one model. */
export async function measureCost(
  { stage }: LimitedStage,
  model: string,
  options: { key: string; seconds: number; signal: AbortSignal },
): Promise<Cost> {
  const { key, seconds, signal } = options;
  const before = stage.cpu();
  const load = { origin: stage.originOf("gateway"), message: () => messageOf(key, model), signal, isStream: false };
  const { tally, sent, seconds: took } = await closedLoop(load, { connections: 32, seconds });
  if (tally.failed > 0) throw new Error(`${model}: ${tally.firstProblem}`);
  const after = stage.cpu();
  return {
    model,
    gateway: (after.gateway - before.gateway) / sent,
    database: (after.database - before.database) / sent,
    perSecond: sent / took,
  };
}
