import { noUsage } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { AssistantPart } from "../../canonical/canonical-request.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import { decodeReply, encodeReply, readReply } from "./response.ts";

const context = {
  model: "public",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  inputTokens: 10,
} as ReplyContext;
const names = { requested: "public", upstream: "hidden" };
const message = (more: object) => ({ type: "message", id: "msg_1", content: [], stop_reason: "end_turn", ...more });

function told(parts: readonly AssistantPart[], finish: FinishReason = "stop", stopSequence: string | null = null) {
  const choice = { index: 0, parts, finish, stopSequence, logprobs: null };
  return JSON.parse(
    encodeReply({ id: "chatcmpl-1", choices: [choice], usage: null, rawUsage: null }, context).toString(),
  );
}

describe("a complete message", () => {
  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["pause_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool-calls"],
    ["refusal", "content-filter"],
    ["new_reason", "stop"],
  ])("ends with %s for %s (cases 36, 38)", (stop_reason, finish) => {
    expect(decodeReply(message({ stop_reason }))?.choices[0]?.finish).toBe(finish);
  });

  it.each<[FinishReason, string | null, string]>([
    ["stop", null, "end_turn"],
    ["stop", "END", "stop_sequence"],
    ["length", null, "max_tokens"],
    ["tool-calls", null, "tool_use"],
    ["content-filter", null, "refusal"],
  ])("says for %s (%s) that it ended by %s (cases 36, 38)", (finish, stopSequence, reason) => {
    expect(told([], finish, stopSequence)).toMatchObject({ stop_reason: reason, stop_sequence: stopSequence });
  });

  it("tells a client that it is its turn where an upstream says stop behind a call", () => {
    expect(told([{ type: "tool-call", id: "a", name: "f", arguments: "" }])).toMatchObject({
      stop_reason: "tool_use",
      content: [{ type: "tool_use", id: "a", name: "f", input: {} }],
    });
  });

  it("gives an object for arguments that were cut short (case 11)", () => {
    const cut = told([{ type: "tool-call", id: "a", name: "f", arguments: '{"a":"b' }], "length");
    expect(cut).toMatchObject({ stop_reason: "max_tokens", content: [{ input: {} }] });
  });

  it("has an id of Anthropic's form, the public name, and our estimate where no figure came", () => {
    expect(told([{ type: "text", text: "a" }])).toEqual({
      id: "msg_01a2018478867bfc9e7b46e93c23be29",
      type: "message",
      role: "assistant",
      model: "public",
      content: [{ type: "text", text: "a" }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 0 },
    });
  });

  it("keeps citations where the face has them (case 35), refusals as text (case 38), pictures as Markdown", () => {
    const citation = { url: "https://e.com", title: "T", citedText: "c", start: 0, end: 1 };
    const image = { kind: "base64", mediaType: "image/png", data: "AA" } as const;
    const { content, stop_reason } = told([
      { type: "text", text: "a", citations: [citation] },
      { type: "refusal", text: "no" },
      { type: "image", source: image },
    ]);
    expect(content).toEqual([
      {
        type: "text",
        text: "a",
        citations: [
          {
            type: "web_search_result_location",
            url: "https://e.com",
            title: "T",
            cited_text: "c",
            encrypted_index: "",
          },
        ],
      },
      { type: "text", text: "no" },
      { type: "text", text: "![image](data:image/png;base64,AA)" },
    ]);
    expect(stop_reason).toBe("refusal");
  });

  it("adds what was cached to the input, and takes it off again (case 39)", () => {
    const usage = { input_tokens: 5, cache_read_input_tokens: 60, cache_creation_input_tokens: 10, output_tokens: 3 };
    const reply = decodeReply(message({ usage }));
    expect(reply?.usage).toEqual({ ...noUsage, input: 75, cachedInput: 60, cacheWrite: 10, output: 3 });
    expect(JSON.parse(encodeReply(reply ?? expect.fail(), context).toString()).usage).toEqual(usage);
  });

  it.each([
    [null],
    [7],
    ["x"],
    [{}],
    [{ type: "error", error: {} }],
    [{ content: [] }],
    [{ type: "message", content: 7 }],
  ])("is not %j", (value) => expect(decodeReply(value)).toBeNull());

  it("passes as it is but for the name, and with a usage where a compatible server left it out", () => {
    const body =
      '{"type":"message", "model":"hidden","content":[{"type":"text","text":"caf\\u00e9"}],"usage":{"input_tokens":1.0}}';
    expect(readReply(Buffer.from(body), names, context)?.body.toString()).toBe(body.replace("hidden", "public"));
    const bare = '{"type":"message","content":[{"type":"text","text":"hello there"}]}';
    const { usage } = JSON.parse(readReply(Buffer.from(bare), names, context)?.body.toString() ?? "");
    expect(usage).toEqual({ input_tokens: 10, output_tokens: expect.any(Number) });
    expect(usage.output_tokens).toBeGreaterThan(0);
    expect(readReply(Buffer.from("<html>"), names, context)).toBeNull();
  });
});
