import type { ServerResponse } from "node:http";
import { type Db, getUsageRecord, setAcceptsUnpriced, setPrice, setSetting } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawUpstream, startRawUpstream } from "./testing/raw-upstream.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
const staff = { id: null, name: "staff" };
let gateway: WorkerFixture;
let db: Db;
/** Answers when the test wants it. */
let upstream: RawUpstream;
const models: Record<string, string> = {};

beforeAll(async () => {
  gateway = await createWorkerFixture();
  db = createPatientPrisma(gateway.databaseUrl, 2);
  await gateway.group("default", { isOpen: true });
  await gateway.group("half", { isOpen: true, multiplierPpm: 500_000 });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  for (const name of ["demo-usage-1000-500", "demo-usage-200000-500", "demo-cached", "demo-classes-1000-400"])
    models[name] = await gateway.model(name, [channel], { groups: ["default", "half"] });
  upstream = await startRawUpstream();
  models.held = await gateway.model("held", [await gateway.channel("held", `${upstream.url}/v1`)]);
  await gateway.model("demo-text", [channel], { price: null });
  await gateway.inForce();
});
afterAll(async () => {
  await db.$disconnect();
  await gateway.close();
  await upstream.close();
});

const answer = JSON.stringify({
  ...{ id: "c", object: "chat.completion", created: 1, model: "held" },
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 14, total_tokens: 17 },
});

const chat = (secret: string, model: string, more: object = {}) =>
  gateway.chat(secret, { model, messages: hello, ...more });

async function onlyReceipt(accountId: string) {
  const [record, ...others] = await gateway.records(accountId);
  expect(others).toEqual([]);
  return getUsageRecord(db, { id: record?.id ?? "", accountId });
}

describe("a price with tiers", () => {
  it("charges the whole request by the tier its input ends in, times the group, and the receipt adds up", async () => {
    const tiers = [{ above: "128000", input: "4", output: "16" }];
    for (const name of ["demo-usage-1000-500", "demo-usage-200000-500"]) {
      const price = { input: "2", output: "8", request: "0.001", tiers };
      await db.$transaction((tx) => setPrice(tx, staff, { modelId: models[name] ?? "", ...price }));
    }
    await gateway.inForce();
    const short = await gateway.person(YUAN, { group: "half" });
    expect((await chat(short.secret, "demo-usage-1000-500")).status).toBe(200);
    const long = await gateway.person(YUAN, { group: "half" });
    expect((await chat(long.secret, "demo-usage-200000-500", { max_tokens: 500 })).status).toBe(200);

    // (1000 × ¥2 + 500 × ¥8) / 10⁶ × 0.5, and ¥0.001 × 0.5
    const cheap = await onlyReceipt(short.accountId);
    expect(cheap).toMatchObject({ tier: null, costNanos: 3_500_000n, chargeNanos: 3_500_000n });
    // (200000 × ¥4 + 500 × ¥16) / 10⁶ × 0.5, and ¥0.001 × 0.5
    const dear = await onlyReceipt(long.accountId);
    expect(dear).toMatchObject({ tier: { aboveTokens: 128_000 }, costNanos: 404_500_000n, chargeNanos: 404_500_000n });
    expect(dear.lines.map((line) => [line.class, line.amountNanos])).toEqual([
      ["input", 400_000_000n],
      ["output", 4_000_000n],
      ["request", 500_000n],
    ]);
    expect((await gateway.account(long.accountId)).balance).toBe(YUAN - 404_500_000n);
  });

  it.each([false, true])("charges every class at its own price, in lines that add up (stream: %s)", async (stream) => {
    const name = "demo-classes-1000-400";
    const classes = { cachedInput: "0.4", cacheWrite: "2.5", image: "3", audio: "20", reasoning: "12" };
    await db.$transaction((tx) =>
      setPrice(tx, staff, { modelId: models[name] ?? "", input: "2", output: "8", request: "0.001", ...classes }),
    );
    await gateway.inForce();
    const person = await gateway.person(YUAN, { group: "half" });
    await (await chat(person.secret, name, { max_tokens: 400, stream })).text();
    const receipt = await onlyReceipt(person.accountId);
    expect(receipt.lines.map((line) => [line.class, line.tokens, line.amountNanos])).toEqual([
      ["input", 250, 250_000n],
      ["cachedInput", 400, 80_000n],
      ["cacheWrite", 200, 250_000n],
      ["image", 100, 150_000n],
      ["audio", 50, 500_000n],
      ["reasoning", 300, 1_800_000n],
      ["output", 100, 400_000n],
      ["request", 1, 500_000n],
    ]);
    expect(receipt).toMatchObject({ costNanos: 3_930_000n, chargeNanos: 3_930_000n });
  });

  it("takes no account below zero where the estimate did not foresee the tier; the house pays the rest", async () => {
    const person = await gateway.person(YUAN / 10n);
    expect((await chat(person.secret, "demo-usage-200000-500", { max_tokens: 500 })).status).toBe(200);
    const receipt = await onlyReceipt(person.accountId);
    expect(receipt).toMatchObject({ costNanos: 809_000_000n, chargeNanos: YUAN / 10n });
    expect(receipt.uncollectedNanos).toBe(receipt.costNanos - receipt.chargeNanos);
    expect(await gateway.account(person.accountId)).toEqual({ balance: 0n, reserved: 0n });
  });
});

