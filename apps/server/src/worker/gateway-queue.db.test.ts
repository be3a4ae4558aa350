import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningWorker } from "./run-worker.ts";
import { limitedChannel } from "./testing/limited-channel.ts";
import { type RawUpstream, startRawUpstream } from "./testing/raw-upstream.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let upstream: RawUpstream;
let second: RunningWorker;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  upstream = await startRawUpstream();
  second = await gateway.startWorker();
});
afterAll(async () => {
  await second.drain(0);
  await gateway.close();
  await upstream.close();
});

const ask = (url: string, secret: string, model: string, more: object = {}, signal?: AbortSignal) =>
  fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: hello, ...more }),
    ...(signal && { signal }),
  });
const urlOf = (worker: RunningWorker) => `http://127.0.0.1:${worker.port}`;

async function setQueue(queue: { mostWaiting?: number; mostPerUser?: number; mostSeconds?: number }): Promise<void> {
  const value = JSON.stringify({ mostWaiting: 2000, mostPerUser: 1000, mostSeconds: 300, ...queue });
  const text = "insert into setting (key, value) values ('queue', $1) on conflict (key) do update set value = $1";
  await gateway.query(text, [value]);
  await gateway.inForce();
}

describe("a channel with a limit", () => {
  it("serves each single call among the next 8, however many one person has in line, on two workers", async () => {
    const channel = await limitedChannel(gateway, upstream, 8, ["greedy", "single"]);
    const greedy = await gateway.person(100_000_000_000n);
    const others = await Promise.all(Array.from({ length: 5 }, () => gateway.person(1_000_000_000n)));
    const urls = [gateway.url, urlOf(second)] as const;
    const calls = Array.from({ length: 120 }, (_, index) =>
      ask(urls[index % 2 === 0 ? 0 : 1], greedy.secret, "greedy"),
    );
    await until(async () => (await channel.waiting()) === 112);
    for (let round = 0; round < 15; round++) {
      const waiting = (await channel.waiting()) ?? 0;
      const other = others[round % others.length];
      calls.push(ask(urls[round % 2 === 0 ? 0 : 1], other?.secret ?? "", "single"));
      await until(async () => (await channel.waiting()) === waiting + 1);
      const before = channel.asked().length;
      for (let served = 1; served <= 8 && !channel.asked(before).includes("single"); served++) {
        channel.answerOne();
        await until(() => channel.asked(before).length === served);
      }
      expect(channel.asked(before)).toContain("single");
    }
    const answering = setInterval(() => channel.answerOne(), 1);
    const replies = await Promise.all(calls);
    clearInterval(answering);
    expect(replies.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(channel.most()).toBe(8);
    const records = await gateway.records(greedy.accountId);
    expect(records).toHaveLength(120);
    expect(new Set(records.map(({ outcome, attempts }) => `${outcome} ${attempts}`))).toEqual(new Set(["finished 1"]));
    await until(async () => (await gateway.query("select from queue_ticket")).length === 0);
    expect(await gateway.differences()).toEqual([]);
  }, 180_000);

  it("frees the place of a client that leaves, which pays nothing", async () => {
    const channel = await limitedChannel(gateway, upstream, 1, ["leaving"]);
    const [holder, leaver] = [await gateway.person(1_000_000_000n), await gateway.person(1_000_000_000n)];
    const held = ask(gateway.url, holder.secret, "leaving");
    await until(() => channel.held.length === 1);
    const controller = new AbortController();
    const left = ask(gateway.url, leaver.secret, "leaving", {}, controller.signal).catch(() => null);
    await until(async () => (await channel.waiting()) === 1);
    controller.abort();
    expect(await left).toBeNull();
    await until(async () => (await channel.waiting()) === 0);
    await until(async () => (await gateway.records(leaver.accountId)).length === 1);
    expect(await gateway.records(leaver.accountId)).toMatchObject([
      { outcome: "client-gone", attempts: 0, charge_nanos: "0" },
    ]);
    channel.answerOne();
    expect((await held).status).toBe(200);
    expect(channel.asked()).toEqual(["leaving"]);
    expect(await gateway.account(leaver.accountId)).toEqual({ balance: 1_000_000_000n, reserved: 0n });
  });

  it("refuses whoever finds no place in line or waits too long, and charges nothing", async () => {
    const channel = await limitedChannel(gateway, upstream, 1, ["bounded"]);
    const { secret, accountId } = await gateway.person(1_000_000_000n);
    const held = ask(gateway.url, secret, "bounded");
    await until(() => channel.held.length === 1);
    await setQueue({ mostWaiting: 1, mostPerUser: 1 });
    const waiting = ask(gateway.url, secret, "bounded");
    await until(async () => (await channel.waiting()) === 1);
    const full = await ask(gateway.url, secret, "bounded");
    expect([full.status, full.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await full.json()).toMatchObject({ error: { code: "queue_full" } });
    // Not before: whoever comes while the first still waits must find it there.
    await setQueue({ mostWaiting: 1, mostPerUser: 1, mostSeconds: 1 });
    const late = await waiting;
    expect([late.status, late.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(await late.json()).toMatchObject({ error: { code: "queue_timeout" } });
    channel.answerOne();
    await held;
    await setQueue({});
    const records = await gateway.records(accountId);
    expect(records.map(({ outcome, error_code }) => [outcome, error_code]).toSorted()).toEqual([
      ["failed", "queue_full"],
      ["failed", "queue_timeout"],
      ["finished", null],
    ]);
    expect(records.filter(({ charge_nanos }) => charge_nanos !== "0")).toHaveLength(1);
  });

  it("lets more in when its limit is raised", async () => {
    const channel = await limitedChannel(gateway, upstream, 1, ["raised"]);
    const { secret } = await gateway.person(1_000_000_000n);
    const calls = [1, 2, 3].map(() => ask(gateway.url, secret, "raised"));
    await until(async () => (await channel.waiting()) === 2);
    await gateway.query("update channel set parallel_limit = 3 where id = $1", [channel.channelId]);
    await until(() => channel.held.length === 3);
    for (let each = 0; each < 3; each++) channel.answerOne();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("is passed by where another channel has room, and asked first where it has room itself", async () => {
    const channel = await limitedChannel(gateway, upstream, 1, ["either"]);
    const elsewhere = await gateway.channel("elsewhere", gateway.upstreamUrl);
    await gateway.query(
      `insert into deployment (id, model_id, channel_id, upstream_model, priority)
        select gen_random_uuid(), id, $1, 'demo-fast', -5 from model where name = 'either'`,
      [elsewhere],
    );
    await gateway.inForce();
    const { secret, accountId } = await gateway.person(1_000_000_000n);
    const held = ask(gateway.url, secret, "either");
    await until(() => channel.held.length === 1);
    expect((await ask(gateway.url, secret, "either")).status).toBe(200);
    channel.answerOne();
    expect((await held).status).toBe(200);
    const records = await gateway.records(accountId);
    expect(records.map(({ upstream_model }) => upstream_model).toSorted()).toEqual(["demo-fast", "either"]);
  });

  it("gives back the slot of a failed attempt, and takes another for the next one", async () => {
    const channel = await limitedChannel(gateway, upstream, 1, ["failing"]);
    upstream.answers.set("failing", { status: 400, body: ['{"error":{"message":"no"}}'] });
    const { secret } = await gateway.person(1_000_000_000n);
    for (let each = 0; each < 3; each++) expect((await ask(gateway.url, secret, "failing")).status).toBe(400);
    await until(
      async () =>
        (await gateway.query("select from queue_ticket where channel_id = $1", [channel.channelId])).length === 0,
    );
  });
});
