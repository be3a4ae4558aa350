import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { chat } from "../testing/chat-client.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const model = "demo-speed-60ms-40ms-5ms";

describe("a model with known times", () => {
  it("sends its role at once, thinks, answers, two tokens a chunk, and writes down when", async () => {
    const reply = await chat(upstream.url, model, { stream: true, stream_options: { include_usage: true } });
    const text = reply.body.toString();
    expect(text.indexOf('"role":"assistant"')).toBeLessThan(text.indexOf('"reasoning_content"'));
    expect(text.lastIndexOf('"reasoning_content"')).toBeLessThan(text.indexOf('"content":"word 0 "'));
    expect(text).toContain('"completion_tokens":56');
    expect(text).toContain('"reasoning_tokens":8');
    const sent = upstream.requests().at(-1)?.sent ?? [];
    expect(sent.map(({ kind }) => kind)).toEqual([...Array(4).fill("reasoning"), ...Array(24).fill("text")]);
    // Timers are late on a busy machine, never early by more than their own rounding.
    const due = (piece: number) => 60 + piece * 10;
    for (const [piece, { atMs }] of sent.entries()) expect(atMs, `piece ${piece}`).toBeGreaterThan(due(piece) - 2);
  });

  it("without thinking goes straight to the answer; without a stream it takes as long", async () => {
    await chat(upstream.url, "demo-speed-30ms-0ms-0ms", { stream: true });
    const sent = upstream.requests().at(-1)?.sent ?? [];
    expect([sent[0]?.kind, sent.length]).toEqual(["text", 24]);
    expect(sent[0]?.atMs).toBeGreaterThan(28);
    const begun = performance.now();
    await chat(upstream.url, "demo-speed-50ms-0ms-1ms", {});
    expect(performance.now() - begun).toBeGreaterThan(50 + 23 * 2 - 3);
    expect(upstream.requests().at(-1)?.sent).toBeUndefined();
  });

  it.each([
    ["/v1/messages", { "anthropic-version": "2023-06-01" }, { model, max_tokens: 99, stream: true }],
    ["/v1/responses", {}, { model, input: "hello", stream: true }],
    ["/api/chat", {}, { model }],
    [
      `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
      {},
      { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
    ],
  ])("keeps its times at %s", async (path, headers, body) => {
    const messages =
      path.includes("messages") || path.includes("chat") ? [{ role: "user", content: "hello" }] : undefined;
    const response = await fetch(`${upstream.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ ...body, ...(messages && { messages }) }),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("word 23");
    const answers = (upstream.requests().at(-1)?.sent ?? []).filter(({ kind }) => kind === "text");
    expect(answers).toHaveLength(24);
    expect(answers[0]?.atMs).toBeGreaterThan(98);
  });
});
