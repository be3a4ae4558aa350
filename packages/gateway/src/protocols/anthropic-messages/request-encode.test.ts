import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { CanonicalRequest, Effort, Message, ReasoningWish } from "../../canonical/canonical-request.ts";
import { noSampling } from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import type { Target } from "../../canonical/target.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { target } from "../../testing/target.ts";
import { encodeQuestion, encodeRequest } from "./request-encode.ts";

const text = (value: string) => ({ type: "text", text: value }) as const;
const user = (value: string): Message => ({ role: "user", parts: [text(value)] });
const plain: CanonicalRequest = {
  model: "public",
  messages: [user("hi")],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  sampling: noSampling,
  stop: [],
  outputLimit: 5_000,
  choices: 1,
  reasoning: null,
  outputFormat: null,
  topLogprobs: null,
  isStream: false,
  namesUser: false,
  unmapped: [],
};
const wish = (more: Partial<ReasoningWish>): ReasoningWish => ({
  effort: null,
  budgetTokens: null,
  isEnabled: true,
  isAdaptive: false,
  showsThoughts: null,
  ...more,
});

function encode(more: Partial<CanonicalRequest>, changes: Partial<Target> = {}) {
  const notes = new Notes();
  const { body } = encodeRequest({ ...plain, ...more }, target({ provider: anthropic, ...changes }), notes);
  return {
    body: JSON.parse(body.toString()),
    text: body.toString(),
    ...{ dropped: notes.dropped, clamped: notes.clamped },
  };
}
const call = (id: string, args = "{}") => ({ type: "tool-call", id, name: "f", arguments: args }) as const;
const result = (callId: string, parts: Message["parts"] = [text("ok")], more: object = {}) =>
  ({ type: "tool-result", callId, name: null, parts, isError: false, ...more }) as never;

