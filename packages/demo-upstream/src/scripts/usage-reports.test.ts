import { afterAll, beforeAll, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { complete, streamChunks, usagesOf } from "../testing/chat-client.ts";
import { shortText } from "./passages.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const asked = { stream_options: { include_usage: true } };
const completionTokens = Math.ceil(shortText.length / 4);

it("demo-no-usage never reports, asked or not, streamed or not", async () => {
  expect(await complete(upstream.url, "demo-no-usage")).not.toHaveProperty("usage");
  const chunks = await streamChunks(upstream.url, "demo-no-usage", asked);
  expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
});

it("demo-usage-first reports all of it in the first chunk, and only there", async () => {
  const chunks = await streamChunks(upstream.url, "demo-usage-first", asked);
  expect(usagesOf(chunks)).toHaveLength(1);
  expect(chunks[0]?.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: completionTokens });
});

it("demo-usage-middle reports all of it once, with output before and after it", async () => {
  const chunks = await streamChunks(upstream.url, "demo-usage-middle");
  const at = chunks.findIndex((chunk) => chunk.usage);
  expect(usagesOf(chunks)).toMatchObject([{ prompt_tokens: 2, completion_tokens: completionTokens }]);
  for (const side of [chunks.slice(0, at), chunks.slice(at + 1)]) {
    expect(side.filter((chunk) => chunk.choices[0]?.delta.content).length).toBeGreaterThan(3);
  }
});

it("demo-usage-middle-so-far reports once what was written until then", async () => {
  const usages = usagesOf(await streamChunks(upstream.url, "demo-usage-middle-so-far"));
  expect(usages).toMatchObject([{ completion_tokens: Math.floor(completionTokens / 2) + 1 }]);
});

it("demo-usage-twice says the same again", async () => {
  const usages = usagesOf(await streamChunks(upstream.url, "demo-usage-twice", asked));
  expect(usages).toHaveLength(2);
  expect(usages[1]).toEqual(usages[0]);
});

it("demo-usage-every-N-every-MSms adds up in each chunk", async () => {
  const chunks = await streamChunks(upstream.url, "demo-usage-every-5-every-1ms");
  expect(usagesOf(chunks).map((usage) => usage.completion_tokens)).toEqual([0, 1, 2, 3, 4, 5, 5]);
});

it("demo-usage-every adds up in each chunk", async () => {
  const chunks = await streamChunks(upstream.url, "demo-usage-every");
  const counts = usagesOf(chunks).map((usage) => usage.completion_tokens);
  const upwards = Array.from({ length: completionTokens + 1 }, (_, index) => index);
  expect(counts).toEqual([...upwards, completionTokens]);
});

it("demo-cached reports half of the input as cached", async () => {
  const messages = [{ role: "user", content: "x".repeat(40) }];
  const { usage } = await complete(upstream.url, "demo-cached", { messages });
  expect(usage).toMatchObject({ prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 5 } });
});

it("demo-cached-over reports more cached than input tokens", async () => {
  const { usage } = await complete(upstream.url, "demo-cached-over");
  expect(usage).toMatchObject({ prompt_tokens: 2, prompt_tokens_details: { cached_tokens: 12 } });
});

it("demo-usage-P-C reports exactly those numbers, streamed and not", async () => {
  const expected = { prompt_tokens: 123, completion_tokens: 45, total_tokens: 168 };
  expect((await complete(upstream.url, "demo-usage-123-45", { n: 2 })).usage).toEqual(expected);
  expect(usagesOf(await streamChunks(upstream.url, "demo-usage-123-45", asked))).toEqual([expected]);
});

it("demo-classes-P-C reports a part of each class", async () => {
  const expected = {
    prompt_tokens: 1000,
    completion_tokens: 500,
    total_tokens: 1500,
    prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 200, image_tokens: 100, audio_tokens: 50 },
    completion_tokens_details: { reasoning_tokens: 375 },
  };
  expect((await complete(upstream.url, "demo-classes-1000-500")).usage).toEqual(expected);
  expect(usagesOf(await streamChunks(upstream.url, "demo-classes-1000-500", asked))).toEqual([expected]);
});
