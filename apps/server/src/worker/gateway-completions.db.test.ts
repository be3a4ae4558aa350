import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let secret: string;
let accountId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const completing = await gateway.channel("vllm", `${gateway.upstream.url}/v1`, { protocol: "vllm" });
  const chatting = await gateway.channel("deepseek", `${gateway.upstream.url}/v1`, { protocol: "deepseek" });
  const claude = await gateway.channel("claude", `${gateway.upstream.url}/v1`, { protocol: "anthropic" });
  await gateway.model("completes", [completing], { upstreamModel: "demo-text" });
  await gateway.model("silent", [completing], { upstreamModel: "demo-no-usage" });
  await gateway.model("chats", [chatting], { upstreamModel: "demo-text" });
  await gateway.model("claude", [claude], { upstreamModel: "demo-text" });
  ({ secret, accountId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const post = (body: object | string) => gateway.chat(secret, body, { path: "/v1/completions" });
const lastRecord = async () => (await gateway.records(accountId)).at(-1);
const lastSent = () => gateway.upstream.requests().at(-1);
const chunksOf = (text: string) =>
  text
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: {"))
    .map((frame) => JSON.parse(frame.slice("data: ".length)));

describe("POST /v1/completions", () => {
  it("passes on what the client wrote and what the upstream answered, for every prompt (case 57)", async () => {
    const body =
      '{"model":"completes","prompt":["one","two"],"n":2,"max_tokens":3,"logprobs":1,"stop_token_ids":[1.0]}';
    const answer = await post(body);
    expect(answer.status).toBe(200);
    const reply = JSON.parse(await answer.text());
    expect(reply).toMatchObject({ object: "text_completion", model: "completes" });
    expect(reply.choices).toHaveLength(4);
    expect(lastSent()?.path).toBe("/v1/completions");
    expect(lastSent()?.body.toString()).toBe(body.replace("completes", "demo-text"));
    expect(await lastRecord()).toMatchObject({
      requested_model: "completes",
      output_tokens: reply.usage.completion_tokens,
      input_tokens: reply.usage.prompt_tokens,
      is_estimated: false,
      outcome: "finished",
    });
  });

  it("names a field that can't be said, and settles, whatever its name is made of", async () => {
    // Cut at its hundredth character, the name ends in half a pair of surrogates.
    const answer = await post({ model: "chats", prompt: "hello", [`${"x".repeat(99)}😀`]: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-dropped")).toMatch(/^x{99}%/);
    expect(await lastRecord()).toMatchObject({ requested_model: "chats", outcome: "finished" });
    expect((await gateway.account(accountId)).reserved).toBe(0n);
  });

  it.each([["completes"], ["chats"], ["claude"]])(
    "streams and charges what %s reports, and ends once (case 41)",
    async (model) => {
      const answer = await post({ model, prompt: "hello", stream: true, max_tokens: 100 });
      expect(answer.headers.get("content-type")).toContain("text/event-stream");
      const text = await answer.text();
      expect(text.match(/\[DONE\]/g)).toHaveLength(1);
      const chunks = chunksOf(text);
      expect(chunks.every((chunk) => chunk.object === "text_completion" && chunk.model === model)).toBe(true);
      expect(chunks.some((chunk) => chunk.usage)).toBe(false);
      expect(chunks.map((chunk) => chunk.choices[0].text).join("")).not.toBe("");
      expect(chunks.filter((chunk) => chunk.choices[0].finish_reason !== null)).toHaveLength(1);
      expect(await lastRecord()).toMatchObject({ requested_model: model, is_estimated: false, outcome: "finished" });
    },
  );

  it("estimates where the upstream reports nothing", async () => {
    await (await post({ model: "silent", prompt: "hello", stream: true })).text();
    const record = await lastRecord();
    expect(record).toMatchObject({ is_estimated: true, outcome: "finished" });
    expect(Number(record?.output_tokens)).toBeGreaterThan(0);
    expect(Number(record?.input_tokens)).toBeGreaterThan(0);
  });

  it("has a chat answer one prompt, and names what it leaves out", async () => {
    const answer = await post({ model: "claude", prompt: "hello", max_tokens: 50, logit_bias: {} });
    expect(answer.headers.get("x-gateway-dropped")).toBe("logit_bias");
    expect(await answer.json()).toMatchObject({
      object: "text_completion",
      choices: [{ index: 0, text: expect.stringMatching(/./), finish_reason: "stop" }],
    });
    expect(lastSent()?.path).toBe("/v1/messages");
  });

  it("refuses what a chat can't say, by its field, at no cost (case 57)", async () => {
    const before = (await gateway.records(accountId)).length;
    for (const [param, more] of [
      ["prompt", { prompt: ["one", "two"] }],
      ["prompt", { prompt: [1, 2, 3] }],
      ["suffix", { suffix: "end" }],
      ["echo", { echo: true }],
      ["logprobs", { logprobs: 2 }],
      ["best_of", { best_of: 3 }],
    ] as const) {
      const answer = await post({ model: "chats", prompt: "hello", ...more });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { param, code: "invalid_request" } });
    }
    const records = (await gateway.records(accountId)).slice(before);
    expect(records.every((record) => Number(record.cost_nanos) === 0)).toBe(true);
  });
});
