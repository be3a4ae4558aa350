import { createPool } from "@lyceum/db/pool";
import { dropOldSpeeds, recordSpeeds } from "@lyceum/db/speed-rollup";
import { bucketPercentile, bucketTotal, createSessionCredential, deriveSecret, SPEED_ERROR } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSpeeds } from "./speeds.ts";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

type Row = { model_id: string; requests: number; failures: number; ttft: number[]; tpot: number[]; e2e: number[] };

let fixture: WorkerFixture;
let channel: string;
beforeAll(async () => {
  fixture = await createWorkerFixture();
  channel = await fixture.channel("demo", fixture.upstreamUrl);
});
afterAll(() => fixture.close());

const rowsOf = (modelId: string) =>
  fixture.query<Row>("select * from speed_rollup where model_id = $1 and channel_id = $2", [modelId, channel]);
const added = (some: readonly number[], more: readonly number[]) =>
  Array.from({ length: Math.max(some.length, more.length) }, (_, at) => (some[at] ?? 0) + (more[at] ?? 0));
/** All hours together: one may end while a test runs. */
async function sumOf(modelId: string) {
  const none = { requests: 0, failures: 0, ttft: [] as number[], tpot: [] as number[], e2e: [] as number[] };
  return (await rowsOf(modelId)).reduce(
    (sum, row) => ({
      requests: sum.requests + row.requests,
      failures: sum.failures + row.failures,
      ttft: added(sum.ttft, row.ttft),
      tpot: added(sum.tpot, row.tpot),
      e2e: added(sum.e2e, row.e2e),
    }),
    none,
  );
}

describe("speeds of real traffic", () => {
  it("are counted by model, channel and hour: streams with TTFT and TPOT, whole answers from end to end, failures; no speed tests", async () => {
    const modelId = await fixture.model("slow", [channel], { upstreamModel: "demo-chunks-11-every-20ms" });
    const brokenId = await fixture.model("broken", [channel], { upstreamModel: "demo-500" });
    await fixture.inForce();
    const { secret, userId } = await fixture.person(1_000_000_000n);
    let longestMs = 0;
    for (let i = 0; i < 3; i++) {
      const begun = performance.now();
      await (await fixture.chat(secret, { model: "slow", stream: true, messages: hello })).text();
      longestMs = Math.max(longestMs, performance.now() - begun);
    }
    await (await fixture.chat(secret, { model: "slow", messages: hello })).text();
    await (await fixture.chat(secret, { model: "broken", messages: hello })).text();
    const claims = {
      userId,
      groupId: "default",
      purpose: "speed",
      sessionVersion: 1,
      expiresAt: Date.now() + 60_000,
    } as const;
    const test = createSessionCredential(deriveSecret(SECRET, "gateway-session"), claims);
    expect((await fixture.chat(test, { model: "slow", stream: true, messages: hello })).status).toBe(200);
    await fixture.drain(1_000);

    const sum = await sumOf(modelId);
    expect(sum).toMatchObject({ requests: 4, failures: 0 });
    expect([sum.ttft, sum.tpot, sum.e2e].map((counts) => bucketTotal(counts))).toEqual([3, 3, 4]);
    const tpot = bucketPercentile(sum.tpot, 50) ?? 0;
    // Timers are late on a busy machine, never early: between the first and the last of eleven lies less than the client waited.
    expect(tpot).toBeGreaterThan(19 / (1 + SPEED_ERROR));
    expect(tpot).toBeLessThan((longestMs / 10) * (1 + SPEED_ERROR));
    const failed = await sumOf(brokenId);
    expect(failed).toMatchObject({ requests: 1, failures: 1 });
    expect(bucketTotal(failed.e2e)).toBe(0);
  });

  it("of several workers add up, and go after their time", async () => {
    const modelId = await fixture.model("many", [channel]);
    const counts = { modelId, channelId: channel, requests: 2, failures: 1, ttft: [1, 0, 2], tpot: [], e2e: [0, 5] };
    await Promise.all([recordSpeeds(fixture.pool, [counts]), recordSpeeds(fixture.pool, [counts])]);
    expect(await sumOf(modelId)).toEqual({ requests: 4, failures: 2, ttft: [2, 0, 4], tpot: [], e2e: [0, 10] });
    await fixture.query("update speed_rollup set hour = hour - interval '91 days' where model_id = $1", [modelId]);
    await dropOldSpeeds(fixture.pool);
    expect(await rowsOf(modelId)).toEqual([]);
  });

  it("are kept while the database is away and written when it is back", async () => {
    const modelId = await fixture.model("kept", [channel]);
    const away = createPool("postgresql://nobody@127.0.0.1:1/none", 1, () => undefined);
    const warnings: string[] = [];
    let pool = away;
    const changing = { query: (...words: never[]) => (pool.query as (...all: never[]) => unknown)(...words) } as never;
    const speeds = startSpeeds(changing, (_level, message) => void warnings.push(message));
    speeds.note({ modelId, channelId: channel, isFailure: false, ttftMs: 120, tpotMs: null, e2eMs: 400 });
    await speeds.stop();
    expect(warnings).toEqual(["how fast upstreams answer was not written down"]);
    pool = fixture.pool;
    speeds.note({ modelId, channelId: channel, isFailure: false, ttftMs: 120, tpotMs: null, e2eMs: 400 });
    await speeds.stop();
    expect(await sumOf(modelId)).toMatchObject({ requests: 2 });
    await away.end();
  });
});
