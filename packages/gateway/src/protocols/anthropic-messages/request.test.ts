import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Route } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { target } from "../../testing/target.ts";
import { decodeCall, decodeQuestion } from "./request.ts";

const route = (headers: Record<string, string> = {}, query = ""): Route => ({
  captures: [],
  query: new URLSearchParams(query),
  headers,
});
const at = (changes: Partial<Target> = {}) => target({ provider: anthropic, ...changes });
const call = (body: string, headers: Record<string, string> = {}) => decodeCall(Buffer.from(body), route(headers));
const sent = (body: string, changes: Partial<Target> = {}) => call(body).pass(at(changes)).body.toString();
const refusal = (body: string, headers: Record<string, string> = {}) => {
  try {
    call(body, headers).pass(at());
  } catch (error) {
    if (error instanceof AppError) return error.parameters;
    throw error;
  }
  return expect.unreachable(`taken: ${body}`);
};
const hi = '"messages":[{"role":"user","content":"hi"}]';

describe("a messages request for an Anthropic upstream", () => {
  it("passes byte for byte, whatever else it holds (case 31)", () => {
    const body =
      `{ "max_tokens":10,"temperature" : 1.0,"big":12345678901234567890, ${hi}, "x":"caf\\u00e9 1\\/2",` +
      '"model":"m","context_management":{"edits":[]},"thinking":{"type":"adaptive"},"tools":[]}';
    const bytes = Buffer.from(body);
    expect(decodeCall(bytes, route()).pass(at()).body).toBe(bytes);
  });

  it("keeps signed thoughts and cache marks byte-identical (cases 22, 28)", () => {
    const body = `{"model":"public","max_tokens":2000,"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"\\u2026","signature":"EqQB=="},{"type":"redacted_thinking","data":"AAA="},{"type":"tool_use","id":"toolu_1","name":"f","input":{"n":1.0}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}`;
    expect(sent(body)).toBe(body.replace('"public"', '"m"'));
  });

  it("leaves out what other vendors' models thought, and what nobody signed, by name (case 23)", () => {
    const thought = (signature: string) => ({ type: "thinking", thinking: "hm", signature });
    const call1 = { type: "tool_use", id: "t", name: "f", input: { n: 1 } };
    const messages = [
      { role: "assistant", content: [thought("gemini-generate~A"), thought("Eq=="), { type: "text", text: "a" }] },
      { role: "assistant", content: [{ type: "redacted_thinking", data: "openai-responses~B" }] },
      { role: "user", content: "go on" },
      { role: "assistant", content: [thought(""), call1] },
    ];
    const thinking = { type: "enabled", budget_tokens: 1_024 };
    const body = JSON.stringify({ model: "m", max_tokens: 2_000, thinking, x: 1, messages });
    const passed = call(body.replace('"x":1', '"x":1.0')).pass(at());
    expect(passed.dropped).toEqual([
      "messages[0].content[0]",
      "messages[1].content[0]",
      "messages[3].content[0]",
      "thinking",
    ]);
    expect(JSON.parse(passed.body.toString())).toEqual({
      model: "m",
      max_tokens: 2_000,
      thinking: { type: "disabled" },
      x: 1,
      messages: [
        { role: "assistant", content: [thought("Eq=="), { type: "text", text: "a" }] },
        { role: "user", content: "go on" },
        { role: "assistant", content: [call1] },
      ],
    });
    expect(passed.body.toString()).toContain('"x":1.0');
  });

  it("is given the model's own limit where the client named none (cases 18, 56)", () => {
    expect(call(`{"model":"m",${hi}}`).outputLimit).toBeNull();
    expect(sent(`{"model":"m",${hi}}`)).toBe(`{"model":"m",${hi},"max_tokens":4096}`);
    expect(sent(`{"model":"m","max_tokens":null,${hi}}`)).toBe(`{"model":"m","max_tokens":4096,${hi}}`);
    const thinking = '"thinking":{"type":"enabled","budget_tokens":8000}';
    expect(JSON.parse(sent(`{"model":"m",${hi},${thinking}}`)).max_tokens).toBeGreaterThan(8_000);
  });

  it("is given less where the balance is short, and less to think with", () => {
    expect(JSON.parse(sent(`{"model":"m","max_tokens":100,${hi}}`, { outputLimit: 30 })).max_tokens).toBe(30);
    expect(JSON.parse(sent(`{"model":"m","max_tokens":20,${hi}}`, { outputLimit: 30 })).max_tokens).toBe(20);
    const body = `{"model":"m","max_tokens":9000,${hi},"thinking":{"type":"enabled","budget_tokens":8000}}`;
    expect(JSON.parse(sent(body, { outputLimit: 4_000 }))).toMatchObject({
      max_tokens: 4_000,
      thinking: { type: "enabled", budget_tokens: 2_000 },
    });
    expect(JSON.parse(sent(body, { outputLimit: 500 })).thinking).toEqual({ type: "disabled" });
  });

  it("names a pseudonym in place of the user (case 63)", () => {
    expect(sent(`{"model":"m","max_tokens":1,${hi},"metadata":{"user_id":"2026010101"}}`)).toContain(
      '"metadata":{"user_id":"user_1"}',
    );
    const body = `{"model":"m","max_tokens":1,${hi},"metadata":{"user_id":null}}`;
    expect(sent(body)).toBe(body);
  });

  it("names the version, and the betas that the client asked for (case 56)", () => {
    const passed = decodeCall(Buffer.from(`{"model":"m",${hi}}`), route({ "anthropic-beta": "a-1,b-2" }, "beta=true"));
    expect(passed.pass(at())).toMatchObject({
      path: "/messages?beta=true",
      headers: ["anthropic-version", "2023-06-01", "anthropic-beta", "a-1,b-2"],
    });
    expect(call(`{"model":"m",${hi}}`).pass(at())).toMatchObject({
      path: "/messages",
      headers: ["anthropic-version", "2023-06-01"],
    });
  });

  it("is refused at once where it thinks longer than it may answer (case 21)", () => {
    const body = `{"model":"m","max_tokens":1024,${hi},"thinking":{"type":"enabled","budget_tokens":1024}}`;
    expect(refusal(body)).toMatchObject({ param: "thinking.budget_tokens" });
    expect(call(body, { "anthropic-beta": "interleaved-thinking-2025-05-14" }).model).toBe("m");
  });

  it.each(["service_tier", "mcp_servers", "container", "speed", "inference_geo", "fallbacks"])(
    "may not choose %s, which changes what it costs",
    (name) => expect(refusal(`{"model":"m",${hi},"${name}":"x"}`)).toMatchObject({ param: name }),
  );

  it("may not use tools that the upstream runs and bills, but those that the client runs (case 14)", () => {
    const withTool = (type: string) => `{"model":"m","max_tokens":1,${hi},"tools":[{"type":"${type}","name":"x"}]}`;
    for (const type of ["web_search_20250305", "web_fetch_20260318", "code_execution_20260521", "mcp_toolset", "new_1"])
      expect(refusal(withTool(type))).toMatchObject({ param: "tools[0].type" });
    for (const type of ["bash_20250124", "text_editor_20250728", "memory_20250818", "computer_20251124", "custom"])
      expect(sent(withTool(type))).toBe(withTool(type));
    const provider = { ...anthropic, serverTools: ["web_search_"] };
    expect(sent(withTool("web_search_20250305"), { provider })).toBe(withTool("web_search_20250305"));
  });

  it("may not name files stored under our credential, but speak of them (case 27)", () => {
    const block = (json: string) => `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[${json}]}]}`;
    const source = { type: "file", file_id: "file_1" };
    const refused = [
      { type: "document", source },
      { type: "tool_result", tool_use_id: "t", content: [{ type: "image", source }] },
      { type: "container_upload", file_id: "file_1" },
    ];
    for (const each of refused)
      expect(refusal(block(JSON.stringify(each)))).toMatchObject({ param: expect.stringContaining("file_id") });
    expect(refusal(block('{"type":"image","source":{"type":"file","file_\\u0069d":"file_1"}}'))).toBeDefined();
    const spoken = block('{"type":"text","text":"what is a file_id?"}');
    expect(sent(spoken)).toBe(spoken);
    const input = `{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":${JSON.stringify(source)}}]}]}`;
    expect(sent(input)).toBe(input);
  });

  it.each([
    ['{"messages":[{}]}', "model"],
    ['{"model":"","messages":[{}]}', "model"],
    ['{"model":7,"messages":[{}]}', "model"],
    ['{"model":"m"}', "messages"],
    ['{"model":"m","messages":"x"}', "messages"],
    ['{"model":"m","messages":[ ]}', "messages"],
    [`{"model":"m",${hi},"max_tokens":0}`, "max_tokens"],
    [`{"model":"m",${hi},"max_tokens":1.5}`, "max_tokens"],
    [`{"model":"m",${hi},"stream":"yes"}`, "stream"],
    [`{"model":"m","model":"n",${hi}}`, "model"],
    [`{"mod\\u0065l":"m",${hi}}`, "model"],
    [`{"model":"m",${hi},"metadata":7}`, "metadata"],
  ])("refuses %s and names the field (case 4)", (body, param) => expect(refusal(body)).toMatchObject({ param }));

  it.each([
    '[{"type":"web_search_20250305","type":"custom","name":"f"}]',
    '[{"type":"custom","TYPE":"web_search_20250305","name":"f"}]',
    '[{"t\\u0079pe":"custom","name":"f"}]',
  ])("refuses tools whose type two parsers could read otherwise: %s", (tools) => {
    expect(refusal(`{"model":"m",${hi},"tools":${tools}}`)).toMatchObject({ param: "tools[0].type" });
  });

  it("says where the JSON breaks", () => {
    expect(() => call('{"model":"m",}')).toThrow(/line 1, column 14/);
  });

  it("throws nothing but refusals, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
          hostile,
        ),
        (bytes) => {
          try {
            const decoded = decodeCall(Buffer.from(bytes), route());
            decoded.pass(at());
            decoded.canonical();
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
    );
  });
});

