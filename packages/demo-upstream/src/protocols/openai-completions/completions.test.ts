import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

type Logprobs = {
  tokens: string[];
  token_logprobs: number[];
  top_logprobs: Record<string, number>[];
  text_offset: number[];
};
type Choice = { index: number; text: string; finish_reason: string | null; logprobs: Logprobs | null };
type Completion = { object: string; choices: Choice[]; usage?: { prompt_tokens: number; completion_tokens: number } };

const ask = (model: string, body: object = {}) =>
  post(upstream.url, "/v1/completions", { model, prompt: "hello", ...body });
const whole = async (model: string, body: object = {}) => (await ask(model, body)).json as Completion;
const stream = async (model: string, body: object = {}) => {
  const { text } = await ask(model, { stream: true, ...body });
  const data = text
    .trimEnd()
    .split("\n\n")
    .map((part) => part.replace(/^data: /, ""));
  expect(data.pop()).toBe("[DONE]");
  return data.map((json) => JSON.parse(json) as Completion);
};
const joined = (chunks: readonly Completion[], index: number) =>
  chunks
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ text }) => text)
    .join("");

describe("a completion", () => {
  it("goes on from the prompt, 16 tokens unless told otherwise", async () => {
    expect(await whole("demo-chunks-20")).toMatchObject({
      object: "text_completion",
      choices: [{ index: 0, text: expect.stringMatching(/^0 1 .* 15 $/), finish_reason: "length", logprobs: null }],
      usage: { prompt_tokens: 2, completion_tokens: 16 },
    });
    expect((await whole("demo-chunks-20", { max_tokens: 30 })).choices[0]?.finish_reason).toBe("stop");
  });

  it("answers each prompt n times, in order, streamed and not (case 57)", async () => {
    const body = { prompt: ["alpha", "beta"], n: 2 };
    const one = await whole("demo-echo", body);
    expect(one.choices.map(({ index, text }) => [index, text])).toEqual([
      [0, "alpha"],
      [1, "alpha"],
      [2, "beta"],
      [3, "beta"],
    ]);
    const chunks = await stream("demo-echo", { ...body, stream_options: { include_usage: true } });
    expect([0, 1, 2, 3].map((index) => joined(chunks, index))).toEqual(["alpha", "alpha", "beta", "beta"]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: one.usage });
  });

  it("takes token ids, echoes, and shows the text behind the gap (case 57)", async () => {
    expect((await whole("demo-echo", { prompt: [[1, 2], [3]] })).choices.map(({ text }) => text)).toEqual([
      "<1><2>",
      "<3>",
    ]);
    const echoed = { prompt: "2+2=", echo: true };
    expect((await whole("demo-fast", echoed)).choices[0]?.text).toBe("2+2=ok");
    expect(joined(await stream("demo-fast", echoed), 0)).toBe("2+2=ok");
    const { choices } = await whole("demo-inspect", { suffix: "}" });
    expect(JSON.parse(choices[0]?.text ?? "")).toMatchObject({ suffix: "}" });
  });

  it("has log probabilities in parallel lists, the same in pieces (case 30)", async () => {
    const { choices } = await whole("demo-chunks-3", { logprobs: 2, echo: true, prompt: "abcdef" });
    const lists = choices[0]?.logprobs;
    expect(lists).toMatchObject({ tokens: ["abcd", "ef", "0 ", "1 ", "2 "], text_offset: [0, 4, 6, 8, 10] });
    expect(lists?.top_logprobs.map((top) => Object.keys(top).length)).toEqual([2, 2, 2, 2, 2]);
    const chunks = await stream("demo-chunks-3", { logprobs: 2, echo: true, prompt: "abcdef" });
    const parts = chunks.flatMap((chunk) => chunk.choices[0]?.logprobs ?? []);
    for (const key of ["tokens", "token_logprobs", "text_offset"] as const) {
      expect(parts.flatMap((part) => part[key] as unknown[])).toEqual(lists?.[key]);
    }
  });

  it("fails like chat completions", async () => {
    expect((await ask("demo-429")).status).toBe(429);
    const { text } = await ask("demo-error-mid-stream", { stream: true });
    expect(text).toContain('data: {"error":{"message":"The engine died."');
  });

  it.each<[string, object]>([
    ["no prompt", { prompt: undefined }],
    ["an empty list", { prompt: [] }],
    ["a mixed list", { prompt: ["a", 1] }],
    ["messages as a prompt", { prompt: [{ role: "user", content: "x" }] }],
    ["too many alternatives", { logprobs: 6 }],
    ["best_of below n", { n: 3, best_of: 2 }],
    ["five stop sequences (case 17)", { stop: ["1", "2", "3", "4", "5"] }],
  ])("refuses %s", async (_what, body) => {
    expect(await ask("demo-text", body)).toMatchObject({
      status: 400,
      json: { error: { type: "invalid_request_error" } },
    });
  });

  it("takes the fields of vendors (case 31)", async () => {
    expect((await ask("demo-text", { top_k: 5, stop_token_ids: [2], guided_json: {} })).status).toBe(200);
  });
});
