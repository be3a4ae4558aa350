import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortConclusion, shortReasoning, shortText } from "../../scripts/passages.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

type Message = { role: string; content: string; thinking?: string; tool_calls?: { function: object }[] };
type Line = { message?: Message; response?: string; done: boolean; done_reason?: string; error?: string } & Record<
  string,
  unknown
>;

const user = (content: string, more: object = {}) => ({ role: "user", content, ...more });
const city = { type: "object", properties: { city: { type: "string" } } };
const tools = [
  { type: "function", function: { name: "get_weather", parameters: city } },
  { type: "function", function: { name: "get_time" } },
];

const ask = (model: string, body: object = {}, path = "/api/chat") =>
  post(upstream.url, path, { model, ...(path === "/api/chat" && { messages: [user("hello")] }), ...body });
const whole = async (model: string, body: object = {}, path?: string) =>
  (await ask(model, { stream: false, ...body }, path)).json as Line;
const stream = async (model: string, body: object = {}, path?: string) => {
  const { text } = await ask(model, body, path);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
};
const joined = (lines: readonly Line[], field: "content" | "thinking") =>
  lines.map(({ message }) => message?.[field] ?? "").join("");

describe("a chat", () => {
  it("streams lines unless told not to, the last with reason, counts and durations (case 34)", async () => {
    const reply = await ask("demo-chunks-2:latest");
    expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = await stream("demo-chunks-2");
    expect(lines.map(({ message, done }) => [message?.content, done])).toEqual([
      ["0 ", false],
      ["1 ", false],
      ["", true],
    ]);
    expect(lines.at(-1)).toMatchObject({
      model: "demo-chunks-2",
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      done_reason: "stop",
      prompt_eval_count: 2,
      eval_count: 2,
      total_duration: expect.any(Number),
      eval_duration: expect.any(Number),
    });
    expect(lines[0]).not.toHaveProperty("eval_count");
  });

  it.each(["demo-text", "demo-reasoning", "demo-thinking-tools", "demo-parallel-tools-interleaved"])(
    "%s says the same streamed and whole",
    async (model) => {
      const one = await whole(model, { tools });
      const lines = await stream(model, { tools });
      expect(joined(lines, "content")).toBe(one.message?.content);
      expect(joined(lines, "thinking")).toBe(one.message?.thinking ?? "");
      expect(lines.flatMap(({ message }) => message?.tool_calls ?? [])).toEqual(one.message?.tool_calls ?? []);
      expect(lines.at(-1)).toMatchObject({ eval_count: one.eval_count, done_reason: one.done_reason });
    },
  );

  it("has thinking in a field of its own", async () => {
    expect((await whole("demo-reasoning")).message).toEqual({
      role: "assistant",
      content: shortConclusion,
      thinking: shortReasoning,
    });
    expect((await whole("demo-thinking-if-asked", { think: "high" })).message?.thinking).toBe("effort=high ");
    expect((await whole("demo-thinking-if-asked", { think: false })).message).not.toHaveProperty("thinking");
  });

  it("calls tools whole, with an object, and takes their results by name or in order", async () => {
    const { message, done_reason } = await whole("demo-tools", { tools });
    expect(message?.tool_calls).toMatchObject([{ function: { name: "get_weather", arguments: { city: "北京" } } }]);
    expect(done_reason).toBe("stop");
    const results = [{ role: "tool", tool_name: "get_weather", content: "sunny" }];
    const after = await whole("demo-inspect", { tools, messages: [user("hello"), message, ...results] });
    expect(JSON.parse(after.message?.content ?? "")).toMatchObject({
      toolResults: [{ id: "call_demo_0", name: "get_weather", text: "sunny" }],
    });
  });

  it("reads options, format and images", async () => {
    const options = { temperature: 0.6, top_p: 0.95, num_predict: 300, stop: ["x y"] };
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString("base64");
    const messages = [{ role: "system", content: "A" }, user("hi", { images: [png] })];
    const { message } = await whole("demo-inspect", { options, messages, format: city });
    expect(JSON.parse(message?.content ?? "")).toMatchObject({
      system: "A",
      temperature: 0.6,
      topP: 0.95,
      maxTokens: 300,
      stop: ["x y"],
      schema: city,
      images: [expect.stringContaining("bytes:8 type:image/png")],
    });
    expect((await whole("demo-json", { format: city })).message?.content).toBe('{"city":"北京"}');
  });

  it("stops at the limit with length", async () => {
    expect(await whole("demo-chunks-9", { options: { num_predict: 4 } })).toMatchObject({
      done_reason: "length",
      eval_count: 4,
    });
  });

  it("without messages only loads the model", async () => {
    expect(await stream("demo-text", { messages: [] })).toMatchObject([{ done: true, done_reason: "load" }]);
  });

  it("fails in a sentence, first, in the middle and as a status (cases 48, 49, 51)", async () => {
    expect(await stream("demo-error-200")).toEqual([{ error: "The engine is overloaded." }]);
    expect((await stream("demo-error-mid-stream")).at(-1)).toEqual({ error: "The engine died." });
    expect(await ask("demo-429")).toMatchObject({ status: 429, json: { error: expect.any(String) } });
    expect(await ask("nothing")).toMatchObject({ status: 404, json: { error: expect.stringContaining("nothing") } });
  });

  it("demo-crlf ends lines in CRLF without comments", async () => {
    const { text } = await ask("demo-crlf");
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text).not.toContain("keep-alive");
  });

  it.each<[string, object]>([
    ["a list as content", { messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] }],
    ["a data: prefix (case 25)", { messages: [user("x", { images: ["data:image/png;base64,AAAA"] })] }],
    [
      "arguments as a string (case 5)",
      { messages: [user("x"), { role: "assistant", tool_calls: [{ function: { name: "f", arguments: "{}" } }] }] },
    ],
    ["stop as a string (case 17)", { options: { stop: "x" } }],
    ["temperature as a string", { options: { temperature: "1" } }],
    ["an unknown effort (case 20)", { think: "huge" }],
    ["an unknown format", { format: "xml" }],
    ["an unknown role", { messages: [{ role: "developer", content: "x" }] }],
    ["a result without its call", { messages: [user("x"), { role: "tool", content: "x" }] }],
    ["no model", { model: undefined }],
  ])("refuses %s", async (_what, body) => {
    expect(await ask("demo-text", body)).toMatchObject({ status: 400, json: { error: expect.any(String) } });
  });
});