/** Requests that are nearly right. */
const block = fc.record(
  {
    type: fc.constantFrom("text", "image", "document", "tool_use", "tool_result", "thinking", "search_result", "x"),
    text: fc.anything(),
    source: fc.oneof(
      fc.anything(),
      fc.record({ type: fc.constantFrom("base64", "url", "content"), data: fc.string() }),
    ),
    id: fc.string(),
    name: fc.string(),
    input: fc.anything(),
    tool_use_id: fc.string(),
    content: fc.anything(),
    thinking: fc.string(),
    signature: fc.anything(),
  },
  { requiredKeys: ["type"] },
);
const hostile = fc
  .record(
    {
      model: fc.string(),
      messages: fc.array(
        fc.record({
          role: fc.constantFrom("user", "assistant", "system", "tool"),
          content: fc.oneof(fc.string(), fc.array(block)),
        }),
      ),
      system: fc.anything(),
      tools: fc.anything(),
      tool_choice: fc.anything(),
      thinking: fc.anything(),
      output_config: fc.anything(),
      max_tokens: fc.anything(),
    },
    { requiredKeys: ["model", "messages"] },
  )
  .map((value) => Buffer.from(JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? 1 : each))));

describe("a question of count_tokens", () => {
  it("passes as it is, without a limit", () => {
    const question = decodeQuestion(Buffer.from(`{"model":"public",${hi}}`), route());
    expect(question.model).toBe("public");
    const { path, body } = question.pass(at());
    expect([path, body.toString()]).toEqual(["/messages/count_tokens", `{"model":"m",${hi}}`]);
  });
});
