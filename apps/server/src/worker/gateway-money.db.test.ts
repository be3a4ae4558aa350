import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, eventsOf, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("dear", { isOpen: true, multiplierPpm: 2_000_000 });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  for (const name of [
    "demo-text",
    "demo-fast",
    "demo-cached-over",
    "demo-no-usage",
    "demo-usage-1000-500",
    "demo-usage-first",
    "demo-usage-every",
    "demo-chunks-200",
    "demo-chunks-400-every-50ms",
    "demo-slow-60000",
    "demo-breaks-3",
    "demo-error-mid-stream",
    "demo-500",
  ]) {
    await gateway.model(name, [channel], { groups: ["default", "dear"], usualOutputTokens: 1_000 });
  }
  for (const name of ["demo-chunks-300", "demo-chunks-60-every-20ms"]) {
    await gateway.model(name, [channel], { groups: ["default"], usualOutputTokens: 25 });
  }
  await gateway.inForce();
});
afterAll(() => gateway.close());

const chat = (secret: string, model: string, more: object = {}) =>
  gateway.chat(secret, { model, messages: hello, ...more });

describe("what is charged", () => {
  it("charges what the upstream reported, by price and multiplier of the group", async () => {
    const plain = await gateway.person(YUAN);
    const dear = await gateway.person(YUAN, { group: "dear" });
    for (const { secret } of [plain, dear]) expect((await chat(secret, "demo-usage-1000-500")).status).toBe(200);
    // 1000 × ¥2 and 500 × ¥8 a million.
    expect((await gateway.account(plain.accountId)).balance).toBe(YUAN - 6_000_000n);
    expect((await gateway.account(dear.accountId)).balance).toBe(YUAN - 12_000_000n);
    const [record] = await gateway.records(plain.accountId);
    expect(record).toMatchObject({ outcome: "finished", input_tokens: 1000, output_tokens: 500, is_estimated: false });
    expect(record?.upstream_usage).toEqual({ prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 });
  });

  it("has charged before the client sees the end of its answer, streamed or not", async () => {
    const person = await gateway.person(YUAN);
    await (await chat(person.secret, "demo-text")).text();
    expect((await gateway.account(person.accountId)).reserved).toBe(0n);
    expect(await gateway.records(person.accountId)).toHaveLength(1);
    await (await chat(person.secret, "demo-text", { stream: true })).text();
    expect((await gateway.account(person.accountId)).reserved).toBe(0n);
    expect(await gateway.records(person.accountId)).toHaveLength(2);
  });

  it.each(["demo-usage-first", "demo-usage-every", "demo-text"])("charges a stream once from %s", async (model) => {
    const person = await gateway.person(YUAN);
    const events = eventsOf(await (await chat(person.secret, model, { stream: true })).text());
    expect(events.at(-1)).toBe("[DONE]");
    const [record, ...others] = await gateway.records(person.accountId);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ outcome: "finished", is_estimated: false, is_stream: true, output_tokens: 14 });
    expect(record?.ttft_ms).not.toBeNull();
  });

  it.each([false, true])(
    "charges an estimate, marked as such, where no usage is reported (stream: %s)",
    async (stream) => {
      const person = await gateway.person(YUAN);
      await (await chat(person.secret, "demo-no-usage", { stream })).text();
      const [record] = await gateway.records(person.accountId);
      expect(record).toMatchObject({ outcome: "finished", is_estimated: true });
      expect(record?.output_tokens).toBeGreaterThan(5);
      expect(record?.output_tokens).toBeLessThan(30);
      // A greeting and the marks of a chat template.
      expect(record?.input_tokens).toBeGreaterThanOrEqual(4);
      expect(record?.input_tokens).toBeLessThan(15);
      expect(BigInt(record?.charge_nanos ?? 0)).toBeGreaterThan(0n);
    },
  );

  it("never counts more cached tokens than input tokens", async () => {
    const person = await gateway.person(YUAN);
    await (await chat(person.secret, "demo-cached-over")).text();
    const [record] = await gateway.records(person.accountId);
    expect(record?.cached_input_tokens).toBe(record?.input_tokens);
    expect(record?.input_tokens).toBeGreaterThan(0);
  });

  it("charges a stream that breaks off for what was delivered, and a failure before that nothing", async () => {
    for (const model of ["demo-breaks-3", "demo-error-mid-stream"]) {
      const person = await gateway.person(YUAN);
      await (await chat(person.secret, model, { stream: true })).text();
      const [record] = await gateway.records(person.accountId);
      expect(record).toMatchObject({ outcome: "failed", is_estimated: true, error_code: "upstream_error" });
      // Three frames of some tokens each.
      expect(record?.output_tokens).toBeGreaterThan(3);
      expect(record?.output_tokens).toBeLessThan(15);
      expect(BigInt(record?.charge_nanos ?? 0)).toBeGreaterThan(0n);
    }
    const person = await gateway.person(YUAN);
    expect((await chat(person.secret, "demo-500")).status).toBe(502);
    expect(await gateway.records(person.accountId)).toMatchObject([
      { outcome: "failed", charge_nanos: "0", http_status: 502 },
    ]);
    expect(await gateway.account(person.accountId)).toEqual({ balance: YUAN, reserved: 0n });
  });
});