describe("a change of price", () => {
  it("while a request runs leaves its charge at the price it was admitted at, and the receipts of the past alone", async () => {
    const person = await gateway.person(YUAN);
    const name = "held";
    const held = Promise.withResolvers<ServerResponse>();
    upstream.answers.set(name, { serve: held.resolve });
    const running = chat(person.secret, name, { max_tokens: 100 });
    await until(async () => (await gateway.account(person.accountId)).reserved > 0n);
    const price = await db.$transaction((tx) =>
      setPrice(tx, staff, { modelId: models[name] ?? "", input: "200", output: "800" }),
    );
    expect(price.version).toBe(2);
    await gateway.inForce();
    expect((await gateway.account(person.accountId)).reserved).toBeGreaterThan(0n);
    (await held.promise).writeHead(200, { "content-type": "application/json" }).end(answer);
    expect((await running).status).toBe(200);

    const before = await onlyReceipt(person.accountId);
    expect(before.price).toMatchObject({ version: 1, inputNanos: 2n * YUAN, outputNanos: 8n * YUAN });
    const cost = BigInt(before.inputTokens) * 2_000n + BigInt(before.outputTokens) * 8_000n;
    expect(before).toMatchObject({ costNanos: cost, chargeNanos: cost });
    expect(cost).toBeGreaterThan(0n);

    upstream.answers.set(name, { headers: { "content-type": "application/json" }, body: [answer] });
    expect((await chat(person.secret, name, { max_tokens: 100 })).status).toBe(200);
    const [, after] = await gateway.records(person.accountId);
    expect(await getUsageRecord(db, { id: after?.id ?? "", accountId: null })).toMatchObject({ price: { version: 2 } });
    expect(await getUsageRecord(db, { id: before.id, accountId: null })).toEqual(before);
  });
});

describe("a free model", () => {
  it("opens to lines of 0, also for an empty account", async () => {
    const name = "demo-cached";
    const modelId = models[name] ?? "";
    await db.$transaction((tx) => setPrice(tx, staff, { modelId, input: "0", output: "0" }));
    await gateway.inForce();
    const person = await gateway.person(0n);
    expect((await chat(person.secret, name)).status).toBe(200);
    const receipt = await onlyReceipt(person.accountId);
    expect(receipt).toMatchObject({ costNanos: 0n, chargeNanos: 0n, uncollectedNanos: 0n });
    expect(receipt.lines.map((line) => line.class)).toEqual(["input", "cachedInput", "output"]);
    expect(receipt.lines.every((line) => line.tokens > 0 && line.amountNanos === 0n)).toBe(true);
  });
});

describe("a model without a price", () => {
  it("is open to those who accept it while the admin allows it, at 0 and marked; switched off it is refused at once", async () => {
    const person = await gateway.person(0n);
    const actor = { id: person.userId, name: "n" };
    const accept = (accepts: boolean) =>
      db.$transaction((tx) => setAcceptsUnpriced(tx, actor, { userId: person.userId, accepts }));
    const allow = async (allowed: boolean) => {
      await db.$transaction((tx) => setSetting(tx, staff, "allowUnpriced", allowed));
      await gateway.inForce();
    };
    const ask = async () => {
      const answer = await chat(person.secret, "demo-text");
      const body = (await answer.json()) as { error?: { code: string; message: string } };
      return body.error ?? { code: "ok", message: "" };
    };
    const listed = async () => {
      const headers = { authorization: `Bearer ${person.secret}` };
      const reply = await fetch(`${gateway.url}/v1/models`, { headers });
      return ((await reply.json()) as { data: { id: string }[] }).data.some((each) => each.id === "demo-text");
    };

    expect(await ask()).toMatchObject({ code: "model_unpriced", message: expect.stringContaining("administrator") });
    await expect(accept(true)).rejects.toMatchObject({ code: "forbidden" });
    await allow(true);
    expect(await ask()).toMatchObject({ code: "model_unpriced", message: expect.stringContaining("balance page") });
    expect(await listed()).toBe(false);
    await accept(true);
    expect(await ask()).toMatchObject({ code: "ok" });
    expect(await listed()).toBe(true);
    const receipt = await onlyReceipt(person.accountId);
    expect(receipt).toMatchObject({ priceId: null, price: null, lines: [], costNanos: 0n, chargeNanos: 0n });
    expect(receipt.inputTokens).toBeGreaterThan(0);

    await accept(false);
    expect(await ask()).toMatchObject({ code: "model_unpriced" });
    await accept(true);
    expect(await ask()).toMatchObject({ code: "ok" });
    // What the admin takes back holds without anybody's switch being touched.
    await allow(false);
    expect(await ask()).toMatchObject({ code: "model_unpriced" });
    expect(await gateway.records(person.accountId)).toHaveLength(2);
  });
});

it("keeps books that add up after all of this", async () => {
  expect(await gateway.differences()).toEqual([]);
});
