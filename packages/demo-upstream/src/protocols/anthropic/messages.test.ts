import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortConclusion, shortReasoning, shortText } from "../../scripts/passages.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post, readEvents } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const headers = { "anthropic-version": "2023-06-01" };
const user = (content: unknown) => ({ role: "user", content });
const tools = [
  { name: "get_weather", input_schema: { type: "object", properties: { city: { type: "string" } } } },
  { name: "get_time", input_schema: { type: "object" } },
];

async function ask(model: string, body: object = {}) {
  return post(upstream.url, "/v1/messages", { model, max_tokens: 1000, messages: [user("hello")], ...body }, headers);
}

async function stream(model: string, body: object = {}) {
  const reply = await ask(model, { ...body, stream: true });
  expect(reply.headers.get("content-type")).toContain("text/event-stream");
  return readEvents(reply.text) as { event: string; data: Record<string, unknown> }[];
}

/** The message that the events of a stream make. */
function fold(events: readonly { event: string; data: Record<string, unknown> }[]) {
  const content: Record<string, unknown>[] = [];
  const json: string[] = [];
  for (const { event, data } of events) {
    const index = data.index as number;
    if (event === "content_block_start") content[index] = { ...(data.content_block as object) };
    if (event === "content_block_stop" && json[index]) (content[index] ?? {}).input = JSON.parse(json[index]);
    if (event !== "content_block_delta") continue;
    const delta = data.delta as Record<string, string>;
    const block = content[index] ?? {};
    if (delta.type === "text_delta") block.text += delta.text ?? "";
    if (delta.type === "thinking_delta") block.thinking += delta.thinking ?? "";
    if (delta.type === "signature_delta") block.signature = delta.signature;
    if (delta.type === "citations_delta") block.citations = [...((block.citations ?? []) as object[]), delta.citation];
    if (delta.type === "input_json_delta") json[index] = (json[index] ?? "") + delta.partial_json;
  }
  const last = events.find(({ event }) => event === "message_delta")?.data as { delta: object; usage: unknown };
  return { content, ...last.delta, usage: last.usage };
}

