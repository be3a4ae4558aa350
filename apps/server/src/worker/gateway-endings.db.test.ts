import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UsageRow } from "./testing/scene.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

// Every way in which an answer ends, and what it costs: right each time, recorded once, never nothing where output was delivered.

const YUAN = 1_000_000_000n;
/** Nanos a token. */
const PRICE = { input: 2_000n, output: 8_000n };
/** Of the demo upstream: its short answer, and `hello` as a prompt. */
const SHORT = 14;
const PROMPT = 4;

let gateway: WorkerFixture;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  const hasty = await gateway.channel("hasty", gateway.upstreamUrl, { idleTimeoutMs: 2_000 });
  for (const name of [
    ...["demo-text", "demo-no-usage", "demo-usage-first", "demo-usage-middle", "demo-usage-middle-so-far"],
    ...["demo-usage-every", "demo-usage-twice", "demo-cached", "demo-cached-over", "demo-usage-0-0"],
    ...["demo-usage-1000-0", "demo-usage-0-500", "demo-usage-every-breaks-3", "demo-breaks-3", "demo-error-mid-stream"],
    ...["demo-ends-3", "demo-error-text-3", "demo-error-200", "demo-chunks-100000", "demo-slow-60000"],
    ...["demo-chunks-50-every-20ms", "demo-usage-every-50-every-20ms"],
  ]) {
    await gateway.model(name, [channel]);
  }
  await gateway.model("demo-silent-after-3", [hasty]);
  await gateway.inForce();
});
afterAll(() => gateway.close());

describe.each([false, true])("an answer that is whole (stream: %s)", (stream) => {
  it.each(["demo-text", "demo-usage-first", "demo-usage-middle", "demo-usage-every", "demo-usage-twice"])(
    "is charged once by what %s reports",
    async (model) => {
      const record = await ask(model, { stream });
      expect(record).toMatchObject({ outcome: "finished", is_estimated: false });
      expectCharge(record, PROMPT, SHORT);
    },
  );

  it.each([1, 3])("is charged by the sum for n = %i", async (n) => {
    for (const model of [
      "demo-text",
      "demo-usage-first",
      "demo-usage-middle",
      "demo-usage-every",
      "demo-usage-twice",
    ]) {
      const record = await ask(model, { stream, n });
      expect(record).toMatchObject({ outcome: "finished", is_estimated: false });
      expectCharge(record, PROMPT, SHORT * n);
    }
  });

  it("is charged an estimate of all choices where nothing is reported", async () => {
    const one = await ask("demo-no-usage", { stream });
    const three = await ask("demo-no-usage", { stream, n: 3 });
    expect(one.is_estimated && three.is_estimated).toBe(true);
    expect(one.output_tokens).toBeGreaterThanOrEqual(SHORT / 2);
    expect(one.output_tokens).toBeLessThanOrEqual(SHORT * 2);
    // By frames or by text, whichever is more: between them lies less than a factor of two.
    expect(three.output_tokens).toBeGreaterThanOrEqual(2 * one.output_tokens);
    expect(three.output_tokens).toBeLessThanOrEqual(5 * one.output_tokens);
    for (const record of [one, three]) expectCharge(record, record.input_tokens, record.output_tokens);
  });

  it.each(["demo-cached", "demo-cached-over"])(
    "counts cached tokens of %s within the input, and no more of them",
    async (model) => {
      const record = await ask(model, { stream });
      expect(record.cached_input_tokens).toBe(model === "demo-cached" ? PROMPT / 2 : PROMPT);
      expectCharge(record, PROMPT, SHORT);
    },
  );

  it("is charged an estimate where only zeros are reported", async () => {
    const record = await ask("demo-usage-0-0", { stream });
    expect(record).toMatchObject({ outcome: "finished", is_estimated: true });
    expect(record.input_tokens).toBeGreaterThan(0);
    expect(record.output_tokens).toBeGreaterThanOrEqual(SHORT / 2);
    expectCharge(record, record.input_tokens, record.output_tokens);
  });

  it("is charged an estimate of the one figure that is reported as 0", async () => {
    const noOutput = await ask("demo-usage-1000-0", { stream });
    expect(noOutput).toMatchObject({ input_tokens: 1_000, is_estimated: true });
    expect(noOutput.output_tokens).toBeGreaterThanOrEqual(SHORT / 2);
    const noInput = await ask("demo-usage-0-500", { stream });
    expect(noInput).toMatchObject({ output_tokens: 500, is_estimated: true });
    expect(noInput.input_tokens).toBeGreaterThan(0);
    for (const record of [noOutput, noInput]) expectCharge(record, record.input_tokens, record.output_tokens);
  });
});

it("is charged for what came after the last figure, where that lags behind", async () => {
  const record = await ask("demo-usage-middle-so-far", { stream: true });
  expect(record).toMatchObject({ outcome: "finished", is_estimated: true, input_tokens: PROMPT });
  expect(record.output_tokens).toBeGreaterThanOrEqual(SHORT);
  expect(record.output_tokens).toBeLessThanOrEqual(SHORT * 2);
  expectCharge(record, PROMPT, record.output_tokens);
});

describe("a stream that fails after 200", () => {
  it.each(["demo-error-mid-stream", "demo-breaks-3", "demo-ends-3", "demo-error-text-3", "demo-silent-after-3"])(
    "from %s is charged what was delivered until then, for one choice or three",
    async (model) => {
      for (const n of [1, 3]) {
        const record = await ask(model, { stream: true, n });
        expect(record).toMatchObject({ outcome: "failed", is_estimated: true });
        expect(record.input_tokens).toBeGreaterThan(0);
        expect(record.output_tokens).toBeGreaterThanOrEqual(3 * n);
        expect(record.output_tokens).toBeLessThanOrEqual(15 * n);
        expectCharge(record, record.input_tokens, record.output_tokens);
      }
    },
  );

  it("is charged the upstream's own figure where that is up to date", async () => {
    const record = await ask("demo-usage-every-breaks-3", { stream: true });
    expect(record).toMatchObject({ outcome: "failed", is_estimated: false });
    expectCharge(record, PROMPT, 3);
  });

  it("before any output is charged nothing", async () => {
    expectCharge(await ask("demo-error-200", { stream: true }), 0, 0);
  });
});

