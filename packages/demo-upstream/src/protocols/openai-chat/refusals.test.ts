import { afterAll, beforeAll, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const user = (content: unknown) => ({ role: "user", content });
const tool = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const calls = { role: "assistant", tool_calls: [{ id: "a", ...tool("f", { arguments: "{}" }) }] };
const result = { role: "tool", tool_call_id: "a", content: "x" };
const open = { type: "object", properties: { a: {} } };

async function ask(body: object) {
  return post(upstream.url, "/v1/chat/completions", { model: "demo-text", messages: [user("hello")], ...body });
}

it.each<[string, object, string]>([
  ["no messages (case 4)", { messages: [] }, "messages"],
  ["a message without content", { messages: [{ role: "user" }] }, "messages.0.content"],
  [
    "an assistant that says nothing",
    { messages: [user("a"), { role: "assistant", content: null }] },
    "messages.1.content",
  ],
  ["an unknown role", { messages: [{ role: "model", content: "x" }] }, "messages.0.role"],
  ["a part of Anthropic's", { messages: [user([{ type: "tool_result" }])] }, "messages.0.content.0.type"],
  ["a result without its call", { messages: [user("a"), result] }, "messages.1.role"],
  ["a call without its result", { messages: [user("a"), calls, user("b")] }, "messages.2"],
  ["a call at the end", { messages: [user("a"), calls] }, "messages"],
  [
    "arguments as an object",
    {
      messages: [
        user("a"),
        { role: "assistant", tool_calls: [{ id: "a", function: { name: "f", arguments: {} } }] },
        result,
      ],
    },
    "messages.1.tool_calls.0.function.arguments",
  ],
  ["a tool name of 65 characters (case 13)", { tools: [tool("a".repeat(65))] }, "tools.0.function.name"],
  ["a tool name with a dot", { tools: [tool("a.b")] }, "tools.0.function.name"],
  ["five stop sequences (case 17)", { stop: ["1", "2", "3", "4", "5"] }, "stop"],
  ["stream_options without a stream", { stream_options: { include_usage: true } }, "stream_options"],
  ["temperature over 2", { temperature: 2.1 }, "temperature"],
  ["an unknown effort (case 20)", { reasoning_effort: "huge" }, "reasoning_effort"],
  ["a choice without tools", { tool_choice: "required" }, "tool_choice"],
  ["an open strict tool", { tools: [tool("f", { strict: true, parameters: open })] }, "tools.0.function.parameters"],
  [
    "an image without a scheme (case 25)",
    { messages: [user([{ type: "image_url", image_url: { url: "AAAA" } }])] },
    "messages.0.content.0.image_url.url",
  ],
  [
    "an image of type image/*",
    { messages: [user([{ type: "image_url", image_url: { url: "data:image/*;base64,AAAA" } }])] },
    "messages.0.content.0.image_url.url",
  ],
])("refuses %s", async (_what, body, param) => {
  const reply = await ask(body);
  expect(reply).toMatchObject({ status: 400, json: { error: { type: "invalid_request_error", param } } });
});

it("takes the fields of vendors that it does not know (case 31)", async () => {
  expect((await ask({ stop_token_ids: [1], repeat_penalty: 1, prompt: "x", top_k: 5 })).status).toBe(200);
});

it("interleaves the argument parts of two calls (case 43), that add up to the whole ones", async () => {
  const body = {
    model: "demo-parallel-tools-interleaved",
    tools: [tool("f", { parameters: open }), tool("g", { parameters: open })],
  };
  const whole = (await ask(body)).json as {
    choices: { message: { tool_calls: { function: { arguments: string } }[] } }[];
  };
  const text = (await ask({ ...body, stream: true })).text;
  const deltas = [...text.matchAll(/"tool_calls":\[(\{.*?\})\]\}/g)].map(
    ([, json]) => JSON.parse(json ?? "") as { index: number; function: { arguments: string } },
  );
  const order = deltas.map(({ index }) => index);
  expect(order.slice(0, 4)).toEqual([0, 1, 0, 1]);
  for (const index of [0, 1]) {
    const joined = deltas
      .filter((delta) => delta.index === index)
      .map((delta) => delta.function.arguments)
      .join("");
    expect(joined).toBe(whole.choices[0]?.message.tool_calls[index]?.function.arguments);
  }
});

it("reports usage behind the finish even if not asked (case 42)", async () => {
  const { text } = await ask({ model: "demo-usage-after-finish", stream: true });
  expect(text.indexOf('"finish_reason":"stop"')).toBeLessThan(text.indexOf('"usage":{'));
});

it("ends with a refusal, a filter or nothing where the script says so (cases 36 to 38)", async () => {
  const endOf = async (model: string) => {
    const { choices } = (await ask({ model })).json as { choices: { message: object; finish_reason: string }[] };
    return { ...choices[0]?.message, finish: choices[0]?.finish_reason };
  };
  expect(await endOf("demo-refusal")).toMatchObject({
    content: null,
    refusal: "I cannot help with that.",
    finish: "stop",
  });
  expect(await endOf("demo-content-filter")).toMatchObject({ finish: "content_filter" });
  expect(await endOf("demo-blocked-prompt")).toMatchObject({ content: "", finish: "content_filter" });
  expect(await endOf("demo-context-full")).toMatchObject({ finish: "length" });
});

it("changes the id with every chunk if the script wants it (case 59)", async () => {
  const { text } = await ask({ model: "demo-rotating-ids", stream: true });
  const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it("leaves out the content type, or says the wrong one (case 64)", async () => {
  for (const stream of [false, true]) {
    const none = await fetch(`${upstream.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "demo-no-content-type", stream, messages: [user("x")] }),
    });
    expect(none.headers.get("content-type")).toBeNull();
    const plain = await ask({ model: "demo-text-plain", stream });
    expect(plain.headers.get("content-type")).toBe("text/plain");
  }
});

it("answers in the ways of imitators: raw reasoning, whole calls, errors of other shapes (case 51)", async () => {
  type Whole = { choices: { finish_reason: string; message: Record<string, unknown> }[] };
  const raw = (await ask({ model: "demo-raw-reasoning" })).json as Whole;
  expect(raw.choices[0]?.message).toMatchObject({ reasoning: expect.any(String) });
  expect(raw.choices[0]?.message).not.toHaveProperty("reasoning_content");
  expect((await ask({ model: "demo-raw-reasoning", stream: true })).text).toContain('"delta":{"reasoning":"');

  const { text } = await ask({ model: "demo-sloppy-tools", stream: true, tools: [tool("f", { parameters: open })] });
  expect(text).toContain('"tool_calls":[{"id":"call_demo_0","type":"function","function":{"name":"f","arguments":"{');
  expect(text).toContain('"finish_reason":"stop"');

  const statusAndBody = async (model: string) => {
    const { status, json, text } = await ask({ model });
    return [status, json ?? text];
  };
  expect(await statusAndBody("demo-400-numeric")).toMatchObject([400, { error: { code: 400 } }]);
  expect(await statusAndBody("demo-400-flat")).toMatchObject([400, { object: "error", code: 400 }]);
  expect(await statusAndBody("demo-422-detail")).toMatchObject([422, { detail: [{ loc: ["body", "messages"] }] }]);
  expect(await statusAndBody("demo-500-plain")).toEqual([500, "Internal Server Error"]);
});
