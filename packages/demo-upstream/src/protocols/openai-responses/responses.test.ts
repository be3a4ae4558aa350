import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortConclusion, shortReasoning, shortText } from "../../scripts/passages.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post, readEvents } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

type Item = { id: string; type: string; content?: { text?: string }[]; call_id?: string } & Record<string, unknown>;
type Response = { id: string; status: string; output: Item[]; usage: Record<string, unknown> | null } & Record<
  string,
  unknown
>;
type Event = {
  type: string;
  sequence_number: number;
  item_id?: string;
  delta?: string;
  response?: Response;
  item?: Item;
};

const city = { type: "object", properties: { city: { type: "string" } } };
const tools = [
  { type: "function", name: "get_weather", parameters: city, strict: false },
  { type: "custom", name: "apply_patch" },
];

const ask = (model: string, body: object = {}) =>
  post(upstream.url, "/v1/responses", { model, input: "hello", ...body });
const whole = async (model: string, body: object = {}) => (await ask(model, body)).json as Response;
const stream = async (model: string, body: object = {}) => {
  const events = readEvents((await ask(model, { stream: true, ...body })).text) as { event: string; data: Event }[];
  for (const { event, data } of events) expect(data.type).toBe(event);
  return events.map(({ data }) => data);
};
const stored = (id: string, suffix = "", method = "GET") =>
  post(upstream.url, `/v1/responses/${id}${suffix}`, undefined, {}, method);

describe("a streamed response", () => {
  it("opens and closes items and parts around numbered deltas (case 59)", async () => {
    const events = await stream("demo-chunks-2");
    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
    expect(new Set(events.flatMap(({ item_id, item }) => item_id ?? item?.id ?? [])).size).toBe(1);
  });

  it.each([
    "demo-text",
    "demo-reasoning",
    "demo-raw-reasoning",
    "demo-redacted-thinking",
    "demo-two-texts",
    "demo-citations",
    "demo-refusal",
    "demo-thinking-tools",
    "demo-parallel-tools-interleaved",
    "demo-truncated-arguments",
    "demo-content-filter",
    "demo-blocked-prompt",
    "demo-classes-1000-500",
    "demo-no-usage",
  ])("%s ends with what the whole one is", async (model) => {
    const body = { tools, include: ["reasoning.encrypted_content"] };
    const one = await whole(model, body);
    const last = (await stream(model, body)).at(-1);
    const strip = (response: Response | undefined) =>
      JSON.parse(
        JSON.stringify(response)
          .replaceAll(/(_demo_)\d+/g, "$1N")
          .replace(/"created_at":\d+/, '"created_at":0'),
      );
    expect(last?.type).toBe(`response.${one.status}`);
    expect(strip(last?.response)).toEqual(strip(one));
  });

  it("streams thoughts as a summary, and arguments that add up", async () => {
    const events = await stream("demo-thinking-tools", { tools });
    const joined = (type: string) =>
      events
        .filter((event) => event.type === type)
        .map(({ delta }) => delta)
        .join("");
    expect(joined("response.reasoning_summary_text.delta")).toBe(shortReasoning);
    expect(JSON.parse(joined("response.function_call_arguments.delta"))).toEqual({ city: "北京" });
    const custom = await stream("demo-tools", { tools: tools.slice(1) });
    expect(custom.map(({ type }) => type)).toContain("response.custom_tool_call_input.delta");
  });

  it("fails in its own words, first and in the middle (cases 48, 49)", async () => {
    expect(await stream("demo-error-200")).toMatchObject([{ type: "error", code: "overloaded", sequence_number: 0 }]);
    expect((await stream("demo-error-mid-stream")).at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error" } },
    });
  });

  it("starts twice, or rotates its ids, if the script wants it (cases 50, 59)", async () => {
    const twice = await stream("demo-spliced-start");
    expect(twice.filter(({ type }) => type === "response.created")).toHaveLength(2);
    const ids = (await stream("demo-rotating-ids")).flatMap(({ item_id, item }) => item_id ?? item?.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a whole response", () => {
  it("is incomplete at the limit and when filtered (case 36)", async () => {
    expect(await whole("demo-chunks-30", { max_output_tokens: 20 })).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ status: "incomplete" }],
    });
    expect(await whole("demo-content-filter")).toMatchObject({ incomplete_details: { reason: "content_filter" } });
  });

  it("has thoughts in an item of their own, encrypted if asked to", async () => {
    const plain = await whole("demo-reasoning");
    expect(plain.output).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: shortReasoning }] },
      { type: "message", content: [{ type: "output_text", text: shortConclusion, annotations: [] }] },
    ]);
    expect(plain.output[0]).not.toHaveProperty("encrypted_content");
    expect(plain.usage).toMatchObject({ output_tokens_details: { reasoning_tokens: expect.any(Number) } });
  });

  it("has thoughts as they are where the script wants it", async () => {
    const { output } = await whole("demo-raw-reasoning");
    expect(output[0]).toMatchObject({ summary: [], content: [{ type: "reasoning_text", text: shortReasoning }] });
    const types = (await stream("demo-raw-reasoning")).map(({ type }) => type);
    expect(types).toContain("response.reasoning_text.delta");
    expect(types).not.toContain("response.reasoning_summary_text.delta");
  });

  it("shows thoughts to those who ask for a summary", async () => {
    const items = async (reasoning: object) => (await whole("demo-thinking-if-asked", { reasoning })).output;
    expect(await items({ effort: "high" })).toHaveLength(1);
    expect(await items({ effort: "high", summary: "auto" })).toMatchObject([
      { summary: [{ text: "effort=high " }] },
      {},
    ]);
  });
});

