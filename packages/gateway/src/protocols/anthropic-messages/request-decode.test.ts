import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { decodeRequest } from "./request-decode.ts";

const decode = (more: object) =>
  decodeRequest(
    Buffer.from(JSON.stringify({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "hi" }], ...more })),
  );
const user = (...content: object[]) => decode({ messages: [{ role: "user", content }] }).messages;
const param = (more: object) => {
  try {
    decode(more);
  } catch (error) {
    if (error instanceof AppError) return error.parameters.param;
    throw error;
  }
  return expect.unreachable("taken");
};
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";

describe("a messages request for other upstreams", () => {
  it("keeps the system's blocks in order (case 1) and system messages in their place (case 2)", () => {
    const system = [
      { type: "text", text: "A", cache_control: { type: "ephemeral" } },
      { type: "text", text: "B" },
    ];
    const messages = [
      { role: "user", content: "1" },
      { role: "system", content: "reminder" },
      { role: "user", content: "2" },
    ];
    expect(decode({ system, messages }).messages).toEqual([
      {
        role: "system",
        parts: [
          { type: "text", text: "A", cacheControl: { type: "ephemeral" } },
          { type: "text", text: "B" },
        ],
      },
      { role: "user", parts: [{ type: "text", text: "1" }] },
      { role: "system", parts: [{ type: "text", text: "reminder" }] },
      { role: "user", parts: [{ type: "text", text: "2" }] },
    ]);
  });

  it("tells results from what else the user says, with errors, pictures and marks (cases 5, 6, 7, 8, 28)", () => {
    const source = { type: "base64", media_type: "image/jpeg", data: png };
    expect(
      user(
        {
          type: "tool_result",
          tool_use_id: "toolu_1",
          is_error: true,
          content: [
            { type: "text", text: "no", cache_control: { type: "ephemeral" } },
            { type: "image", source },
          ],
          cache_control: { type: "ephemeral", ttl: "1h" },
        },
        { type: "tool_result", tool_use_id: "toolu_2" },
        { type: "text", text: "go on" },
      ),
    ).toEqual([
      {
        role: "tool",
        parts: [
          {
            type: "tool-result",
            callId: "toolu_1",
            name: null,
            isError: true,
            // The bytes are a PNG's, whatever the client said (case 25).
            parts: [
              { type: "text", text: "no", cacheControl: { type: "ephemeral" } },
              { type: "image", source: { kind: "base64", mediaType: "image/png", data: png } },
            ],
            cacheControl: { type: "ephemeral", ttl: "1h" },
          },
          { type: "tool-result", callId: "toolu_2", name: null, isError: false, parts: [] },
        ],
      },
      { role: "user", parts: [{ type: "text", text: "go on" }] },
    ]);
  });

  it("reads documents of every kind (case 27) and pictures by address (case 26)", () => {
    const pdf = Buffer.from("%PDF-1.4 and so on").toString("base64");
    const [message] = user(
      { type: "document", title: "a.pdf", source: { type: "base64", media_type: "application/pdf", data: pdf } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "plain 文" } },
      { type: "document", source: { type: "url", url: "https://e.com/a.pdf" } },
      { type: "document", title: "T", source: { type: "content", content: [{ type: "text", text: "inner" }] } },
      { type: "search_result", title: "S", source: "https://s", content: [{ type: "text", text: "found" }] },
      { type: "image", source: { type: "url", url: "https://e.com/a.png" } },
    );
    expect(message?.parts).toEqual([
      {
        type: "document",
        filename: "a.pdf",
        source: { kind: "base64", mediaType: "application/pdf", data: pdf },
      },
      {
        type: "document",
        source: { kind: "base64", mediaType: "text/plain", data: Buffer.from("plain 文").toString("base64") },
      },
      { type: "document", source: { kind: "url", url: "https://e.com/a.pdf" } },
      { type: "text", text: "T" },
      { type: "text", text: "inner" },
      { type: "text", text: "S\nhttps://s\nfound" },
      { type: "image", source: { kind: "url", url: "https://e.com/a.png" } },
    ]);
  });

  it("reads what the model said: thoughts with their proof and whose it is, calls with every digit (cases 5, 22, 23)", () => {
    const body = `{"model":"m","messages":[{"role":"assistant","content":[
      {"type":"thinking","thinking":"hm","signature":"Eq=="},
      {"type":"thinking","thinking":"h","signature":""},
      {"type":"redacted_thinking","data":"openai-responses~gAAA"},
      {"type":"text","text":"so","citations":[{"type":"web_search_result_location","url":"https://e.com","title":"T","cited_text":"c"}]},
      {"type":"tool_use","id":"toolu_1","name":"f","input":{"n":12345678901234567890,"x":1.0}},
      {"type":"tool_use","id":"call__sig_Z2VtaW5pLWdlbmVyYXRlfkFCQw","name":"g"}]}]}`;
    expect(decodeRequest(Buffer.from(body)).messages[0]?.parts).toEqual([
      { type: "reasoning", text: "hm", signature: { protocol: "anthropic-messages", value: "Eq==" } },
      { type: "reasoning", text: "h", signature: null },
      { type: "reasoning", text: "", isRedacted: true, signature: { protocol: "openai-responses", value: "gAAA" } },
      {
        type: "text",
        text: "so",
        citations: [{ url: "https://e.com", title: "T", citedText: "c", start: null, end: null }],
      },
      { type: "tool-call", id: "toolu_1", name: "f", arguments: '{"n":12345678901234567890,"x":1.0}' },
      {
        type: "tool-call",
        id: "call",
        name: "g",
        arguments: "{}",
        signature: { protocol: "gemini-generate", value: "ABC" },
      },
    ]);
  });

  it("reads tools, the choice among them, and that one call is enough (case 12)", () => {
    const tools = [
      {
        name: "f",
        description: "d",
        input_schema: { type: "object" },
        strict: true,
        cache_control: { type: "ephemeral" },
      },
      { type: "custom", name: "g", input_schema: null },
    ];
    expect(decode({ tools, tool_choice: { type: "any", disable_parallel_tool_use: true } })).toMatchObject({
      tools: [
        {
          name: "f",
          description: "d",
          parameters: { type: "object" },
          isStrict: true,
          cacheControl: { type: "ephemeral" },
        },
        { name: "g", description: null, parameters: null, isStrict: null },
      ],
      toolChoice: { kind: "required" },
      parallelToolCalls: false,
    });
    expect(decode({ tools, tool_choice: { type: "tool", name: "g" } })).toMatchObject({
      toolChoice: { kind: "named", name: "g" },
      parallelToolCalls: null,
    });
    expect(decode({ tool_choice: { type: "none" } }).toolChoice).toEqual({ kind: "none" });
    expect(param({ tool_choice: { type: "tool" } })).toBe("tool_choice.name");
  });

  it("reads how hard to think (case 20) and the form of the answer (case 16)", () => {
    const wish = { effort: null, budgetTokens: null, isEnabled: true, isAdaptive: false, showsThoughts: null };
    expect(decode({ thinking: { type: "enabled", budget_tokens: 2_000 } }).reasoning).toEqual({
      ...wish,
      budgetTokens: 2_000,
    });
    const adaptive = { thinking: { type: "adaptive", display: "omitted" }, output_config: { effort: "max" } };
    expect(decode(adaptive).reasoning).toEqual({ ...wish, effort: "max", isAdaptive: true, showsThoughts: false });
    expect(decode({ thinking: { type: "disabled" } }).reasoning).toEqual({ ...wish, isEnabled: false });
    expect(decode({ output_config: { effort: "low" } }).reasoning).toEqual({ ...wish, effort: "low" });
    expect(param({ output_config: { effort: "enormous" } })).toBe("output_config.effort");
    const format = { type: "json_schema", schema: { type: "object", properties: { a: { const: 1 } } } };
    const outputFormat = { kind: "schema", name: null, description: null, schema: format.schema, isStrict: null };
    expect(decode({ output_config: { format } }).outputFormat).toEqual(outputFormat);
    expect(decode({ output_format: format }).outputFormat).toEqual(outputFormat);
  });

  it("names what has no counterpart, wherever it stands (case 31)", () => {
    expect(
      decode({
        stop_token_ids: [1],
        context_management: {},
        metadata: { user_id: "u", team: "t" },
        tools: [{ name: "f", input_schema: {}, defer_loading: true }],
        messages: [{ role: "user", content: [{ type: "text", text: "x", colour: "red" }], name: "n" }],
      }).unmapped,
    ).toEqual([
      "stop_token_ids",
      "context_management",
      "messages[0].name",
      "messages[0].content[0].colour",
      "tools[0].defer_loading",
      "metadata.team",
    ]);
  });

  it("refuses what other vendors can't be told, and names it (cases 14, 27)", () => {
    const content = (block: object) => ({ messages: [{ role: "user", content: [block] }] });
    expect(param({ tools: [{ type: "bash_20250124", name: "bash" }] })).toBe("tools[0].type");
    expect(param({ tools: [{ type: "mcp_toolset" }] })).toBe("tools[0].type");
    expect(param(content({ type: "image", source: { type: "file", file_id: "f" } }))).toBe(
      "messages[0].content[0].source",
    );
    expect(param(content({ type: "brand_new" }))).toBe("messages[0].content[0].type");
    const history = [
      { role: "assistant", content: [{ type: "server_tool_use", id: "s", name: "web_search", input: {} }] },
    ];
    expect(param({ messages: history })).toBe("messages[0].content[0].type");
    expect(param({ messages: [{ role: "narrator", content: "x" }] })).toBe("messages[0].role");
  });
});