describe("beside chat", () => {
  it("generates from a prompt", async () => {
    const lines = await stream("demo-echo", { prompt: "量子" }, "/api/generate");
    expect(lines.map(({ response }) => response).join("")).toBe("量子");
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: "stop", context: [] });
    expect(await whole("demo-text", { prompt: "x" }, "/api/generate")).toMatchObject({
      response: shortText,
      done: true,
    });
    expect(await whole("demo-text", {}, "/api/generate")).toMatchObject({ done_reason: "load" });
  });

  it("lists, shows and names its version, with the fields that clients need", async () => {
    const tags = (await post(upstream.url, "/api/tags")).json as { models: { name: string }[] };
    expect(tags.models[0]).toMatchObject({
      name: "demo-text:latest",
      model: "demo-text:latest",
      size: expect.any(Number),
      details: { family: "demo" },
    });
    const shown = await post(upstream.url, "/api/show", { model: "demo-text:latest" });
    expect(shown.json).toMatchObject({
      capabilities: expect.arrayContaining(["tools"]),
      model_info: { "demo.context_length": 32_768 },
      details: {},
    });
    expect((await post(upstream.url, "/api/show", { model: "nothing" })).status).toBe(404);
    expect((await post(upstream.url, "/api/version")).json).toEqual({ version: expect.any(String) });
    expect((await post(upstream.url, "/api/ps")).json).toMatchObject({ models: [{ size_vram: expect.any(Number) }] });
  });

  it("embeds one and many, in order (case 32)", async () => {
    const embed = async (body: object) =>
      (await ask("demo-text", body, "/api/embed")).json as { embeddings: number[][] };
    const { embeddings } = await embed({ input: ["a", "b"] });
    expect((await embed({ input: "b" })).embeddings[0]).toEqual(embeddings[1]);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
    expect((await ask("demo-text", { prompt: "b" }, "/api/embeddings")).json).toEqual({ embedding: embeddings[1] });
    expect((await ask("demo-text", { input: [1, 2] }, "/api/embed")).status).toBe(400);
    expect((await ask("demo-500", { input: "a" }, "/api/embed")).status).toBe(500);
  });
});
