import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRequest } from "./request-decode.ts";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const pdf = Buffer.from("%PDF-1.7 x").toString("base64");
const hello = [{ role: "user", content: "hi" }];
const decode = (more: object) => decodeRequest(Buffer.from(JSON.stringify({ model: "m", messages: hello, ...more })));
const refusal = (more: object): string | undefined => {
  try {
    decode(more);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request") return String(error.parameters.param);
    throw error;
  }
  return undefined;
};

describe("decodeRequest", () => {
  it("keeps system and developer messages at their place (case 2), and leaves out blank ones (case 4)", () => {
    const { messages } = decode({
      messages: [
        { role: "system", content: "  \n" },
        { role: "developer", content: [{ type: "text", text: "A" }] },
        { role: "user", content: "x" },
        { role: "system", content: "B" },
      ],
    });
    expect(messages).toEqual([
      { role: "system", isDeveloper: true, parts: [{ type: "text", text: "A" }] },
      { role: "user", parts: [{ type: "text", text: "x" }] },
      { role: "system", parts: [{ type: "text", text: "B" }] },
    ]);
  });

  it("reads media, with the type that their bytes show (cases 25, 26, 27, 60)", () => {
    const content = [
      { type: "image_url", image_url: { url: `data:image/*;base64,${png}`, detail: "low" } },
      { type: "image_url", image_url: `data:image/jpeg;base64,${png}` },
      { type: "image_url", image_url: { url: "https://example.org/a.png" } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
      { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` } },
      { type: "file", file: { file_data: pdf } },
      { type: "image_url", image_url: { url: "data:text/plain,a%20b" } },
    ];
    expect(decode({ messages: [{ role: "user", content }] }).messages[0]?.parts).toEqual([
      { type: "image", detail: "low", source: { kind: "base64", mediaType: "image/png", data: png } },
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: png } },
      { type: "image", source: { kind: "url", url: "https://example.org/a.png" } },
      { type: "audio", source: { kind: "base64", mediaType: "audio/mpeg", data: "AAAA" } },
      { type: "document", filename: "a.pdf", source: { kind: "base64", mediaType: "application/pdf", data: pdf } },
      { type: "document", source: { kind: "base64", mediaType: "application/pdf", data: pdf } },
      { type: "image", source: { kind: "base64", mediaType: "text/plain", data: "YSBi" } },
    ]);
  });

  it("refuses what only its own vendor knows, naming it (cases 14, 27)", () => {
    const user = (part: object) => ({ messages: [{ role: "user", content: [part] }] });
    expect(refusal(user({ type: "file", file: { file_id: "file-1" } }))).toBe("messages[0].content[0].file.file_id");
    expect(refusal(user({ type: "video_url", video_url: { url: "https://x" } }))).toBe("messages[0].content[0].type");
    expect(refusal(user({ type: "image_url", image_url: { url: "file:///etc/passwd" } }))).toBe(
      "messages[0].content[0].image_url.url",
    );
    expect(refusal({ messages: [{ role: "assistant", audio: { id: "audio_1" } }] })).toBe("messages[0].audio");
    expect(refusal({ tools: [{ type: "web_search" }] })).toBe("tools[0].type");
    expect(refusal({ web_search_options: {} })).toBe("web_search_options");
    expect(refusal({ modalities: ["text", "audio"] })).toBe("modalities");
    expect(refusal({ response_format: { type: "grammar" } })).toBe("response_format.type");
    expect(refusal({ messages: [{ role: "user", content: null }] })).toBe("messages[0].content");
    expect(refusal({ messages: [{ role: "critic", content: "x" }] })).toBe("messages[0].role");
  });

  it("reads calls and results, with the signature that an id carries (cases 5, 6, 9, 24)", () => {
    const carried = `call_1__sig_${Buffer.from("gemini-generate~SIG").toString("base64url")}`;
    const { messages } = decode({
      messages: [
        {
          role: "assistant",
          content: "let me see",
          tool_calls: [
            { id: carried, type: "function", function: { name: "f", arguments: "" } },
            { id: "call_2", type: "function", function: { name: "g", arguments: { a: 1 } } },
            { id: "call_3", type: "custom", custom: { name: "h", input: "free" } },
          ],
        },
        { role: "tool", tool_call_id: carried, content: "one" },
        { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "two" }] },
      ],
    });
    const signature = { protocol: "gemini-generate", value: "SIG" };
    expect(messages).toEqual([
      {
        role: "assistant",
        parts: [
          { type: "text", text: "let me see" },
          { type: "tool-call", id: "call_1", name: "f", arguments: "{}", signature },
          { type: "tool-call", id: "call_2", name: "g", arguments: '{"a":1}' },
          { type: "tool-call", id: "call_3", name: "h", arguments: "free", isCustom: true },
        ],
      },
      {
        role: "tool",
        parts: [
          {
            type: "tool-result",
            callId: "call_1",
            name: null,
            parts: [{ type: "text", text: "one" }],
            isError: false,
          },
        ],
      },
      {
        role: "tool",
        parts: [
          {
            type: "tool-result",
            callId: "call_2",
            name: null,
            parts: [{ type: "text", text: "two" }],
            isError: false,
          },
        ],
      },
    ]);
  });

  it("reads the older functions, whose results name only the function", () => {
    const request = decode({
      functions: [{ name: "f", parameters: { type: "object" } }],
      function_call: { name: "f" },
      messages: [
        { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "r1" },
        { role: "assistant", content: null, function_call: { name: "f", arguments: '{"a":2}' } },
        { role: "function", name: "f", content: "r2" },
      ],
    });
    expect(request).toMatchObject({
      usesFunctions: true,
      parallelToolCalls: false,
      toolChoice: { kind: "named", name: "f" },
      tools: [{ name: "f", parameters: { type: "object" } }],
    });
    const ids = request.messages.flatMap((message) =>
      message.parts.flatMap((part) => {
        if (part.type === "tool-call") return [part.id];
        return part.type === "tool-result" ? [part.callId] : [];
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it("reads every way to choose a tool (case 12)", () => {
    const choices: readonly (readonly [unknown, unknown])[] = [
      ["none", { kind: "none" }],
      ["auto", { kind: "auto" }],
      ["required", { kind: "required" }],
      [
        { type: "function", function: { name: "f" } },
        { kind: "named", name: "f" },
      ],
      [
        { type: "custom", custom: { name: "c" } },
        { kind: "named", name: "c" },
      ],
      [
        {
          type: "allowed_tools",
          allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "f" } }] },
        },
        { kind: "allowed", names: ["f"], isRequired: true },
      ],
    ];
    for (const [tool_choice, expected] of choices) expect(decode({ tool_choice }).toolChoice).toEqual(expected);
    expect(decode({ parallel_tool_calls: false }).parallelToolCalls).toBe(false);
    expect(decode({}).toolChoice).toBeNull();
    expect(refusal({ tool_choice: { type: "mcp", server_label: "x" } })).toBe("tool_choice");
  });

  it("reads a wish for thinking in every vendor's words, and refuses one that nobody has (cases 20, 21)", () => {
    const wish = (more: object) => {
      const { reasoning } = decode(more);
      return reasoning && [reasoning.effort, reasoning.budgetTokens, reasoning.isEnabled];
    };
    expect(wish({})).toBeNull();
    for (const effort of ["minimal", "low", "medium", "high", "xhigh", "max"])
      expect(wish({ reasoning_effort: effort })).toEqual([effort, null, true]);
    expect(wish({ reasoning_effort: "none" })).toEqual(["none", null, false]);
    expect(wish({ reasoning: { max_tokens: 2000 } })).toEqual([null, 2000, true]);
    expect(wish({ thinking: { type: "disabled" } })).toEqual([null, null, false]);
    expect(wish({ thinking: { type: "enabled", budget_tokens: 5 } })).toEqual([null, 5, true]);
    expect(wish({ enable_thinking: true, thinking_budget: 7 })).toEqual([null, 7, true]);
    expect(wish({ chat_template_kwargs: { enable_thinking: false } })).toEqual([null, null, false]);
    expect(decode({ thinking: { type: "adaptive" } }).reasoning?.isAdaptive).toBe(true);
    expect(refusal({ reasoning_effort: "enormous" })).toBe("reasoning_effort");
    expect(refusal({ thinking: { type: "enabled", budget_tokens: 100 }, max_tokens: 100 })).toBe(
      "thinking.budget_tokens",
    );
  });

  it("reads thoughts and their proofs, never as visible text (case 22)", () => {
    const parts = (message: object) =>
      decode({ messages: [{ role: "assistant", content: "a", ...message }] }).messages[0]?.parts;
    expect(parts({ reasoning_content: "t" })).toEqual([
      { type: "reasoning", text: "t", signature: null },
      { type: "text", text: "a" },
    ]);
    expect(
      parts({
        reasoning_content: "t",
        reasoning_details: [
          { type: "reasoning.text", text: "", signature: "anthropic-messages~S" },
          { type: "reasoning.encrypted", data: "anthropic-messages~R" },
        ],
      }),
    ).toEqual([
      { type: "reasoning", text: "t", signature: { protocol: "anthropic-messages", value: "S" } },
      { type: "reasoning", text: "", signature: { protocol: "anthropic-messages", value: "R" }, isRedacted: true },
      { type: "text", text: "a" },
    ]);
  });

  it("keeps where an answer of the past has something from (case 35)", () => {
    const url_citation = { url: "https://x", title: "X", start_index: 0, end_index: 1 };
    const annotations = [{ type: "url_citation", url_citation }, { type: "file_citation" }];
    expect(decode({ messages: [{ role: "assistant", content: "a", annotations }] }).messages[0]?.parts).toEqual([
      { type: "text", text: "a", citations: [{ url: "https://x", title: "X", citedText: null, start: 0, end: 1 }] },
    ]);
  });

  it("names what it knows no counterpart for (case 31), and knows whether a user is named (case 63)", () => {
    const request = decode({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "x", weight: 1 },
            { type: "image_url", image_url: { url: "https://x", min_pixels: 1 } },
          ],
          name: "Ann",
        },
        { role: "assistant", tool_calls: [{ id: "a", function: { name: "f" }, hint: 1 }] },
      ],
      stream_options: { include_usage: true, include_obfuscation: false },
      response_format: { type: "json_schema", json_schema: { schema: {}, examples: [] } },
      stop_token_ids: [1],
      repeat_penalty: 1.1,
      prompt: "p",
      verbosity: 1,
      logit_bias: { 1: 2 },
      metadata: { user_id: "20260001" },
      chat_template_kwargs: { add_vision_id: true },
      top_logprobs: 2,
    });
    expect(request.unmapped.toSorted()).toEqual(
      [
        "chat_template_kwargs.add_vision_id",
        "logit_bias",
        "messages[0].content[0].weight",
        "messages[0].content[1].image_url.min_pixels",
        "messages[1].tool_calls[0].hint",
        "stream_options.include_obfuscation",
        "response_format.json_schema.examples",
        "messages[0].name",
        "metadata",
        "prompt",
        "repeat_penalty",
        "stop_token_ids",
        "top_logprobs",
        "verbosity",
      ].toSorted(),
    );
    expect(request.namesUser).toBe(true);
    expect(decode({}).namesUser).toBe(false);
    expect(decode({ user: "u" }).namesUser).toBe(true);
  });

  it("reads limits, stops, sampling, formats and logprobs (cases 16, 17, 18, 29, 30)", () => {
    const schema = { type: "object", properties: { n: { minimum: 1.5 } } };
    expect(
      decode({
        max_tokens: 5,
        max_completion_tokens: 7,
        stop: "x",
        n: 2,
        temperature: 0,
        top_k: 3,
        min_p: 0.1,
        repetition_penalty: 1.2,
        logprobs: true,
        top_logprobs: 4,
        response_format: { type: "json_schema", json_schema: { name: "s", schema, strict: true } },
      }),
    ).toMatchObject({
      outputLimit: 7,
      stop: ["x"],
      choices: 2,
      sampling: { temperature: 0, topK: 3, minP: 0.1, repetitionPenalty: 1.2, topP: null },
      topLogprobs: 4,
      outputFormat: { kind: "schema", name: "s", description: null, schema, isStrict: true },
    });
    expect(decode({ stop: ["a", "b"] }).stop).toEqual(["a", "b"]);
    expect(decode({ response_format: { type: "json_object" } }).outputFormat).toEqual({ kind: "json" });
    expect(decode({ response_format: { type: "text" } }).outputFormat).toBeNull();
  });

  it("keeps every digit of schemas and arguments", () => {
    const body =
      '{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"maximum":12345678901234567890,"minimum":1.0}}}]}';
    const [tool] = decodeRequest(Buffer.from(body)).tools;
    expect(JSON.stringify(tool?.parameters)).toBe('{"maximum":12345678901234567890,"minimum":1.0}');
  });

  it("throws nothing but a refusal, whatever it gets", () => {
    const member = fc.constantFrom(
      "role content tool_calls tools type function custom thinking reasoning stop functions file image_url".split(" "),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(
          null,
          true,
          0,
          1.5,
          "user",
          "assistant",
          "tool",
          "function",
          "data:,",
          "data:image/png;base64,x",
        ),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(
          member.chain((names) => fc.constantFrom(...names)),
          tie("any"),
          { maxKeys: 4 },
        ),
      ),
    })).any;
    const survives = (bytes: Buffer) => {
      try {
        decodeRequest(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    };
    fc.assert(fc.property(fc.uint8Array(), (bytes) => survives(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), value, value, (messages, tools, other) =>
        survives(Buffer.from(JSON.stringify({ model: "m", messages, tools, thinking: other, stop: other }))),
      ),
      { numRuns: 500 },
    );
  });
});