describe("a conversation", () => {
  it("goes on from a stored response (case 58)", async () => {
    const first = await whole("demo-thinking-tools", { tools, input: "two" });
    const outputs = first.output.flatMap(({ type, call_id }) =>
      type.endsWith("_call") ? [{ type: `${type}_output`, call_id, output: "sunny" }] : [],
    );
    expect(outputs.map(({ type }) => type)).toEqual(["function_call_output", "custom_tool_call_output"]);
    const next = await whole("demo-inspect", { tools, previous_response_id: first.id, input: outputs });
    expect(JSON.parse(next.output[0]?.content?.[0]?.text ?? "")).toMatchObject({
      turns: [{ text: "two" }, { role: "tool", text: "sunny" }, { role: "tool", text: "sunny" }],
      toolResults: [{ name: "get_weather" }, { name: "apply_patch" }],
    });
    expect((await ask("demo-text", { previous_response_id: "resp_none" })).status).toBe(400);
  });

  it("goes on from items given back, thoughts encrypted, not stored", async () => {
    const body = { tools, store: false, include: ["reasoning.encrypted_content"] };
    const first = await whole("demo-thinking-tools", body);
    const result = { type: "function_call_output", call_id: first.output[1]?.call_id, output: "sunny" };
    const again = (thought: object) =>
      ask("demo-text", { ...body, input: [{ role: "user", content: "hi" }, thought, first.output[1], result] });
    const [thought] = first.output;
    expect((await again(thought ?? {})).status).toBe(200);
    expect(await again({ ...thought, encrypted_content: "AAAA" })).toMatchObject({ status: 400 });
    expect(await again({ ...thought, encrypted_content: null })).toMatchObject({ status: 404 });
  });

  it("can be read, listed, cancelled and deleted while it is stored", async () => {
    const one = await whole("demo-text");
    expect((await stored(one.id)).json).toEqual(one);
    expect((await stored(one.id, "/input_items")).json).toMatchObject({ object: "list", data: [{ content: "hello" }] });
    expect((await stored(one.id, "/cancel", "POST")).status).toBe(400);
    expect((await stored(one.id, "", "DELETE")).json).toEqual({ id: one.id, object: "response", deleted: true });
    expect((await stored(one.id)).status).toBe(404);
    const streamed = (await stream("demo-text")).at(-1)?.response;
    expect((await stored(streamed?.id ?? "")).json).toEqual(streamed);
    const unstored = await whole("demo-text", { store: false });
    expect((await stored(unstored.id)).status).toBe(404);
  });

  it("runs in the background until somebody looks or cancels", async () => {
    const one = await whole("demo-text", { background: true });
    expect(one).toMatchObject({ status: "queued", output: [] });
    expect((await stored(one.id, "/cancel", "POST")).json).toMatchObject({ status: "cancelled" });
    const two = await whole("demo-text", { background: true });
    expect((await stored(two.id)).json).toMatchObject({
      status: "completed",
      output: [{ content: [{ text: shortText }] }],
    });
  });

  it("is counted without generating (case 33)", async () => {
    const reply = await post(upstream.url, "/v1/responses/input_tokens", { model: "demo-text", input: "hello" });
    expect(reply.json).toEqual({ object: "response.input_tokens", input_tokens: 2 });
  });
});

describe("what OpenAI refuses", () => {
  const call = { type: "function_call", call_id: "c", name: "get_weather", arguments: "{}" };
  const result = { type: "function_call_output", call_id: "c", output: "x" };
  const user = (...content: object[]) => ({ role: "user", content });

  it.each<[string, object]>([
    ["a field of chat completions", { max_tokens: 5 }],
    ["messages", { messages: [] }],
    ["stop (case 17)", { stop: ["x"] }],
    ["response_format (case 16)", { response_format: { type: "json_object" } }],
    ["no input", { input: undefined }],
    ["an empty input (case 4)", { input: [] }],
    ["a limit under 16", { max_output_tokens: 15 }],
    ["an unknown effort (case 20)", { reasoning: { effort: "huge" } }],
    ["a part of chat completions", { input: [user({ type: "text", text: "x" })] }],
    [
      "an input part in the assistant's mouth",
      { input: [user(), { role: "assistant", content: [{ type: "input_text", text: "x" }] }] },
    ],
    ["a chat tool", { tools: [{ type: "function", function: { name: "f" } }] }],
    ["an unknown kind of tool (case 14)", { tools: [{ type: "web_search_20250305", name: "web_search" }] }],
    ["a tool name of 65 characters (case 13)", { tools: [{ type: "function", name: "a".repeat(65) }] }],
    ["a chat tool choice (case 12)", { tools, tool_choice: { type: "function", function: { name: "get_weather" } } }],
    ["a result without its call", { input: [user({ type: "input_text", text: "x" }), result] }],
    ["a call without its result", { input: [user({ type: "input_text", text: "x" }), call] }],
    ["arguments as an object", { input: [{ ...call, arguments: {} }, result] }],
    [
      "a call id of 65 characters",
      {
        input: [
          { ...call, call_id: "c".repeat(65) },
          { ...result, call_id: "c".repeat(65) },
        ],
      },
    ],
    ["an id of another kind", { input: [{ ...call, id: "call_1" }, result] }],
    ["a schema without a name", { text: { format: { type: "json_schema", schema: {} } } }],
    ["an open strict tool", { tools: [{ ...tools[0], strict: true }] }],
    ["an image without a scheme (case 25)", { input: [user({ type: "input_image", image_url: "AAAA" })] }],
  ])("%s", async (_what, body) => {
    expect(await ask("demo-text", body)).toMatchObject({
      status: 400,
      json: { error: { type: "invalid_request_error", message: expect.any(String) } },
    });
  });
});
