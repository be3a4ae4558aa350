import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import type { Message } from "../canonical/canonical-request.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { anthropic } from "../providers/anthropic.ts";
import { gemini } from "../providers/gemini.ts";
import { ollama } from "../providers/ollama.ts";
import { openaiResponses } from "../providers/openai-responses.ts";
import type { Provider } from "../providers/provider.ts";
import { chatRequest } from "../testing/chat-request.ts";
import { occasion, target } from "../testing/target.ts";
import { withCallIds } from "./call-ids.ts";
import { chatFace } from "./prepare-call.ts";

const calls = (...ids: string[]): Message => ({
  role: "assistant",
  parts: ids.map((id) => ({ type: "tool-call", id, name: "f", arguments: "{}" })),
});
const results = (...ids: string[]): Message => ({
  role: "tool",
  parts: ids.map((callId) => ({ type: "tool-result", callId, name: null, parts: [], isError: false })),
});
const idsOf = (messages: readonly Message[]) =>
  messages.map(({ parts }) =>
    parts.map((part) => (part.type === "tool-call" ? part.id : part.type === "tool-result" ? part.callId : "")),
  );
const renamed = (messages: readonly Message[], maximum = 40) =>
  idsOf(withCallIds(chatRequest({ messages }), maximum).messages);

describe("the ids of calls", () => {
  it("stay as they are where each is there once", () => {
    const request = chatRequest({ messages: [calls("a", "b"), results("b", "a")] });
    expect(withCallIds(request, 40)).toBe(request);
  });

  it("are made different where a server begins anew in every turn, and results follow their own call", () => {
    const messages = [calls("call_0"), results("call_0"), calls("call_0", "call_0"), results("call_0", "call_0")];
    expect(renamed(messages)).toEqual([["call_0"], ["call_0"], ["call_0_2", "call_0_3"], ["call_0_2", "call_0_3"]]);
    expect(renamed([calls("a"), calls("a", "a_2"), results("a", "a_2", "a")])).toEqual([
      ["a"],
      ["a_3", "a_2"],
      ["a_3", "a_2", "a_3"],
    ]);
  });

  it("are made shorter where the upstream wants it, the same for calls and results", () => {
    const [[call] = [], [result] = []] = renamed([calls("x".repeat(90)), results("x".repeat(90))]);
    expect(call).toHaveLength(40);
    expect(result).toBe(call);
  });

  it("are each there once, and no longer than allowed, whatever they were", () => {
    const id = fc.oneof(fc.constantFrom("a", "a_2", "a_3"), fc.string({ maxLength: 60 }));
    fc.assert(
      fc.property(fc.array(fc.array(id, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (turns) => {
        const after = renamed(turns.flatMap((ids) => [calls(...ids), results(...ids)]));
        const made = after.filter((_, index) => index % 2 === 0);
        const answered = after.filter((_, index) => index % 2 === 1);
        expect(answered).toEqual(made);
        expect(new Set(made.flat()).size).toBe(made.flat().length);
        expect(made.flat().every((each) => each.length <= 40)).toBe(true);
      }),
    );
  });

  it.each<[string, Provider, RegExp]>([
    ["anthropic", anthropic, /"tool_use","id":"call_0",.*"tool_use","id":"call_0_2"/],
    [
      "gemini",
      gemini,
      /"functionResponse":\{"id":"call_0","name":"f".*"functionResponse":\{"id":"call_0_2","name":"g"/,
    ],
    ["ollama", ollama, /"tool_name":"f","tool_call_id":"call_0".*"tool_name":"g","tool_call_id":"call_0_2"/],
    ["responses", openaiResponses, /"call_id":"call_0","name":"f".*"call_id":"call_0_2","name":"g"/],
  ])("reach %s each with its own name", (_, provider, expected) => {
    const turn = (name: string) => [
      { role: "assistant", tool_calls: [{ id: "call_0", type: "function", function: { name, arguments: "{}" } }] },
      { role: "tool", tool_call_id: "call_0", content: name },
    ];
    const body = { model: "m", messages: [{ role: "user", content: "x" }, ...turn("f"), ...turn("g")] };
    const route = { captures: [], query: new URLSearchParams(), headers: {} };
    const call = chatFace(openaiChat).decodeCall(Buffer.from(JSON.stringify(body)), route);
    const sent = call.prepare(target({ provider }), occasion()) as UpstreamCall;
    expect(sent.body.toString()).toMatch(expected);
  });
});
