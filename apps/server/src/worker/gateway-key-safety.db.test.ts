import { type Db, reportLeakedKey, rollKey, system, type Tx, updateKey } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let other: Awaited<ReturnType<WorkerFixture["startWorker"]>>;
let db: Db;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  await gateway.model("demo-fast", [channel], { groups: ["default"] });
  db = createPatientPrisma(gateway.databaseUrl, 4);
  other = await gateway.startWorker();
  await gateway.inForce();
});
afterAll(async () => {
  await db.$disconnect();
  await other.drain(0);
  await gateway.close();
});

const act = <T>(run: (tx: Tx) => Promise<T>) => db.$transaction(run);

/** What both workers answer: status, or the code of a refusal. */
async function ask(secret: string): Promise<(number | string)[]> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const body = JSON.stringify({ model: "demo-fast", messages: hello });
  return Promise.all(
    [gateway.url, `http://127.0.0.1:${other.port}`].map(async (url) => {
      const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
      const answer = (await response.json()) as { error?: { code: string } };
      return answer.error?.code ?? response.status;
    }),
  );
}

async function scene() {
  const person = await gateway.person(YUAN);
  const actor = { id: person.userId, name: "p" };
  return { secret: person.secret, actor, own: { userId: person.userId, keyId: person.keyId } };
}

describe("a key at the gateway", () => {
  it("that was rolled works with both secrets, counts as one, and stops with the former's end", async () => {
    const { secret, actor, own } = await scene();
    expect(await ask(secret)).toEqual([200, 200]);
    const rolled = await act((tx) => rollKey(tx, actor, own));
    expect(await ask(rolled.secret)).toEqual([200, 200]);
    expect(await ask(secret)).toEqual([200, 200]);
    const [use] = await gateway.query<{ keys: number; requests: number }>(
      "select count(distinct key_id)::int as keys, count(*)::int as requests from usage_record where key_id = $1",
      [own.keyId],
    );
    expect(use).toEqual({ keys: 1, requests: 6 });
    await gateway.query("update virtual_key set former_ends_at = now() where id = $1", [own.keyId]);
    expect(await ask(secret)).toEqual(["key_expired", "key_expired"]);
    expect(await ask(rolled.secret)).toEqual([200, 200]);
    await act((tx) => rollKey(tx, actor, { ...own, atOnce: true }));
    expect(await ask(rolled.secret)).toEqual(["invalid_key", "invalid_key"]);
  });

  it("that leaked is refused by every worker with the next request, in words of its own", async () => {
    const { secret } = await scene();
    expect(await ask(secret)).toEqual([200, 200]);
    await act((tx) => reportLeakedKey(tx, system, secret));
    expect(await ask(secret)).toEqual(["key_leaked", "key_leaked"]);
  });

  it("is taken from its networks alone, and what workers remember of them refuses and lets in nobody", async () => {
    const { secret, actor, own } = await scene();
    expect(await ask(secret)).toEqual([200, 200]);
    await act((tx) => updateKey(tx, actor, { ...own, networks: ["10.0.0.0/8"] }));
    expect(await ask(secret)).toEqual(["network_not_allowed", "network_not_allowed"]);
    await act((tx) => updateKey(tx, actor, { ...own, networks: ["10.0.0.0/8", "127.0.0.0/8"] }));
    expect(await ask(secret)).toEqual([200, 200]);
    await act((tx) => updateKey(tx, actor, { ...own, networks: [] }));
    expect(await ask(secret)).toEqual([200, 200]);
  });
});