describe("a stream that nobody limits", () => {
  it.each(["demo-chunks-300", "demo-chunks-60-every-20ms"])("reserves more as it grows (%s)", async (model) => {
    const person = await gateway.person(YUAN);
    const text = await (await chat(person.secret, model, { stream: true })).text();
    const count = Number(/demo-chunks-(\d+)/.exec(model)?.[1]);
    expect(text.match(/"content":"[^"]+"/g)).toHaveLength(count);
    expect(text).toContain('"finish_reason":"stop"');
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    const [record] = await gateway.records(person.accountId);
    expect(record).toMatchObject({ outcome: "finished", output_tokens: count, uncollected_nanos: "0" });
    expect(Number(record?.reserved_nanos)).toBeGreaterThanOrEqual(count * 8_000);
    expect((await gateway.account(person.accountId)).reserved).toBe(0n);
  });

  it.each(["demo-chunks-300", "demo-chunks-60-every-20ms"])(
    "ends with finish reason length when no more can be reserved (%s)",
    async (model) => {
      // Enough for the input and the first 25 tokens, and a little more.
      const person = await gateway.person(500_000n);
      const more = { stream: true, stream_options: { include_usage: true } };
      const text = await (await chat(person.secret, model, more)).text();
      const events = eventsOf(text);
      expect(text.match(/\[DONE\]/g)).toHaveLength(1);
      expect(text).toContain('"finish_reason":"length"');
      expect(text).not.toContain('"error"');
      const delivered = text.match(/"content":"[^"]+"/g)?.length ?? 0;
      expect(delivered).toBeGreaterThanOrEqual(25);
      expect(delivered).toBeLessThan(60);
      expect(events.length).toBeGreaterThan(delivered);
      const [record] = await gateway.records(person.accountId);
      expect(record).toMatchObject({ outcome: "cut", uncollected_nanos: "0", is_estimated: true });
      // A chunk is a number and a blank, which is more than a token; 500,000 nanos pay for 62.
      expect(record?.output_tokens).toBeGreaterThanOrEqual(delivered);
      expect(record?.output_tokens).toBeLessThanOrEqual(62);
      expect(text).toContain(`"completion_tokens":${record?.output_tokens}`);
      const account = await gateway.account(person.accountId);
      expect(account.reserved).toBe(0n);
      expect(account.balance).toBeGreaterThanOrEqual(0n);
      await until(() => gateway.upstream.requests().at(-1)?.closedEarly === true || model === "demo-chunks-300");
      expect(await gateway.differences()).toEqual([]);
    },
  );
});

describe("a balance that is short", () => {
  it("lowers the limit to what the balance pays, in the field that the client used, and says so", async () => {
    // Input about 0.12 m¥; the rest pays for some output tokens at 8,000 nanos each.
    const person = await gateway.person(1_000_000n);
    const answer = await chat(person.secret, "demo-chunks-200", { max_completion_tokens: 5_000 });
    expect(answer.status).toBe(200);
    const clamped = Number(/^max_tokens=(\d+)$/.exec(answer.headers.get("x-gateway-clamped") ?? "")?.[1]);
    expect(clamped).toBeGreaterThan(16);
    expect(clamped).toBeLessThan(125);
    const sent = JSON.parse(gateway.upstream.requests().at(-1)?.body.toString() ?? "{}");
    expect(sent).toMatchObject({ max_completion_tokens: clamped });
    expect(sent).not.toHaveProperty("max_tokens");
    await answer.text();
    expect((await gateway.records(person.accountId))[0]).toMatchObject({
      uncollected_nanos: "0",
      output_tokens: clamped,
    });
  });

  it("gives a limit where the client named none, or null", async () => {
    for (const more of [{}, { max_tokens: null }]) {
      const person = await gateway.person(1_000_000n);
      const answer = await chat(person.secret, "demo-chunks-200", more);
      expect(answer.status).toBe(200);
      const sent = gateway.upstream.requests().at(-1)?.body.toString() ?? "";
      expect(sent.match(/"max_tokens":\d+/g)).toHaveLength(1);
      expect(answer.headers.get("x-gateway-clamped")).toBe(`max_tokens=${JSON.parse(sent).max_tokens}`);
      await answer.text();
    }
  });

  it("adds no limit where the balance covers the usual output", async () => {
    const person = await gateway.person(YUAN);
    const answer = await chat(person.secret, "demo-fast");
    expect(answer.headers.get("x-gateway-clamped")).toBeNull();
    expect(JSON.parse(gateway.upstream.requests().at(-1)?.body.toString() ?? "{}")).not.toHaveProperty("max_tokens");
    await answer.text();
  });

  it("answers 402 with both amounts where it can't pay even a short answer, and asks no upstream", async () => {
    const person = await gateway.person(100_000n);
    const before = gateway.upstream.requests().length;
    const answer = await chat(person.secret, "demo-fast");
    expect(answer.status).toBe(402);
    const { error } = (await answer.json()) as { error: { code: string; message: string; type: string } };
    expect(error).toMatchObject({ code: "insufficient_balance", type: "insufficient_quota" });
    expect(error.message).toMatch(/余额不足：这次请求至少需要 ¥0\.000\d+，可用 ¥0\.0001。.* \/ The balance is too low/);
    // With the page that has the ways back to work, at the address that the client itself uses.
    expect(error.message).toMatch(
      /怎样继续：http:\/\/[\w.:]+\/balance\/empty.*How to go on: http:\/\/[\w.:]+\/balance\/empty/,
    );
    expect(gateway.upstream.requests()).toHaveLength(before);
    expect(await gateway.records(person.accountId)).toEqual([]);
  });

  it("says with the 402 when the next allowance arrives, and when to come again", async () => {
    const person = await gateway.person(100_000n);
    await gateway.query(
      `insert into allowance (id, account_id, mode, amount_nanos, period, next_at) select gen_random_uuid(), id, 'set-to', 1, 'day', now() + interval '1 hour'
        from account where id = $1`,
      [person.accountId],
    );
    await gateway.query("update account set next_allowance_at = now() + interval '1 hour' where id = $1", [
      person.accountId,
    ]);
    const answer = await chat(person.secret, "demo-fast");
    expect(answer.status).toBe(402);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(3_500);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toMatch(
      /下一次定期额度在 \d{4}-\d\d-\d\d \d\d:\d\d 到账。.*The next allowance arrives at \d{4}-/,
    );
    expect(error.message).not.toContain("管理员");
  });

  it("answers 402 where the key's cap is spent", async () => {
    const person = await gateway.person(YUAN, { capNanos: 100_000n });
    const answer = await chat(person.secret, "demo-fast");
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ error: { code: "key_cap_exceeded" } });
  });

  it("answers at most 5 of 50 parallel calls on a balance for 5, the rest with 402", async () => {
    // With a limit of 100 tokens a call reserves 0.8 m¥ for output and about 0.1 m¥ for input, and costs as much.
    const person = await gateway.person(4_700_000n);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => chat(person.secret, "demo-chunks-200", { max_tokens: 100 })),
    );
    await Promise.all(answers.map((answer) => answer.text()));
    const statuses = answers.map((answer) => answer.status);
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBeGreaterThanOrEqual(5);
    expect(statuses.filter((status) => status === 402)).toHaveLength(50 - answered);
    const { balance, reserved } = await gateway.account(person.accountId);
    expect(reserved).toBe(0n);
    expect(balance).toBeGreaterThanOrEqual(0n);
    const records = await gateway.records(person.accountId);
    expect(records).toHaveLength(answered);
    expect(4_700_000n - balance).toBe(records.reduce((sum, record) => sum + BigInt(record.charge_nanos), 0n));
    // Whatever was squeezed in beyond five had its limit lowered to the rest of the balance.
    expect(records.filter((record) => record.output_tokens === 100).length).toBeLessThanOrEqual(5);
  });
});