describe("a request for Anthropic", () => {
  it("says no more than what was asked, and the limit that Anthropic insists on (case 18)", () => {
    expect(encode({}).body).toEqual({ model: "m", max_tokens: 5_000, messages: [{ role: "user", content: "hi" }] });
    expect(encode({ outputLimit: null }).body.max_tokens).toBe(4_096);
    expect(encode({ outputLimit: null }, { outputLimit: 7 }).body.max_tokens).toBe(7);
  });

  it("puts leading system texts in front and tags later ones (cases 1, 2, 4)", () => {
    const system = (value: string): Message => ({ role: "system", parts: [text(value)] });
    const { body } = encode({ messages: [system("A"), system(" \n"), system("B"), user("1"), system("C"), user("2")] });
    expect(body.system).toEqual([text("A"), text("B")]);
    expect(body.messages).toEqual([{ role: "user", content: [text("1"), text("<system>\nC\n</system>"), text("2")] }]);
    expect(encode({ messages: [system(" "), user("1")] }).body).not.toHaveProperty("system");
    // Anthropic wants a turn at least.
    expect(encode({ messages: [system("A")] }).body).toMatchObject({ messages: [{ role: "user", content: "A" }] });
    expect(() => encode({ messages: [user(" ")] })).toThrow(AppError);
  });

  it("lets turns alternate and trims a prefill (case 3)", () => {
    const { body } = encode({
      messages: [
        user("1"),
        user("2"),
        { role: "assistant", parts: [text("so ")] },
        { role: "assistant", parts: [text("then \n")] },
      ],
    });
    expect(body.messages).toEqual([
      { role: "user", content: [text("1"), text("2")] },
      { role: "assistant", content: [text("so "), text("then")] },
    ]);
  });

  it("gathers results in one turn, first in it, with legal ids that agree (cases 6, 7, 8, 10)", () => {
    const image = { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AA" } } as const;
    const { body } = encode({
      messages: [
        user("q"),
        {
          role: "assistant",
          parts: [call("call:1"), call("call_2", '{"n":12345678901234567890}'), call("3", '{"cut')],
        },
        user("by the way"),
        { role: "tool", parts: [result("call:1")] },
        { role: "tool", parts: [result("call_2", [text("no"), image], { isError: true }), result("3", [])] },
      ],
    });
    const calls = body.messages[1].content;
    expect(calls.map(({ input }: { input: unknown }) => input)).toEqual([{}, { n: 12345678901234567000 }, {}]);
    const results = body.messages[2].content;
    expect(results.map(({ type }: { type: string }) => type)).toEqual([
      "tool_result",
      "tool_result",
      "tool_result",
      "text",
    ]);
    expect(calls[0].id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(results[0]).toEqual({ type: "tool_result", tool_use_id: calls[0].id, content: "ok" });
    expect(results[1]).toEqual({
      type: "tool_result",
      tool_use_id: "call_2",
      content: [text("no"), { type: "image", source: { type: "base64", media_type: "image/png", data: "AA" } }],
      is_error: true,
    });
    expect(results[2]).toEqual({ type: "tool_result", tool_use_id: "3" });
    expect(body.tools).toEqual([{ name: "f", input_schema: { type: "object", properties: {} } }]);
    expect(body.tool_choice).toEqual({ type: "none" });
  });

  it("keeps every digit of arguments (cases 9, 11)", () => {
    const messages: Message[] = [
      user("q"),
      { role: "assistant", parts: [call("1", '{"n":12345678901234567890,"x":1.0}')] },
    ];
    expect(encode({ messages }).text).toContain('"input":{"n":12345678901234567890,"x":1.0}');
  });

  it("sends Anthropic's own thoughts back and leaves out those without its proof, by name (cases 22, 23)", () => {
    const signed = { protocol: "anthropic-messages", value: "Eq==" } as const;
    const { body, dropped } = encode({
      messages: [
        user("q"),
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm", signature: signed },
            { type: "reasoning", text: "", signature: signed, isRedacted: true },
            { type: "reasoning", text: "unsigned", signature: null },
            { type: "reasoning", text: "foreign", signature: { protocol: "gemini-generate", value: "A" } },
            text("so"),
          ],
        },
        user("and?"),
      ],
    });
    expect(body.messages[1].content).toEqual([
      { type: "thinking", thinking: "hm", signature: "Eq==" },
      { type: "redacted_thinking", data: "Eq==" },
      text("so"),
    ]);
    expect(dropped).toEqual(["messages[1].reasoning"]);
  });

  it("names citations of earlier answers, which it can't say", () => {
    const citation = { url: "https://e.com", title: null, citedText: null, start: 0, end: 1 };
    const { body, dropped } = encode({
      messages: [user("q"), { role: "assistant", parts: [{ ...text("so"), citations: [citation] }] }, user("and?")],
    });
    expect([body.messages[1].content, dropped]).toEqual(["so", ["messages[1].citations"]]);
  });

  it("takes pictures and documents, and no sound (cases 25, 26, 27)", () => {
    const data = Buffer.from("文").toString("base64");
    const { body } = encode({
      messages: [
        {
          role: "user",
          parts: [
            { type: "image", source: { kind: "url", url: "https://e.com/a.png" } },
            { type: "document", filename: "a.pdf", source: { kind: "base64", mediaType: "application/pdf", data } },
            { type: "document", source: { kind: "base64", mediaType: "text/markdown", data } },
          ],
        },
      ],
    });
    expect(body.messages[0].content).toEqual([
      { type: "image", source: { type: "url", url: "https://e.com/a.png" } },
      { type: "document", source: { type: "base64", media_type: "application/pdf", data }, title: "a.pdf" },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "文" } },
    ]);
    const audio = { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data } } as const;
    expect(() => encode({ messages: [{ role: "user", parts: [audio] }] })).toThrow(/audio/);
  });

  it("keeps four cache marks where they stood, also on a result, and names the rest (case 28)", () => {
    const cacheControl = { type: "ephemeral" };
    const marked = { ...text("x"), cacheControl };
    const { body, dropped } = encode({
      messages: [
        { role: "system", parts: [marked] },
        { role: "user", parts: [marked, text("y"), marked] },
        { role: "assistant", parts: [call("1")] },
        { role: "tool", parts: [result("1", [marked], { cacheControl })] },
      ],
    });
    expect(dropped).toEqual(["cache_control"]);
    expect(body.system).toBe("x");
    const marks = body.messages.map(({ content }: { content: { cache_control?: unknown }[] }) =>
      content.map((block) => block.cache_control !== undefined),
    );
    expect(marks).toEqual([[true, false, true], [false], [true]]);
    expect(body.messages[2].content[0].content[0].cache_control).toEqual(cacheControl);
  });

  it("says which tool is to be called, and how many at once (case 12)", () => {
    const tools = ["f", "g"].map((name) => ({
      name,
      description: null,
      parameters: { properties: {} },
      isStrict: null,
    }));
    const choice = (more: Partial<CanonicalRequest>) => encode({ tools, ...more }).body;
    expect(choice({}).tool_choice).toBeUndefined();
    expect(choice({}).tools[0]).toEqual({ name: "f", input_schema: { type: "object", properties: {} } });
    expect(choice({ toolChoice: { kind: "none" } }).tool_choice).toEqual({ type: "none" });
    expect(choice({ toolChoice: { kind: "required" } }).tool_choice).toEqual({ type: "any" });
    expect(choice({ parallelToolCalls: false }).tool_choice).toEqual({ type: "auto", disable_parallel_tool_use: true });
    expect(choice({ toolChoice: { kind: "named", name: "g" }, parallelToolCalls: true }).tool_choice).toEqual({
      type: "tool",
      name: "g",
      disable_parallel_tool_use: false,
    });
    const allowed = choice({ toolChoice: { kind: "allowed", names: ["g"], isRequired: true } });
    expect([allowed.tools.length, allowed.tools[0].name, allowed.tool_choice]).toEqual([1, "g", { type: "any" }]);
    expect(encode({ toolChoice: { kind: "auto" } }).body).not.toHaveProperty("tool_choice");
  });

  it("clamps and drops what Anthropic takes otherwise or not at all, and names it (cases 19, 30)", () => {
    const hot = encode({
      sampling: { ...noSampling, temperature: 1.7, topP: 0.9, topK: 3, seed: 1, minP: 0 },
      topLogprobs: 0,
    });
    expect(hot.body).toMatchObject({ temperature: 1, top_k: 3 });
    expect(hot.clamped).toEqual(["temperature=1"]);
    expect(hot.dropped).toEqual(["logprobs", "min_p", "seed", "top_p"]);
    const cold = encode({ sampling: { ...noSampling, temperature: 0, topP: null } });
    expect([cold.body.temperature, cold.dropped, cold.clamped]).toEqual([0, [], []]);
    const thinking = encode({ sampling: { ...noSampling, temperature: 0.2 }, reasoning: wish({ effort: "low" }) });
    expect(thinking.body).not.toHaveProperty("temperature");
    expect(thinking.dropped).toEqual(["temperature"]);
  });

  it.each<[Partial<ReasoningWish>, string, object]>([
    [{ effort: "none" }, "claude-opus-4-7", { thinking: { type: "disabled" } }],
    [{ isEnabled: false }, "claude-3-7-sonnet-latest", { thinking: { type: "disabled" } }],
    [{ effort: "xhigh" }, "claude-opus-4-7", { thinking: { type: "adaptive" }, output_config: { effort: "xhigh" } }],
    [{ effort: "minimal" }, "claude-opus-4-7", { thinking: { type: "adaptive" }, output_config: { effort: "low" } }],
    [{ effort: "low" }, "claude-sonnet-4-5-20250929", { thinking: { type: "enabled", budget_tokens: 2_048 } }],
    [{ effort: "high" }, "claude-haiku-4-5", { thinking: { type: "enabled", budget_tokens: 4_000 } }],
    [{ budgetTokens: 2_000 }, "claude-opus-4-1", { thinking: { type: "enabled", budget_tokens: 2_000 } }],
    [{ budgetTokens: 9_000 }, "claude-fable-5", { thinking: { type: "adaptive" }, output_config: { effort: "high" } }],
    [{ budgetTokens: 99_000 }, "claude-opus-5-5", { thinking: { type: "adaptive" }, output_config: { effort: "max" } }],
    [{ effort: "medium" }, "kimi-k2", { thinking: { type: "enabled", budget_tokens: 4_000 } }],
    [{ effort: "medium" }, "claude-opus-4-20250514", { thinking: { type: "enabled", budget_tokens: 4_000 } }],
    [{ budgetTokens: 9_000 }, "claude-haiku-4-5", { thinking: { type: "enabled", budget_tokens: 4_999 } }],
    [{ isAdaptive: true, showsThoughts: true }, "x", { thinking: { type: "adaptive", display: "summarized" } }],
  ])("thinks as %j with %s (case 20)", (reasoning, upstreamModel, expected) => {
    expect(encode({ reasoning: wish(reasoning) }, { upstreamModel }).body).toMatchObject(expected);
  });

  it("doesn't think where Anthropic would refuse that, by name", () => {
    const reasoning = wish({ effort: "high" as Effort });
    const tools = [{ name: "f", description: null, parameters: null, isStrict: null }];
    const forced = encode({ reasoning, tools, toolChoice: { kind: "required" } });
    expect([forced.body.thinking, forced.dropped]).toEqual([undefined, ["reasoning_effort"]]);
    const inTurn: Message[] = [
      user("q"),
      { role: "assistant", parts: [call("1")] },
      { role: "tool", parts: [result("1")] },
    ];
    expect(encode({ reasoning, tools, messages: inTurn }).dropped).toEqual(["reasoning_effort"]);
    const narrow = encode({ reasoning, outputLimit: 200 }, { upstreamModel: "claude-haiku-4-5" });
    expect([narrow.body.thinking, narrow.dropped]).toEqual([undefined, ["reasoning_effort"]]);
  });

  it("asks for JSON by its schema, and names that it can't ask for any JSON (case 16)", () => {
    const schema = { type: "object", additionalProperties: false };
    const outputFormat = { kind: "schema", name: "n", description: null, schema, isStrict: true } as const;
    expect(encode({ outputFormat }).body.output_config).toEqual({ format: { type: "json_schema", schema } });
    expect(encode({ outputFormat: { kind: "json" } }).dropped).toEqual(["response_format"]);
  });

  it("makes older models call a tool that takes the answer, and doesn't let them think then (case 16)", () => {
    const schema = { properties: { a: { type: "number" } } };
    const outputFormat = { kind: "schema", name: "n", description: "d", schema, isStrict: null } as const;
    const upstreamModel = "claude-3-5-haiku-latest";
    const { body, dropped } = encode({ outputFormat, reasoning: wish({ effort: "high" }) }, { upstreamModel });
    const answer = { name: "lyceum_answer_in_json", description: "d", input_schema: { type: "object", ...schema } };
    expect(body.tools).toEqual([answer]);
    expect(body.tool_choice).toEqual({ type: "tool", name: answer.name, disable_parallel_tool_use: true });
    expect([body.output_config, body.thinking, dropped]).toEqual([undefined, undefined, ["reasoning_effort"]]);
    const tools = [{ name: "f", description: null, parameters: null, isStrict: null }];
    const both = encode({ outputFormat, tools }, { upstreamModel }).body;
    expect([both.tools.length, both.tool_choice]).toEqual([2, { type: "any" }]);
    const list = { ...outputFormat, schema: { type: "array" } };
    expect(() => encode({ outputFormat: list }, { upstreamModel })).toThrow(/type is object/);
    expect(encode({ outputFormat }, { upstreamModel: "claude-sonnet-4-5" }).body).toHaveProperty("output_config");
  });

  it("ends at the client's texts, refuses ones of blanks and a second answer (cases 17, 29)", () => {
    expect(encode({ stop: ["END", "\nQ:"] }).body.stop_sequences).toEqual(["END", "\nQ:"]);
    expect(() => encode({ stop: ["\n"] })).toThrow(/blanks/);
    expect(() => encode({ choices: 2 })).toThrow(/one answer/);
  });

  it("names a pseudonym as the user (case 63) and streams where the client does", () => {
    expect(encode({ namesUser: true, isStream: true }).body).toMatchObject({
      metadata: { user_id: "user_1" },
      stream: true,
    });
  });

  it("asks how long the prompt is without saying how to answer (case 33)", () => {
    const { path, body } = encodeQuestion(plain, target({ provider: anthropic }), new Notes());
    expect(path).toBe("/messages/count_tokens");
    expect(JSON.parse(body.toString())).toEqual({ model: "m", messages: [{ role: "user", content: "hi" }] });
  });
});
