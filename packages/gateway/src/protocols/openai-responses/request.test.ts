import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Target } from "../../canonical/target.ts";
import { target } from "../../testing/target.ts";
import { decodeCall } from "./request.ts";

const passed = (body: string, changes: Partial<Target> = {}) => {
  const { body: sent, ...rest } = decodeCall(Buffer.from(body)).pass(target(changes));
  return { ...rest, text: sent.toString() };
};
const sent = (body: string, changes: Partial<Target> = {}) => passed(body, changes).text;

function refusal(body: object): AppError {
  try {
    decodeCall(Buffer.from(JSON.stringify({ model: "m", input: "x", ...body }))).pass(target());
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("decodeCall", () => {
  it("keeps every byte of what nobody here reads (case 31)", () => {
    const tail = '"top_k":1e-7, "x":"\\u00e9","n":12345678901234567890,"moderation" : { "model":1.0}';
    expect(sent(`{"model":"m","input":[{"role":"user","content":"\\u4f60"}],"store":false,${tail}}`)).toBe(
      `{"model":"m","input":[{"role":"user","content":"\\u4f60"}],"store":false,${tail}}`,
    );
  });

  it("never lets an upstream store: it would be stored under our credential", () => {
    for (const store of ['"store":true', '"store":null', '"z":1'])
      expect(JSON.parse(sent(`{"model":"m","input":"x",${store}}`))).toMatchObject({ store: false });
  });

  it("takes out what is ours, and puts pseudonyms in the place of names (case 63)", () => {
    const body = {
      model: "m",
      input: "x",
      previous_response_id: "resp_1",
      metadata: { student: "2023012345" },
      client_metadata: { session_id: "2023012345" },
      user: "2023012345",
      safety_identifier: "2023012345",
      prompt_cache_key: "2023012345",
    };
    const { text, dropped } = passed(JSON.stringify(body));
    expect(dropped).toEqual(["client_metadata"]);
    expect(text).not.toContain("2023012345");
    expect(JSON.parse(text)).toEqual({
      model: "m",
      input: "x",
      user: "user_1",
      safety_identifier: "user_1",
      prompt_cache_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      store: false,
    });
  });

  it.each([
    '[{"type":"web_search","type":"function","name":"f"}]',
    '[{"type":"function","Type":"web_search","name":"f"}]',
  ])("refuses tools whose type two parsers could read otherwise: %s", (tools) => {
    expect(() => sent(`{"model":"m","input":"x","tools":${tools}}`)).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it("lowers the limit, or gives one", () => {
    const limited = (more: object) =>
      JSON.parse(sent(JSON.stringify({ model: "m", input: "x", ...more }), { outputLimit: 30 })).max_output_tokens;
    expect([limited({ max_output_tokens: 99 }), limited({ max_output_tokens: 9 }), limited({})]).toEqual([30, 9, 30]);
  });

  it("asks for thoughts to come encrypted where the client speaks of reasoning, and nowhere else", () => {
    const include = (more: object) => JSON.parse(sent(JSON.stringify({ model: "m", input: "x", ...more }))).include;
    expect(include({})).toBeUndefined();
    expect(include({ reasoning: { effort: "none" } })).toBeUndefined();
    expect(include({ reasoning: { effort: "low" }, include: ["a"] })).toEqual(["a", "reasoning.encrypted_content"]);
    expect(include({ reasoning: {}, include: ["reasoning.encrypted_content"] })).toEqual([
      "reasoning.encrypted_content",
    ]);
  });

  it("leaves out thoughts that the upstream can't read, and says so", () => {
    const input = [
      { role: "user", content: "a" },
      { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "t" }] },
      { type: "reasoning", summary: [], encrypted_content: "anthropic-messages~abc" },
      { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "gAAA" },
      { type: "function_call", id: "fc_1", call_id: "c", name: "f", arguments: "{}" },
    ];
    const { text, dropped } = passed(JSON.stringify({ model: "m", input }));
    expect(dropped).toEqual(["input[1]", "input[2]"]);
    expect(JSON.parse(text).input).toEqual([
      { role: "user", content: "a" },
      { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "gAAA" },
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
    ]);
  });

  it.each([
    ["web_search", "tools[0].type"],
    ["web_search_preview_2025_03_11", "tools[0].type"],
    ["file_search", "tools[0].type"],
    ["code_interpreter", "tools[0].type"],
    ["mcp", "tools[0].type"],
    ["image_generation", "tools[0].type"],
  ])("refuses the tool %s, which is billed apart (case 14)", (type, param) => {
    const error = refusal({ tools: [{ type }] });
    expect(error).toMatchObject({ code: "invalid_request", parameters: { param } });
    expect(error.message).toContain(type);
  });

  it("finds such a tool behind escapes and in a container", () => {
    const escaped = '{"model":"m","input":"x","tools":[{"type":"web\\u005fsearch"}]}';
    expect(() => sent(escaped)).toThrow("web_search");
    expect(refusal({ tools: [{ type: "shell", environment: { type: "container_auto" } }] }).message).toContain("shell");
  });

  it("lets a provider whose prices cover such a tool have it", () => {
    const provider = { ...target().provider, serverTools: ["web_search"] };
    const body = JSON.stringify({ model: "m", input: "x", store: false, tools: [{ type: "web_search_preview" }] });
    expect(sent(body, { provider })).toBe(body);
    expect(() => sent(body.replace("web_search_preview", "mcp"), { provider })).toThrow("mcp");
  });

  it("passes tools that the client runs, known or not (case 14)", () => {
    const tools = [{ type: "local_shell" }, { type: "apply_patch" }, { type: "shell" }, { type: "new_thing", x: 1 }];
    const body = JSON.stringify({ model: "m", input: "x", store: false, tools });
    expect(sent(body)).toBe(body);
  });

  it.each([
    [{ background: true }, "background"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "pmpt_1" } }, "prompt"],
    [{ service_tier: "priority" }, "service_tier"],
    [{ input: [] }, "input"],
    [{ input: "" }, "input"],
    [{ input: null }, "input"],
    [{ input: 5 }, "input"],
    [{ model: "" }, "model"],
    [{ stream: "yes" }, "stream"],
    [{ max_output_tokens: 0 }, "max_output_tokens"],
    [{ previous_response_id: 5 }, "previous_response_id"],
    [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0]"],
    [{ input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] }, "input[0].content[0].file_id"],
    [{ input: [{ type: "additional_tools", tools: [{ type: "mcp" }] }] }, "input[0].tools[0].type"],
    [{ tools: [{ type: "namespace", tools: [{ type: "mcp" }] }] }, "tools[0].tools[0].type"],
  ])("refuses %j", (body, param) => {
    expect(refusal(body)).toMatchObject({ code: "invalid_request", parameters: { param } });
  });

  it("refuses fields that stand twice", () => {
    expect(() => decodeCall(Buffer.from('{"model":"m","input":"x","store":false,"store":true}'))).toThrow("twice");
  });

  it("never throws but as refusal, whatever is sent", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            decodeCall(Buffer.from(bytes)).canonical();
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect((error as AppError).code).not.toBe("internal");
          }
        },
      ),
    );
  });

  it("refuses what is no input with the field, whatever its items are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom("type", "role", "content", "id"), fc.jsonValue()), { minLength: 1 }),
        (input) => {
          try {
            decodeCall(Buffer.from(JSON.stringify({ model: "m", input }))).canonical();
          } catch (error) {
            expect(error).toMatchObject({
              code: "invalid_request",
              parameters: { param: expect.stringMatching(/^input/) },
            });
          }
        },
      ),
    );
  });
});