it.each(["demo-error-200", "demo-breaks-3", "demo-ends-3", "demo-error-text-3"])(
  "a whole answer of %s that can't be used is charged nothing",
  async (model) => {
    const record = await ask(model);
    expect(record.outcome).toBe("failed");
    expectCharge(record, 0, 0);
  },
);

describe("a client that leaves", () => {
  it.each(["demo-chunks-50-every-20ms", "demo-usage-every-50-every-20ms"])(
    "a stream of %s after 0, 1 or 12 chunks is charged what was sent until then",
    async (model) => {
      for (const chunks of [0, 1, 12]) {
        const record = await leave(model, { stream: true }, (text) => count(text) >= chunks);
        expect(record.outcome).toBe("client-gone");
        const sent = gateway.upstream.requests().at(-1)?.chunksSent ?? 0;
        expect(record.output_tokens).toBeGreaterThanOrEqual(chunks);
        // An estimate of "0 1 2 …" may count the blanks.
        expect(record.output_tokens).toBeLessThanOrEqual(Math.ceil(sent * 2.5));
        if (model.includes("usage")) expect(record).toMatchObject({ is_estimated: false, input_tokens: PROMPT });
        expect(record.input_tokens).toBeGreaterThan(0);
        expectCharge(record, record.input_tokens, record.output_tokens);
      }
    },
  );

  it("is never charged an estimate above the limit that the upstream was given", async () => {
    // Enough for the input and some 20 tokens: the limit is lowered to them. An estimate of "0 1 2 …" counts about two tokens a chunk.
    const record = await leave("demo-chunks-50-every-20ms", { stream: true }, (text) => count(text) >= 20, 300_000n);
    expect(record).toMatchObject({ outcome: "client-gone", uncollected_nanos: "0" });
    const sent = JSON.parse(gateway.upstream.requests().at(-1)?.body.toString() ?? "{}") as { max_tokens: number };
    expect(sent.max_tokens).toBeLessThan(30);
    expect(record.output_tokens).toBeLessThanOrEqual(sent.max_tokens);
    expect(record.output_tokens).toBeGreaterThanOrEqual(20);
  });

  it("a whole answer before it comes is charged what was sent", async () => {
    const record = await leave("demo-slow-60000", {}, () => true, 10n * YUAN, 50);
    expect(record).toMatchObject({ outcome: "client-gone", output_tokens: 0, is_estimated: true });
    expect(record.input_tokens).toBeGreaterThan(0);
    expectCharge(record, record.input_tokens, 0);
  });

  it("a whole answer in the middle of it is charged all of it, once", async () => {
    const record = await leave("demo-chunks-100000", { max_tokens: 100_000 }, (text) => text.length > 1_000);
    expect(record).toMatchObject({ outcome: "finished", is_estimated: false });
    expectCharge(record, PROMPT, 100_000);
  });
});

it("leaves no reservation and books that add up", async () => {
  expect(await gateway.query("select from reservation")).toEqual([]);
  expect(await gateway.differences()).toEqual([]);
});

/** Asks as a person with money of their own, reads the answer to its end, and returns its only record. */
async function ask(model: string, more: object = {}): Promise<UsageRow> {
  const person = await gateway.person(10n * YUAN);
  const answer = await gateway.chat(person.secret, { model, messages: hello, ...more });
  await answer.text();
  return await onlyRecord(person.accountId);
}

/** Asks, and hangs up as soon as what came satisfies `enough`, or after so many milliseconds. */
async function leave(
  model: string,
  more: object,
  enough: (text: string) => boolean,
  balance = 10n * YUAN,
  afterMs?: number,
): Promise<UsageRow> {
  const person = await gateway.person(balance);
  const seen = gateway.upstream.requests().length;
  const call = request(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${person.secret}`, "content-type": "application/json" },
    agent: false,
  });
  const hungUp = new Promise<void>((resolve) => call.once("close", resolve));
  call.on("error", () => undefined); // of our own making
  call.end(JSON.stringify({ model, messages: hello, ...more }));
  if (afterMs !== undefined) {
    await until(() => gateway.upstream.requests().length > seen);
    setTimeout(() => call.destroy(), afterMs);
  } else {
    call.once("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (enough(text)) call.destroy();
      });
    });
  }
  await hungUp;
  await until(async () => (await gateway.records(person.accountId)).length > 0);
  return await onlyRecord(person.accountId, balance);
}

async function onlyRecord(accountId: string, balance = 10n * YUAN): Promise<UsageRow> {
  const [record, ...others] = await gateway.records(accountId);
  if (record === undefined) throw new Error("there is no usage record");
  expect(others).toEqual([]);
  expect(await gateway.account(accountId)).toEqual({ balance: balance - BigInt(record.charge_nanos), reserved: 0n });
  return record;
}

function expectCharge(record: UsageRow, input: number, output: number): void {
  expect([record.input_tokens, record.output_tokens]).toEqual([input, output]);
  expect(BigInt(record.charge_nanos)).toBe(BigInt(input) * PRICE.input + BigInt(output) * PRICE.output);
  expect(record.uncollected_nanos).toBe("0");
}

/** Content chunks in a stream's text so far. */
function count(text: string): number {
  return text.match(/"content":"\d+ "/g)?.length ?? 0;
}
