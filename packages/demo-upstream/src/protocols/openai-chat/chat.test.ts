import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortConclusion, shortReasoning, shortText } from "../../scripts/passages.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { chat, complete, contentOf, streamChunks, usagesOf } from "../../testing/chat-client.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

describe("a streamed answer", () => {
  it("is a role chunk, content chunks, a finish chunk and [DONE], all under one id", async () => {
    const chunks = await streamChunks(upstream.url, "demo-chunks-3");
    expect(chunks.map((chunk) => chunk.choices[0]?.delta)).toEqual([
      { role: "assistant", content: "" },
      { content: "0 " },
      { content: "1 " },
      { content: "2 " },
      {},
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks[0]?.id).toBe(`chatcmpl-demo-${upstream.requests().at(-1)?.id}`);
    expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
  });

  it("ends with a usage chunk without choices if include_usage asks for it", async () => {
    const chunks = await streamChunks(upstream.url, "demo-chunks-3", { stream_options: { include_usage: true } });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
    });
    expect(usagesOf(chunks)).toHaveLength(1);
  });

  it("has the same text as the one that is not streamed", async () => {
    for (const model of ["demo-text", "demo-fast", "demo-n", "demo-chunks-7"]) {
      const whole = await complete(upstream.url, model);
      expect(contentOf(await streamChunks(upstream.url, model))).toBe(whole.choices[0]?.message.content);
    }
  });
});

describe("tokens", () => {
  it("count the prompt by bytes of each message and 85 for an image", async () => {
    const messages = [
      { role: "system", content: "你好" },
      {
        role: "user",
        content: [
          { type: "text", text: "ab" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
      { role: "assistant", content: "" },
    ];
    const { usage } = await complete(upstream.url, "demo-fast", { messages });
    expect(usage).toEqual({ prompt_tokens: 2 + (1 + 85), completion_tokens: 1, total_tokens: 89 });
  });

  it.each(["max_tokens", "max_completion_tokens"])("stop at %s with finish reason length", async (limit) => {
    const whole = await complete(upstream.url, "demo-chunks-9", { [limit]: 4 });
    expect(whole.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "0 1 2 3 " } });
    expect(whole.usage?.completion_tokens).toBe(4);
    const chunks = await streamChunks(upstream.url, "demo-chunks-9", { [limit]: 4 });
    expect(contentOf(chunks)).toBe("0 1 2 3 ");
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("length");
  });

  it("do not cut an answer that just fits", async () => {
    const whole = await complete(upstream.url, "demo-chunks-4", { max_tokens: 4, max_completion_tokens: null });
    expect(whole.choices[0]?.finish_reason).toBe("stop");
  });
});

describe("n", () => {
  it("gives that many choices and sums their usage, streamed and not", async () => {
    const whole = await complete(upstream.url, "demo-n", { n: 3 });
    expect(whole.choices.map((choice) => [choice.index, choice.message.content])).toEqual(
      [0, 1, 2].map((index) => [index, shortText]),
    );
    const chunks = await streamChunks(upstream.url, "demo-n", { n: 3, stream_options: { include_usage: true } });
    for (const index of [0, 1, 2]) expect(contentOf(chunks, index)).toBe(shortText);
    expect(usagesOf(chunks)).toEqual([whole.usage]);
    expect(whole.usage?.completion_tokens).toBe(3 * Math.ceil(shortText.length / 4));
  });
});

it("tells reasoning apart and counts it within the completion", async () => {
  const whole = await complete(upstream.url, "demo-reasoning");
  expect(whole.choices[0]?.message).toMatchObject({ content: shortConclusion, reasoning_content: shortReasoning });
  const reasoningTokens = Math.ceil(shortReasoning.length / 4);
  expect(whole.usage?.completion_tokens_details).toEqual({ reasoning_tokens: reasoningTokens });
  expect(whole.usage?.completion_tokens).toBe(reasoningTokens + Math.ceil(shortConclusion.length / 4));

  const chunks = await streamChunks(upstream.url, "demo-reasoning", { stream_options: { include_usage: true } });
  const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
  expect(deltas.map((delta) => delta?.reasoning_content ?? "").join("")).toBe(shortReasoning);
  expect(deltas.findLastIndex((delta) => delta?.reasoning_content)).toBeLessThan(
    deltas.findIndex((delta) => delta?.content),
  );
  expect(usagesOf(chunks)).toEqual([whole.usage]);
});

describe("a request that is not a chat completion", () => {
  it("is refused with the place where its JSON breaks", async () => {
    const reply = await fetch(`${upstream.url}/v1/chat/completions`, {
      method: "POST",
      body: '{"model": "demo-text",}',
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain("position 22");
  });

  it("is refused with the field at fault", async () => {
    const refused = async (body: Record<string, unknown>) => {
      const reply = await chat(upstream.url, "demo-text", body);
      const { error } = JSON.parse(reply.body.toString()) as { error: { param: string | null } };
      return [reply.status, error.param];
    };
    expect(await refused({ n: 9 })).toEqual([400, "n"]);
    expect(await refused({ max_tokens: 0 })).toEqual([400, "max_tokens"]);
    expect(await refused({ messages: [] })).toEqual([400, "messages"]);
    expect(await refused({ model: undefined })).toEqual([400, "model"]);
    expect(await refused({ messages: [{ role: "user", content: 7 }] })).toEqual([400, "messages.0.content"]);
  });

  it("may hold fields nobody knows and explicit nulls", async () => {
    const reply = await chat(upstream.url, "demo-text", {
      prompt: "beside",
      stop_token_ids: [1],
      n: null,
      stream: null,
      stream_options: null,
      max_tokens: null,
      top_p: null,
      tools: null,
    });
    expect(reply.status).toBe(200);
  });
});

it("answers two different bodies of the same length differently", async () => {
  const say = (content: string) => complete(upstream.url, "demo-echo", { messages: [{ role: "user", content }] });
  expect((await say("abc")).choices[0]?.message.content).toBe("abc");
  expect((await say("abd")).choices[0]?.message.content).toBe("abd");
});