describe("a streamed message", () => {
  it("is one message_start, a ping, blocks in order, one message_delta and one message_stop", async () => {
    const events = await stream("demo-chunks-2");
    expect(events.map(({ event }) => event)).toEqual([
      "message_start",
      "content_block_start",
      "ping",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    for (const { event, data } of events) expect(data.type).toBe(event);
    expect(events[0]?.data.message).toMatchObject({
      type: "message",
      role: "assistant",
      content: [],
      stop_reason: null,
      usage: { input_tokens: 2, output_tokens: 1 },
    });
    expect(events.at(-2)?.data).toMatchObject({ delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } });
  });

  it.each([
    "demo-text",
    "demo-reasoning",
    "demo-redacted-thinking",
    "demo-two-texts",
    "demo-citations",
    "demo-refusal",
    "demo-thinking-tools",
    "demo-parallel-tools-interleaved",
    "demo-tools-no-arguments",
    "demo-blocked-prompt",
    "demo-classes-1000-500",
    "demo-context-full",
  ])("%s folds to the whole one", async (model) => {
    const { content, stop_reason, stop_sequence, usage } = (await ask(model, { tools })).json as Record<
      string,
      unknown
    >;
    const folded = fold(await stream(model, { tools })) as Record<string, unknown>;
    expect(folded.content).toEqual(content);
    expect(folded).toMatchObject({ stop_reason, stop_sequence, usage });
  });

  it("closes thinking with its signature before text opens (case 45)", async () => {
    const events = await stream("demo-reasoning");
    const at = events.findIndex(
      ({ data }) => (data.delta as { type?: string } | undefined)?.type === "signature_delta",
    );
    expect(events.slice(at + 1, at + 3).map(({ event }) => event)).toEqual([
      "content_block_stop",
      "content_block_start",
    ]);
    expect(fold(events).content).toMatchObject([
      { type: "thinking", thinking: shortReasoning },
      { type: "text", text: shortConclusion },
    ]);
  });

  it("demo-usage-cumulative counts up and never starts anew (case 40)", async () => {
    const usages = (await stream("demo-usage-cumulative")).flatMap(({ data }) => (data.usage ? [data.usage] : []));
    const counts = usages.map((usage) => (usage as { output_tokens: number }).output_tokens);
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it("demo-spliced-start starts again in the middle (case 50)", async () => {
    const events = await stream("demo-spliced-start");
    expect(events.filter(({ event }) => event === "message_start")).toHaveLength(2);
    expect(fold(events).content).toEqual([{ type: "text", text: shortText }]);
  });

  it("fails in its own words, first and in the middle (cases 48, 49)", async () => {
    expect(await stream("demo-error-200")).toMatchObject([
      { event: "error", data: { type: "error", error: { type: "overloaded_error" } } },
    ]);
    const events = await stream("demo-error-mid-stream");
    expect(events.at(-1)).toMatchObject({ event: "error", data: { error: { type: "api_error" } } });
  });
});

describe("a whole message", () => {
  it.each([
    ["demo-429", 429, "rate_limit_error"],
    ["demo-529", 529, "overloaded_error"],
    ["demo-403", 403, "permission_error"],
    ["demo-nothing", 404, "not_found_error"],
    ["demo-500", 500, "api_error"],
  ])("%s is refused with %i in Anthropic's shape", async (model, status, type) => {
    expect(await ask(model)).toMatchObject({ status, json: { type: "error", error: { type } } });
  });

  it("excludes cached tokens from its input", async () => {
    expect((await ask("demo-classes-1000-500")).json).toMatchObject({
      usage: { input_tokens: 400, cache_read_input_tokens: 400, cache_creation_input_tokens: 200, output_tokens: 500 },
    });
  });

  it("names the stop sequence that ended it", async () => {
    const reply = await ask("demo-chunks-9", { stop_sequences: ["nothing", "3 4"] });
    expect(reply.json).toMatchObject({
      content: [{ text: "0 1 2 " }],
      stop_reason: "stop_sequence",
      stop_sequence: "3 4",
    });
  });

  it("keeps the input an object where the arguments are cut (case 11)", async () => {
    const reply = await ask("demo-truncated-arguments", { tools });
    expect(reply.json).toMatchObject({ stop_reason: "max_tokens", content: [{ type: "tool_use", input: {} }] });
  });

  it("takes its own thinking back, and calls with their results", async () => {
    const first = (await ask("demo-thinking-tools", { tools })).json as { content: { id: string; type: string }[] };
    const id = first.content.find(({ type }) => type === "tool_use")?.id;
    const result = user([{ type: "tool_result", tool_use_id: id, content: "sunny" }]);
    const messages = [user("hello"), { role: "assistant", content: first.content }, result];
    const thinking = { type: "enabled", budget_tokens: 1024 };
    const reply = await ask("demo-thinking-tools", { tools, messages, thinking, max_tokens: 5000 });
    expect(reply.json).toMatchObject({ stop_reason: "end_turn" });
  });

  it("demo-inspect shows what was understood", async () => {
    const reply = await ask("demo-inspect", {
      system: [
        { type: "text", text: "A" },
        { type: "text", text: "B", cache_control: { type: "ephemeral" } },
      ],
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
      tools,
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    });
    const { content } = reply.json as { content: { text: string }[] };
    expect(JSON.parse(content[0]?.text ?? "")).toMatchObject({
      system: "A\nB",
      turns: [{ role: "user", text: "hello" }],
      thinking: { effort: "low" },
      parallelTools: false,
      maxTokens: 1000,
    });
  });
});

describe("beside messages", () => {
  it("counts tokens without generating (case 33)", async () => {
    const body = { model: "demo-text", system: "abcd", messages: [user("hello")] };
    expect((await post(upstream.url, "/v1/messages/count_tokens", body, headers)).json).toEqual({ input_tokens: 3 });
    const failing = await post(upstream.url, "/v1/messages/count_tokens", { ...body, model: "demo-429" }, headers);
    expect(failing).toMatchObject({ status: 429, json: { type: "error" } });
  });

  it("lists models in pages (case 62)", async () => {
    const page = (await post(upstream.url, "/v1/models?limit=2", undefined, headers)).json as Record<string, unknown>;
    expect(page).toMatchObject({
      data: [{ type: "model", id: "demo-text" }, {}],
      has_more: true,
      first_id: "demo-text",
    });
    const next = await post(upstream.url, `/v1/models?limit=1&after_id=${page.last_id}`, undefined, headers);
    expect(next.json).toMatchObject({ data: [{ id: "demo-echo-every-5ms" }] });
    expect((await post(upstream.url, "/v1/models/demo-text", undefined, headers)).json).toMatchObject({
      id: "demo-text",
    });
    expect((await post(upstream.url, "/v1/models/nothing", undefined, headers)).status).toBe(404);
    expect((await post(upstream.url, "/v1/models")).json).toMatchObject({ object: "list" });
  });

  it("takes the credential from x-api-key or Authorization, and says which", async () => {
    const guarded = await startDemoUpstream({ credential: "sk" });
    const body = { model: "demo-fast", max_tokens: 5, messages: [user("hello")] };
    for (const credential of [
      ["x-api-key", "sk"],
      ["authorization", "Bearer sk"],
    ] as const) {
      expect(
        (await post(guarded.url, "/v1/messages", body, { ...headers, [credential[0]]: credential[1] })).status,
      ).toBe(200);
    }
    const wrong = await post(guarded.url, "/v1/messages", body, { ...headers, "x-api-key": "no" });
    expect(wrong).toMatchObject({ status: 401, json: { error: { type: "authentication_error" } } });
    expect(guarded.requests().map(({ credentialPlace }) => credentialPlace)).toEqual([
      "x-api-key",
      "bearer",
      "x-api-key",
    ]);
    await guarded.close();
  });
});
