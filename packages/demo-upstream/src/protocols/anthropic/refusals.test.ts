import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

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

describe("what Anthropic refuses", () => {
  const call = { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "get_time", input: {} }] };
  const result = { type: "tool_result", tool_use_id: "toolu_1", content: "noon" };
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString("base64");
  const image = (source: object) => ({ messages: [user([{ type: "image", source }])] });
  const marked = { type: "text", text: "x", cache_control: { type: "ephemeral" } };
  const enabled = { thinking: { type: "enabled", budget_tokens: 2000 }, max_tokens: 3000 };

  it.each<[string, object, string]>([
    ["no max_tokens", { max_tokens: undefined }, "max_tokens"],
    ["a limit beyond any model", { max_tokens: 200_000 }, "max_tokens"],
    ["an unknown field", { n: 2 }, "n: Extra inputs are not permitted"],
    ["a beta field without the header", { context_management: {} }, "context_management: Extra inputs"],
    ["temperature over 1 (case 19)", { temperature: 1.7 }, "temperature"],
    ["thinking with temperature (case 19)", { ...enabled, temperature: 0.5 }, "temperature"],
    ["thinking with top_k", { ...enabled, top_k: 5 }, "top_k"],
    ["a budget over the limit (case 21)", { ...enabled, max_tokens: 2000 }, "budget_tokens"],
    ["thinking with a forced tool", { ...enabled, tools, tool_choice: { type: "any" } }, "forces tool use"],
    ["a blank stop sequence", { stop_sequences: ["\n"] }, "stop_sequences.0"],
    ["no messages (case 4)", { messages: [] }, "at least one message"],
    ["an assistant first", { messages: [{ role: "assistant", content: "hi" }] }, 'first message must use the "user"'],
    ["an empty text block", { messages: [user([{ type: "text", text: "" }])] }, "must be non-empty"],
    ["an empty system block", { system: [{ type: "text", text: "" }] }, "must be non-empty"],
    ["a blank text", { messages: [user("  ")] }, "non-whitespace"],
    [
      "a prefill that ends in a blank (case 3)",
      { messages: [user("a"), { role: "assistant", content: "b " }] },
      "trailing",
    ],
    ["an OpenAI part", { messages: [user([{ type: "image_url", image_url: { url: "x" } }])] }, "messages.0.content.0"],
    ["a tool name of 65 characters (case 13)", { tools: [{ ...tools[0], name: "a".repeat(65) }] }, "tools.0"],
    ["a dot in a tool name", { tools: [{ ...tools[0], name: "a.b" }] }, "tools.0"],
    ["two tools of one name", { tools: [tools[0], tools[0]] }, "unique"],
    ["a schema that is no object", { tools: [{ name: "a", input_schema: { type: "string" } }] }, "input_schema"],
    ["a choice without tools", { tool_choice: { type: "auto" } }, "while providing tools"],
    ["history with calls but no tools (case 10)", { messages: [user("a"), call, user([result])] }, "must define tools"],
    ["a result without its call", { tools, messages: [user([result])] }, "unexpected `tool_use_id`"],
    ["a call without its result", { tools, messages: [user("a"), call, user("b")] }, "without `tool_result`"],
    [
      "text before a result",
      { tools, messages: [user("a"), call, user([{ type: "text", text: "x" }, result])] },
      "come first",
    ],
    [
      "arguments as a string",
      { tools, messages: [user("a"), { ...call, content: [{ ...call.content[0], input: "{}" }] }, user([result])] },
      "messages.1.content.0.input",
    ],
    [
      "an unsigned thought (case 23)",
      {
        messages: [
          user("a"),
          { role: "assistant", content: [{ type: "thinking", thinking: "x", signature: "" }] },
          user("b"),
        ],
      },
      "Invalid `signature`",
    ],
    [
      "thinking on, but a last call without a thought",
      { ...enabled, tools, messages: [user("a"), call, user([result])] },
      "Expected `thinking`",
    ],
    [
      "a data: prefix in base64",
      image({ type: "base64", media_type: "image/png", data: `data:image/png;base64,${png}` }),
      "data",
    ],
    [
      "a type the bytes deny (case 25)",
      image({ type: "base64", media_type: "image/jpeg", data: png }),
      "appears to be a image/png",
    ],
    ["image/*", image({ type: "base64", media_type: "image/*", data: png }), "media_type"],
    ["five cache marks (case 28)", { messages: [user([marked, marked, marked, marked, marked])] }, "maximum of 4"],
    [
      "an open output schema",
      { output_config: { format: { type: "json_schema", schema: { type: "object", properties: {} } } } },
      "additionalProperties",
    ],
  ])("%s", async (_what, body, message) => {
    const reply = await ask("demo-text", body);
    expect(reply).toMatchObject({ status: 400, json: { type: "error", error: { type: "invalid_request_error" } } });
    expect((reply.json as { error: { message: string } }).error.message).toContain(message);
  });

  it("a thought with one character changed (case 22)", async () => {
    const { content } = (await ask("demo-reasoning")).json as { content: { thinking: string }[] };
    const changed = [{ ...content[0], thinking: `${content[0]?.thinking} ` }, content[1]];
    const send = (blocks: unknown) =>
      ask("demo-text", { messages: [user("a"), { role: "assistant", content: blocks }, user("b")] });
    expect((await send(content)).status).toBe(200);
    expect((await send(changed)).status).toBe(400);
  });

  it.each<[string, object]>([
    ["temperature, even 1", { temperature: 1 }],
    ["top_p", { top_p: 1 }],
    ["top_k", { top_k: 5 }],
    [
      "citations of the user",
      { messages: [user([{ type: "text", text: "x", citations: [{ type: "char_location" }] }])] },
    ],
  ])("%s, in version 2026-10-21 only", async (_what, body) => {
    const call = { model: "demo-text", max_tokens: 5, messages: [user("hello")], ...body };
    const statusIn = async (version: string) =>
      (await post(upstream.url, "/v1/messages", call, { "anthropic-version": version })).status;
    expect(await Promise.all(["2023-06-01", "2026-10-21", "2024-01-01"].map(statusIn))).toEqual([200, 400, 400]);
  });

  it("a call without a version", async () => {
    const body = { model: "demo-text", max_tokens: 5, messages: [user("hello")] };
    const reply = await post(upstream.url, "/v1/messages", body);
    expect(reply).toMatchObject({ status: 400, json: { error: { message: "anthropic-version: header is required" } } });
  });
});
