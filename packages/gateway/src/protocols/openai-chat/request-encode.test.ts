import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CanonicalRequest,
  type Effort,
  type Message,
  noSampling,
  type ToolResultPart,
} from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import type { Target } from "../../canonical/target.ts";
import { deepseek } from "../../providers/deepseek.ts";
import { findProvider } from "../../providers/find-provider.ts";
import { llamacpp } from "../../providers/llamacpp.ts";
import { qwen } from "../../providers/qwen.ts";
import { vllm } from "../../providers/vllm.ts";
import { chatRequest } from "../../testing/chat-request.ts";
import { target } from "../../testing/target.ts";
import { decodeRequest } from "./request-decode.ts";
import { encodeRequest } from "./request-encode.ts";

const plain = chatRequest();
const tool = { name: "f", description: null, parameters: { type: "object" }, isStrict: null };
const wish = (more: object) => ({
  effort: null,
  budgetTokens: null,
  isEnabled: true,
  isAdaptive: false,
  showsThoughts: null,
  ...more,
});
const text = (role: "system" | "user" | "assistant", ...texts: string[]): Message => ({
  role,
  parts: texts.map((each) => ({ type: "text" as const, text: each })),
});

function encode(more: Partial<CanonicalRequest>, to: Partial<Target> = {}) {
  const notes = new Notes();
  const { body } = encodeRequest({ ...plain, ...more }, target(to), notes);
  return { ...JSON.parse(body.toString("utf8")), notes };
}
const official = { upstreamModel: "gpt-5" };
const refusal = (more: Partial<CanonicalRequest>, to: Partial<Target> = {}): unknown => {
  try {
    encode(more, to);
  } catch (error) {
    if (error instanceof AppError) return error.parameters.param;
    throw error;
  }
  return undefined;
};