describe("a client that leaves", () => {
  it("is charged an estimate of what was sent when it leaves before the first chunk", async () => {
    for (const stream of [false, true]) {
      const person = await gateway.person(YUAN);
      const leaving = new AbortController();
      const asked = gateway.upstream.requests().length;
      const answer = gateway.chat(
        person.secret,
        { model: "demo-slow-60000", messages: hello, stream },
        { signal: leaving.signal },
      );
      await until(() => gateway.upstream.requests().length > asked);
      leaving.abort();
      await expect(answer).rejects.toThrow();
      await until(async () => (await gateway.records(person.accountId)).length === 1);
      await until(() => gateway.upstream.requests().at(-1)?.closedEarly === true);
      const [record] = await gateway.records(person.accountId);
      expect(record).toMatchObject({ outcome: "client-gone", is_estimated: true, output_tokens: 0 });
      expect(BigInt(record?.charge_nanos ?? 0)).toBeGreaterThan(0n);
      expect((await gateway.account(person.accountId)).reserved).toBe(0n);
    }
  });

  it.each([1, 5])("is charged for the %i chunks that came, and the upstream is cancelled", async (wanted) => {
    const person = await gateway.person(YUAN);
    const leaving = new AbortController();
    const body = { model: "demo-chunks-400-every-50ms", messages: hello, stream: true };
    const answer = await gateway.chat(person.secret, body, { signal: leaving.signal });
    const reader = answer.body?.getReader();
    let text = "";
    while (text.split('"content":"').length - 2 < wanted)
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    leaving.abort();
    await until(async () => (await gateway.records(person.accountId)).length === 1);
    const seen = gateway.upstream.requests().at(-1);
    await until(() => seen?.closedEarly === true);
    const [record] = await gateway.records(person.accountId);
    expect(record).toMatchObject({ outcome: "client-gone", is_estimated: true });
    expect(record?.output_tokens).toBeGreaterThanOrEqual(wanted);
    // A chunk is a number and a blank: two tokens or so.
    expect(record?.output_tokens).toBeLessThanOrEqual((seen?.chunksSent ?? 0) * 2.5);
  });
});

it("keeps books that add up after all of this", async () => {
  expect(await gateway.differences()).toEqual([]);
  const [open] = await gateway.query<{ count: string }>("select count(*) from reservation");
  expect(open?.count).toBe("0");
});
