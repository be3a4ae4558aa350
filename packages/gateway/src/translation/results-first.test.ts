import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import type { Message } from "../canonical/canonical-request.ts";
import { anthropicMessages } from "../protocols/anthropic-messages/index.ts";
import { ollamaChat } from "../protocols/ollama-chat/index.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";
import { chatRequest } from "../testing/chat-request.ts";
import { occasion, target } from "../testing/target.ts";
import { chatFace } from "./prepare-call.ts";
import { withResultsFirst } from "./results-first.ts";

const user: Message = { role: "user", parts: [{ type: "text", text: "wait" }] };
const calls: Message = {
  role: "assistant",
  parts: ["a", "b"].map((id) => ({ type: "tool-call", id, name: "f", arguments: "{}" })),
};
const said: Message = { role: "assistant", parts: [{ type: "text", text: "x" }] };
const result = (callId: string): Message => ({
  role: "tool",
  parts: [{ type: "tool-result", callId, name: null, parts: [], isError: false }],
});

describe("results", () => {
  it("stand behind their calls, whatever a client put between them (case 6)", () => {
    const system: Message = { role: "system", parts: [{ type: "text", text: "s" }] };
    const request = chatRequest({ messages: [user, calls, system, result("b"), user, result("a"), said, user] });
    expect(withResultsFirst(request).messages).toEqual([
      user,
      calls,
      result("b"),
      result("a"),
      system,
      user,
      said,
      user,
    ]);
  });

  it("stay where they are where they stand so, or answer no call", () => {
    for (const messages of [[user, calls, result("a"), result("b"), user], [calls, result("a")], []]) {
      const request = chatRequest({ messages });
      expect(withResultsFirst(request)).toBe(request);
    }
    const messages = [user, result("a"), said, user, result("b")];
    expect(withResultsFirst(chatRequest({ messages })).messages).toEqual(messages);
  });

  const route = { captures: [], query: new URLSearchParams(), headers: {} };
  it.each([
    [
      openaiResponses,
      {
        model: "m",
        store: false,
        input: [
          { type: "function_call", call_id: "a", name: "f", arguments: "{}" },
          { role: "user", content: "wait" },
          { type: "function_call_output", call_id: "a", output: "r" },
        ],
      },
    ],
    [
      anthropicMessages,
      {
        model: "m",
        max_tokens: 9,
        messages: [
          { role: "user", content: "x" },
          { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: {} }] },
          {
            role: "user",
            content: [
              { type: "text", text: "wait" },
              { type: "tool_result", tool_use_id: "a", content: "r" },
            ],
          },
        ],
      },
    ],
  ])("reach chat servers so, which refuse any other order: $0.id", (face, body) => {
    const call = chatFace(face).decodeCall(Buffer.from(JSON.stringify(body)), route);
    const sent = JSON.parse((call.prepare(target(), occasion()) as UpstreamCall).body.toString());
    expect(sent.messages.slice(-3).map(({ role }: { role: string }) => role)).toEqual(["assistant", "tool", "user"]);
  });
});

describe("a system message that says nothing", () => {
  it("is left out, whatever protocol it came in (case 4)", () => {
    const messages = [
      { role: "system", content: " " },
      { role: "user", content: "x" },
    ];
    const route = { captures: [], query: new URLSearchParams(), headers: {} };
    const call = chatFace(ollamaChat).decodeCall(Buffer.from(JSON.stringify({ model: "m", messages })), route);
    const sent = JSON.parse((call.prepare(target(), occasion()) as UpstreamCall).body.toString());
    expect(sent.messages).toEqual([{ role: "user", content: "x" }]);
  });
});

describe("a request that says nothing", () => {
  it("is refused here, not by the upstream (case 4)", () => {
    const body = { model: "m", max_tokens: 9, messages: [{ role: "user", content: [] }] };
    const route = { captures: [], query: new URLSearchParams(), headers: {} };
    const call = chatFace(anthropicMessages).decodeCall(Buffer.from(JSON.stringify(body)), route);
    expect(() => call.prepare(target(), occasion())).toThrow("the messages say nothing");
  });
});