describe("encodeRequest", () => {
  it("says nothing that the client didn't say", () => {
    const { notes, ...body } = encode({});
    expect(body).toEqual({ model: "m", messages: [{ role: "user", content: "hi" }] });
    expect([notes.dropped, notes.clamped]).toEqual([[], []]);
  });

  it("asks for the usage of a stream (case 41), and stands a pseudonym in for the user (case 63)", () => {
    expect(encode({ isStream: true, namesUser: true })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      user: "user_1",
    });
  });

  it("joins the parts of a system text by line ends (case 1)", () => {
    expect(encode({ messages: [text("system", "A", "B"), text("user", "x")] }).messages).toEqual([
      { role: "system", content: "A\nB" },
      { role: "user", content: "x" },
    ]);
  });

  it("keeps system texts at their place, tagged where the chat template allows only a leading one (case 2)", () => {
    const messages: Message[] = [
      text("system", "A"),
      { role: "system", parts: [{ type: "text", text: "B" }], isDeveloper: true },
      text("user", "x"),
      text("assistant", "y"),
      text("system", "C"),
      text("user", "z"),
    ];
    expect(encode({ messages }, official).messages.map((each: { role: string }) => each.role)).toEqual([
      "system",
      "developer",
      "user",
      "assistant",
      "system",
      "user",
    ]);
    expect(encode({ messages }).messages[1]).toEqual({ role: "system", content: "B" });
    expect(encode({ messages }, { provider: vllm }).messages).toEqual([
      { role: "system", content: "A\nB" },
      { role: "user", content: "x" },
      { role: "assistant", content: "y" },
      {
        role: "user",
        content: [
          { type: "text", text: "<system>\nC\n</system>" },
          { type: "text", text: "z" },
        ],
      },
    ]);
  });

  it("writes a text with two calls as one message (cases 5, 9)", () => {
    const messages: Message[] = [
      {
        role: "assistant",
        parts: [
          { type: "text", text: "see" },
          { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
          { type: "tool-call", id: "2", name: "g", arguments: "" },
        ],
      },
    ];
    expect(encode({ messages }).messages).toEqual([
      {
        role: "assistant",
        content: "see",
        tool_calls: [
          { id: "1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
          { id: "2", type: "function", function: { name: "g", arguments: "{}" } },
        ],
      },
    ]);
    const silent: Message[] = [
      { role: "assistant", parts: [{ type: "tool-call", id: "1", name: "f", arguments: "{}" }] },
    ];
    expect(encode({ messages: silent }).messages[0].content).toBeNull();
    expect(encode({ messages: silent }, { provider: qwen }).messages[0].content).toBe("");
    expect(encode({ messages: silent }, { provider: deepseek }).messages[0]).toMatchObject({ reasoning_content: "" });
  });

  it("puts the images of results behind all results of their turn (cases 7, 8)", () => {
    const image = { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AA" } } as const;
    const result = (callId: string, parts: ToolResultPart["parts"], isError = false): Message => ({
      role: "tool",
      parts: [{ type: "tool-result", callId, name: null, parts, isError }],
    });
    const messages = [
      result("1", [{ type: "text", text: "shot" }, image]),
      result("2", [{ type: "text", text: "no such file" }], true),
      text("user", "go on"),
    ];
    const shown = { type: "image_url", image_url: { url: "data:image/png;base64,AA" } };
    expect(encode({ messages }).messages).toEqual([
      { role: "tool", tool_call_id: "1", content: "shot" },
      { role: "tool", tool_call_id: "2", content: "no such file" },
      { role: "user", content: [shown, { type: "text", text: "go on" }] },
    ]);
    expect(encode({ messages: messages.slice(0, 1) }).messages[1]).toEqual({ role: "user", content: [shown] });
  });

  it("writes media as this protocol does, and refuses them where the server can't take them (cases 25, 27, 60)", () => {
    const bytes = (mediaType: string) => ({ kind: "base64", mediaType, data: "AA==" }) as const;
    const messages = (part: Extract<Message, { role: "user" }>["parts"][number]): Message[] => [
      { role: "user", parts: [part] },
    ];
    const pdf = messages({ type: "document", filename: "a.pdf", source: bytes("application/pdf") });
    expect(encode({ messages: pdf }, official).messages[0].content).toEqual([
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AA==" } },
    ]);
    expect(refusal({ messages: pdf }, { provider: vllm })).toBe("messages");
    const note = messages({ type: "document", source: { ...bytes("text/plain"), data: "aGk=" } });
    expect(encode({ messages: note }, { provider: deepseek }).messages[0].content).toBe("hi");
    const sound = messages({ type: "audio", source: bytes("audio/mpeg") });
    expect(encode({ messages: sound }).messages[0].content).toEqual([
      { type: "input_audio", input_audio: { data: "AA==", format: "mp3" } },
    ]);
    expect(refusal({ messages: sound }, { provider: deepseek })).toBe("messages");
    const image = messages({ type: "image", detail: "low", source: { kind: "url", url: "https://x/y.png" } });
    expect(encode({ messages: image }).messages[0].content).toEqual([
      { type: "image_url", image_url: { url: "https://x/y.png", detail: "low" } },
    ]);
  });

  it("sends thoughts as reasoning_content, and proofs only to those who made them (cases 22, 23)", () => {
    const messages: Message[] = [
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "t1", signature: { protocol: "anthropic-messages", value: "S" } },
          { type: "reasoning", text: "", signature: { protocol: "anthropic-messages", value: "R" }, isRedacted: true },
          { type: "reasoning", text: "t2", signature: { protocol: "openai-chat", value: "O" } },
          { type: "text", text: "a" },
        ],
      },
    ];
    expect(encode({ messages }).messages).toEqual([
      {
        role: "assistant",
        content: "a",
        reasoning_content: "t1t2",
        reasoning_details: [{ type: "reasoning.text", text: "t2", signature: "O", index: 2 }],
      },
    ]);
  });

  it("strips cache marks and names them (case 28)", () => {
    const messages: Message[] = [
      { role: "user", parts: [{ type: "text", text: "x", cacheControl: { type: "ephemeral" } }] },
    ];
    const { notes, messages: sent } = encode({ messages });
    expect(sent).toEqual([{ role: "user", content: "x" }]);
    expect(notes.dropped).toEqual(["cache_control"]);
  });

  it("names the limit as the server knows it, and keeps within the room there is (case 18)", () => {
    expect(encode({ outputLimit: 9 })).toMatchObject({ max_tokens: 9 });
    expect(encode({ outputLimit: 9 }, official)).toMatchObject({ max_completion_tokens: 9 });
    expect(encode({ outputLimit: 9 }, { outputLimit: 4 })).toMatchObject({ max_tokens: 4 });
    expect(encode({}, { outputLimit: 4 })).toMatchObject({ max_tokens: 4 });
  });

  it("sends sampling that the vendor takes, and names what it doesn't (case 31)", () => {
    const sampling = { ...noSampling, temperature: 0, topK: 3, minP: 0.1, repetitionPenalty: 1.1, seed: 7 };
    expect(encode({ sampling }, { provider: vllm })).toMatchObject({
      temperature: 0,
      top_k: 3,
      min_p: 0.1,
      repetition_penalty: 1.1,
      seed: 7,
    });
    expect(encode({ sampling }, { provider: llamacpp })).toMatchObject({ repeat_penalty: 1.1 });
    const strict = encode({ sampling }, official);
    expect(strict.top_k).toBeUndefined();
    expect(strict.notes.dropped).toEqual(["top_k", "min_p", "repetition_penalty"]);
  });

  it("refuses more stop texts than the vendor takes (case 17)", () => {
    const stop = ["a", "b", "c", "d", "e"];
    expect(encode({ stop }).stop).toEqual(stop);
    expect(refusal({ stop }, official)).toBe("stop");
  });

  it("asks for thinking in each vendor's words (case 20)", () => {
    const asked = (reasoning: object, to: Partial<Target>) => {
      const { reasoning_effort, thinking, enable_thinking, thinking_budget, chat_template_kwargs, notes } = encode(
        { reasoning: wish(reasoning) },
        to,
      );
      return [{ reasoning_effort, thinking, enable_thinking, thinking_budget, chat_template_kwargs }, notes.clamped];
    };
    for (const effort of ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const)
      expect(asked({ effort, isEnabled: effort !== "none" }, official)).toEqual([{ reasoning_effort: effort }, []]);
    expect(asked({ isEnabled: false }, official)).toEqual([{ reasoning_effort: "none" }, []]);
    expect(asked({ isAdaptive: true }, official)).toEqual([{}, []]);
    expect(asked({ budgetTokens: 10_000 }, official)).toEqual([
      { reasoning_effort: "medium" },
      ["reasoning_effort=medium"],
    ]);
    expect(asked({ effort: "high" }, { provider: deepseek })).toEqual([
      { thinking: { type: "enabled" }, reasoning_effort: "high" },
      [],
    ]);
    expect(asked({ isEnabled: false }, { provider: deepseek })).toEqual([{ thinking: { type: "disabled" } }, []]);
    expect(asked({ budgetTokens: 512 }, { provider: qwen })).toEqual([
      { enable_thinking: true, thinking_budget: 512 },
      [],
    ]);
    expect(asked({ effort: "low" }, { provider: qwen })).toEqual([
      { enable_thinking: true, thinking_budget: 4_096 },
      ["thinking_budget=4096"],
    ]);
    expect(asked({ effort: "none", isEnabled: false }, { provider: vllm })).toEqual([
      { chat_template_kwargs: { enable_thinking: false } },
      [],
    ]);
    expect(asked({ effort: "max" }, { provider: vllm })).toEqual([
      { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: "high" },
      ["reasoning_effort=high"],
    ]);
  });

  it("writes choices of tools, without tools none (cases 10, 12)", () => {
    const choice = (toolChoice: CanonicalRequest["toolChoice"], to: Partial<Target> = {}) =>
      encode({ tools: [tool, { ...tool, name: "g" }], toolChoice }, to);
    for (const kind of ["none", "auto", "required"] as const) expect(choice({ kind }).tool_choice).toBe(kind);
    expect(choice({ kind: "named", name: "g" }).tool_choice).toEqual({ type: "function", function: { name: "g" } });
    const allowed = { kind: "allowed", names: ["g"], isRequired: true } as const;
    expect(choice(allowed, official).tool_choice.allowed_tools.tools).toHaveLength(1);
    expect(choice(allowed)).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "g" } }] });
    const none = encode({ toolChoice: { kind: "required" }, parallelToolCalls: false });
    expect([none.tools, none.tool_choice, none.parallel_tool_calls]).toEqual([undefined, undefined, undefined]);
    expect(none.notes.dropped).toEqual(["tool_choice", "parallel_tool_calls"]);
  });

  it("writes tools with free text", () => {
    const format = { type: "grammar", syntax: "lark", definition: "start: /a/" };
    const tools = [{ ...tool, name: "patch", parameters: null, custom: { format } }];
    const { tools: sent, tool_choice } = encode({ tools, toolChoice: { kind: "named", name: "patch" } }, official);
    const { type, ...grammar } = format;
    expect(sent).toEqual([{ type: "custom", custom: { name: "patch", format: { type, grammar } } }]);
    expect(tool_choice).toEqual({ type: "custom", custom: { name: "patch" } });
  });

  it("writes formats, and refuses a schema that the server can't follow (case 16)", () => {
    const outputFormat = {
      kind: "schema",
      name: "my answer",
      description: null,
      schema: { type: "object" },
      isStrict: true,
    } as const;
    expect(encode({ outputFormat }).response_format).toEqual({
      type: "json_schema",
      json_schema: { name: "my_answer", schema: { type: "object" }, strict: true },
    });
    expect(refusal({ outputFormat }, { provider: deepseek })).toBe("response_format");
    expect(encode({ outputFormat: { kind: "json" } }, { provider: deepseek }).response_format).toEqual({
      type: "json_object",
    });
  });

  it("names an effort once where it stands for tokens that the server has no word for (case 20)", () => {
    const server = { provider: vllm, upstreamModel: "qwen3" };
    const { reasoning_effort, notes } = encode({ reasoning: wish({ budgetTokens: 1_000 }) }, server);
    expect([reasoning_effort, notes.clamped]).toEqual(["low", ["reasoning_effort=low"]]);
  });

  it("holds OpenAI to schemas that it takes as strict only, and names others", () => {
    const loose = { ...tool, isStrict: true };
    const closed = { ...loose, parameters: { type: "object", properties: {}, additionalProperties: false } };
    const { tools, notes } = encode({ tools: [loose, closed] }, official);
    expect(tools.map((each: { function: { strict: boolean } }) => each.function.strict)).toEqual([false, true]);
    expect(notes.dropped).toEqual(["tools[0].strict"]);
    expect(encode({ tools: [loose] }, { upstreamModel: "qwen3" }).tools[0].function.strict).toBe(true);
  });

  it("names that a result was an error (case 7), and thoughts that only their vendor can read (case 23)", () => {
    const signature = { protocol: "anthropic-messages", value: "x" } as const;
    const { messages, notes } = encode({
      messages: [
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "", signature, isRedacted: true },
            { type: "tool-call", id: "a", name: "f", arguments: "{}" },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool-result", callId: "a", name: null, parts: [{ type: "text", text: "E" }], isError: true },
          ],
        },
      ],
    });
    expect(messages[1]).toEqual({ role: "tool", tool_call_id: "a", content: "E" });
    expect(notes.dropped).toEqual(["reasoning", "is_error"]);
  });

  it("brings back what chat can carry", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const words = fc.string({ minLength: 1 });
    const textPart = fc.record({ type: fc.constant("text" as const), text: words });
    const mediaPart = fc.constantFrom(
      { type: "image", source: { kind: "url", url: "https://x/y.png" }, detail: "low" } as const,
      { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "AAAA" } } as const,
      {
        type: "document",
        filename: "a.pdf",
        source: { kind: "base64", mediaType: "application/pdf", data: Buffer.from("%PDF-1").toString("base64") },
      } as const,
    );
    const call = fc.record({
      type: fc.constant("tool-call" as const),
      id: name,
      name,
      arguments: fc.json(),
    });
    const assistant = fc
      .record({
        thought: fc.option(words),
        text: fc.option(words),
        refusal: fc.option(words),
        calls: fc.array(call, { maxLength: 2 }),
      })
      .filter((each) => each.thought !== null || each.text !== null || each.refusal !== null || each.calls.length > 0)
      .map(
        (each): Message => ({
          role: "assistant",
          parts: [
            ...(each.thought === null ? [] : [{ type: "reasoning" as const, text: each.thought, signature: null }]),
            ...(each.text === null ? [] : [{ type: "text" as const, text: each.text }]),
            ...(each.refusal === null ? [] : [{ type: "refusal" as const, text: each.refusal }]),
            ...each.calls,
          ],
        }),
      );
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc.record({
        role: fc.constant("system" as const),
        parts: fc.array(textPart, { minLength: 1, maxLength: 1 }).filter(([part]) => part?.text.trim() !== ""),
      }),
      fc.record({
        role: fc.constant("user" as const),
        parts: fc.array(fc.oneof(textPart, mediaPart), { minLength: 1, maxLength: 3 }),
      }),
      assistant,
      fc.record({ callId: name, parts: fc.tuple(textPart) }).map(
        ({ callId, parts }): Message => ({
          role: "tool",
          parts: [{ type: "tool-result", callId, name: null, parts, isError: false }],
        }),
      ),
    );
    const numbers = fc.option(fc.double({ min: 0, max: 2, noNaN: true }).map((each) => each + 0));
    const request: fc.Arbitrary<CanonicalRequest> = fc
      .record({
        messages: fc.array(message, { minLength: 1, maxLength: 5 }),
        tools: fc.array(
          fc.record({
            name,
            description: fc.option(words),
            parameters: fc.constant({ type: "object", properties: {}, additionalProperties: false }),
            isStrict: fc.option(fc.boolean()),
          }),
          { minLength: 1, maxLength: 2 },
        ),
        toolChoice: fc.oneof(
          fc.constantFrom(null, { kind: "required" as const }, { kind: "none" as const }),
          name.map((each) => ({ kind: "named" as const, name: each })),
        ),
        parallelToolCalls: fc.option(fc.boolean()),
        temperature: numbers,
        topP: numbers,
        stop: fc.array(words, { maxLength: 4 }),
        outputLimit: fc.option(fc.integer({ min: 1, max: 1_000 })),
        choices: fc.integer({ min: 1, max: 3 }),
        effort: fc.option(fc.constantFrom<Effort>("none", "low", "max")),
        topLogprobs: fc.option(fc.integer({ min: 0, max: 5 })),
        isStream: fc.boolean(),
        namesUser: fc.boolean(),
      })
      .map(({ temperature, topP, effort, ...rest }) => ({
        ...plain,
        ...rest,
        model: "gpt-5",
        sampling: { ...noSampling, temperature, topP },
        reasoning: effort === null ? null : wish({ effort, isEnabled: effort !== "none" }),
      }));
    fc.assert(
      fc.property(request, (each) => {
        const notes = new Notes();
        const { body } = encodeRequest(each, target(official), notes);
        expect(decodeRequest(body)).toEqual(each);
        expect([...notes.dropped, ...notes.clamped]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("findProvider", () => {
  it("knows vendors by their names, and the protocol by its first", () => {
    for (const id of ["openai", "vllm", "deepseek", "qwen", "minicpm", "llamacpp"])
      expect(findProvider(id)).toMatchObject({ id, protocol: "openai-chat" });
    expect(findProvider("openai-chat")?.id).toBe("openai");
    expect(findProvider("nobody")).toBeNull();
  });

  it("takes OpenAI's own models for OpenAI's, and no others", () => {
    const limit = (model: string) => findProvider("openai")?.dialectOf?.(model).limitField;
    for (const model of ["gpt-5.2", "gpt-4o-mini", "o4-mini", "chatgpt-4o-latest", "ft:gpt-4o:x"])
      expect(limit(model)).toBe("max_completion_tokens");
    for (const model of ["gpt-oss-120b", "openchat", "qwen3", "deepseek-chat", "olmo-3"])
      expect(limit(model)).toBe("max_tokens");
  });
});
