import { listProbeCosts } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningWorker } from "./run-worker.ts";
import { type MoodyUpstream, startMoodyUpstream } from "./testing/moody-upstream.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let second: RunningWorker;
let upstream: MoodyUpstream;
let secret = "";
beforeAll(async () => {
  gateway = await createWorkerFixture();
  upstream = await startMoodyUpstream();
  await gateway.group("default", { isOpen: true });
  for (const [key, value] of [
    ["breaker", { failures: 3, percent: 60, windowSeconds: 60 }],
    ["probes", { firstSeconds: 1, mostSeconds: 2, passes: 3, everyMinutes: 30, capabilityHours: null }],
  ])
    await gateway.query(
      "insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
      [key, JSON.stringify(value)],
    );
  second = await gateway.startWorker();
  ({ secret } = await gateway.person(1_000_000_000n));
});
afterEach(() => {
  upstream.now = "well";
});
afterAll(async () => {
  await second.drain(0);
  await gateway.close();
  await upstream.close();
});

/** A model of its own on a channel of its own, which every worker knows unless nobody is to have asked for it. */
async function served(name: string, { isAsked = true } = {}) {
  const channel = await gateway.channel(name, upstream.url);
  const model = await gateway.model(name, [channel]);
  const [row] = await gateway.query<{ id: string }>("select id from deployment where model_id = $1", [model]);
  await gateway.inForce();
  const askAt = async (url: string) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: name, messages: hello }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const ask = () => askAt(gateway.url);
  const askElsewhere = () => askAt(`http://127.0.0.1:${second.port}`);
  if (isAsked) await until(async () => (await askElsewhere()) === 200);
  const events = async () =>
    (
      await gateway.query<{ kind: string }>(
        "select kind from health_event where model_id = $1 or channel_id = $2 order by at, id",
        [model, channel],
      )
    ).map(({ kind }) => kind);
  return { deployment: row?.id ?? "", ask, askElsewhere, events };
}

/** Whether each worker lists it, on each of the three faces that have lists. */
async function listed(name: string): Promise<boolean[]> {
  const lists = [gateway.url, `http://127.0.0.1:${second.port}`].flatMap((url) =>
    ["/v1/models", "/v1beta/models", "/api/tags"].map((path) => url + path),
  );
  return Promise.all(
    lists.map(async (url) => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${secret}` } });
      expect(response.status).toBe(200);
      return new RegExp(`"(?:models/)?${name}(?::latest)?"`).test(await response.text());
    }),
  );
}

describe("a deployment", () => {
  it("that breaks is out of every worker and every list, and is back after three probes that pass", async () => {
    const { ask, askElsewhere, events } = await served("breaks");
    upstream.now = "broken";
    await until(async () => (await ask()) >= 500 && (await events()).length > 0);
    await until(async () => (await ask()) === 503 && (await askElsewhere()) === 503);
    await until(async () => !(await listed("breaks")).includes(true));
    upstream.now = "well";
    await until(async () => (await ask()) === 200 && (await askElsewhere()) === 200);
    expect(await listed("breaks")).not.toContain(false);
    expect(await events()).toEqual([
      ...["deployment-opened", "model-lost", "deployment-half-opened", "deployment-closed", "model-back"],
    ]);
  });

  it("that denies us once is out at once", async () => {
    const { ask, askElsewhere, events } = await served("denies");
    upstream.now = "denied";
    expect(await ask()).toBe(503);
    await until(async () => (await events()).includes("model-lost"));
    const { asked } = upstream;
    await until(async () => (await askElsewhere()) === 503);
    await askElsewhere();
    expect(upstream.asked - asked).toBeLessThanOrEqual(2);
  });

  it("that nobody has tried for long is probed, at the house's cost, which the books agree with", async () => {
    const { deployment, events } = await served("idle", { isAsked: false });
    await gateway.query("update deployment set created_at = created_at - interval '1 hour' where id = $1", [
      deployment,
    ]);
    const probes = () =>
      gateway.query<{ client: string; cost_nanos: string; charge_nanos: string; deployment_id: string; model: string }>(
        "select * from usage_record where account_id = $1 and deployment_id = $2",
        [HOUSE_ACCOUNT_ID, deployment],
      );
    await untilLong(async () => (await probes()).length > 0);
    const [record] = await probes();
    expect(record).toMatchObject({ client: "lyceum-probe", model: "idle", charge_nanos: "0" });
    // 9 tokens in at 2, 2 out at 8 a million.
    expect(record?.cost_nanos).toBe("34000");
    expect(await events()).toEqual([]);
    const db = createPatientPrisma(gateway.databaseUrl, 1);
    const costs = await listProbeCosts(db, { zone: "Asia/Shanghai", days: 2 }).finally(() => db.$disconnect());
    expect(costs[0]?.probes).toBeGreaterThan(0);
    // Each that passed cost as much.
    const all = costs.reduce((sum, { probes, failures }) => sum + probes - failures, 0);
    expect(costs.reduce((sum, { costNanos }) => sum + costNanos, 0n)).toBe(BigInt(all) * 34_000n);
    expect(await gateway.differences()).toEqual([]);
  });
});

describe("all being well", () => {
  it("writes nothing, however much is asked", async () => {
    const { deployment, ask, askElsewhere } = await served("well");
    // Another place or transaction: it was written again.
    const row = async () => {
      const found = "select ctid::text as place, xmin::text as by from deployment_health where deployment_id = $1";
      return (await gateway.query<{ place: string; by: string }>(found, [deployment]))[0];
    };
    const burst = () => Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? ask() : askElsewhere())));
    // Two reports would have been made by then.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
    await burst();
    // Both workers have given their sign of life once nothing is written any more.
    let before = await row();
    for (let still = 0; still < 4; ) {
      await pause();
      const now = await row();
      still = now !== undefined && now.place === before?.place && now.by === before.by ? still + 1 : 0;
      before = now;
    }
    await burst();
    await pause();
    expect(await row()).toEqual(before);
  });
});

describe("a credential", () => {
  it("that is refused is out with what hangs on it, and is back once it is taken again", async () => {
    const { ask, events } = await served("refuses");
    upstream.now = "refused";
    expect(await ask()).toBeGreaterThanOrEqual(500);
    await until(async () => (await events()).includes("model-lost"));
    upstream.now = "well";
    await until(async () => (await events()).includes("model-back"));
    await until(async () => (await ask()) === 200);
    expect(await events()).toEqual(["credential-refused", "model-lost", "credential-ready", "model-back"]);
  });
});

/** What nobody uses is looked for every fifteen seconds. */
async function untilLong(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
