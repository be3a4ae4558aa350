import { AppError, noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CanonicalChoice, CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { AssistantPart, CanonicalRequest } from "../../canonical/canonical-request.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { decodeReply } from "./reply-decode.ts";
import { encodeReply } from "./reply-encode.ts";
import { decodeStream } from "./stream.ts";
import { encodeStream } from "./stream-encode.ts";

const usage = { ...noUsage, input: 9, cachedInput: 4, cacheWrite: 2, output: 5, reasoning: 3 };
const context = (request: Partial<CanonicalRequest> = {}, more: Partial<ReplyContext> = {}): ReplyContext => ({
  model: "public",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_999,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 9,
  request: () => ({ reasoning: null, ...request }) as CanonicalRequest,
  ...more,
});
const reply = (parts: readonly AssistantPart[], more: Partial<CanonicalChoice> = {}): CanonicalReply => ({
  id: "msg_1",
  choices: [{ index: 0, parts, finish: "stop", stopSequence: null, logprobs: null, ...more }],
  usage,
  rawUsage: null,
});
const encoded = (each: CanonicalReply, about = context()) => JSON.parse(encodeReply(each, about).toString("utf8"));

/** What a decoder would have told of this answer. */
function* eventsOf({ id, choices, usage: used }: CanonicalReply): Generator<ReplyEvent> {
  yield { type: "start", id };
  for (const { index: choice, parts, finish, stopSequence, logprobs } of choices) {
    for (const [block, part] of parts.entries()) {
      const at = { choice, block };
      switch (part.type) {
        case "text":
          yield { type: "text-start", ...at };
          yield { type: "text-delta", ...at, text: part.text, ...(logprobs !== null && { logprobs }) };
          for (const citation of part.citations ?? []) yield { type: "citation", ...at, citation };
          yield { type: "text-end", ...at };
          break;
        case "reasoning":
          yield { type: "reasoning-start", ...at, ...(part.isRedacted === true && { isRedacted: true }) };
          yield { type: "reasoning-delta", ...at, text: part.text };
          yield { type: "reasoning-end", ...at, signature: part.signature };
          break;
        case "tool-call":
          yield { ...part, type: "tool-input-start", ...at };
          yield { type: "tool-input-delta", ...at, text: part.arguments === "{}" ? "" : part.arguments };
          yield { type: "tool-input-end", ...at };
          break;
        case "refusal":
          yield { type: "refusal-delta", choice, text: part.text };
          break;
        default:
          yield { type: "media", ...at, part };
      }
    }
    yield { type: "finish", choice, reason: finish, stopSequence };
  }
  yield { type: "usage", usage: used, rawUsage: null };
}

function streamed(each: CanonicalReply, about = context()) {
  const encoder = encodeStream(about);
  const text = [...eventsOf(each)].map((event) => encoder.encode(event)).join("") + encoder.end();
  const frames = text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => frame.replace("data: ", ""));
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  for (const frame of frames) decoder.decode(frame);
  return { text, frames, folded: fold(events), isComplete: decoder.isComplete };
}

describe("encodeReply", () => {
  it("writes a chat completion under the name that was asked for (cases 39, 61)", () => {
    expect(encoded(reply([{ type: "text", text: "hi" }]))).toEqual({
      id: "chatcmpl-01a2018478867bfc9e7b46e93c23be29",
      object: "chat.completion",
      created: 1_790_000_000,
      model: "public",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "hi", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 5,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    });
  });

  it("joins texts in their order, and moves their citations along (case 35)", () => {
    const citation = { url: "https://x", title: null, citedText: null, start: 1, end: 2 };
    const parts: AssistantPart[] = [
      { type: "text", text: "one " },
      { type: "text", text: "two", citations: [citation, { ...citation, url: null }] },
    ];
    const annotation = {
      type: "url_citation",
      url_citation: { url: "https://x", title: "", start_index: 5, end_index: 6 },
    };
    const [{ message }] = encoded(reply(parts)).choices;
    expect(message).toMatchObject({ content: "one two", annotations: [annotation] });
    expect(streamed(reply(parts)).text).toContain(JSON.stringify({ annotations: [annotation] }));
  });

  it("writes calls, with what others signed in their ids (cases 5, 24, 44)", () => {
    const parts: AssistantPart[] = [
      {
        type: "tool-call",
        id: "a",
        name: "f",
        arguments: "{}",
        signature: { protocol: "gemini-generate", value: "S" },
      },
      { type: "tool-call", id: "b", name: "g", arguments: '{"x":1}' },
      { type: "tool-call", id: "c", name: "h", arguments: "free", isCustom: true },
    ];
    const [{ message, finish_reason }] = encoded(reply(parts, { finish: "tool-calls" })).choices;
    expect(message.content).toBeNull();
    expect(message.tool_calls[0].id).toMatch(/^a__sig_/);
    expect(message.tool_calls[1]).toEqual({ id: "b", type: "function", function: { name: "g", arguments: '{"x":1}' } });
    expect(message.tool_calls[2]).toEqual({ id: "c", type: "custom", custom: { name: "h", input: "free" } });
    expect(finish_reason).toBe("tool_calls");
  });

  it("answers clients of the older functions in their words", () => {
    const parts: AssistantPart[] = [{ type: "tool-call", id: "a", name: "f", arguments: '{"x":1}' }];
    const about = context({ usesFunctions: true });
    const [choice] = encoded(reply(parts, { finish: "tool-calls" }), about).choices;
    expect(choice).toMatchObject({
      message: { content: null, function_call: { name: "f", arguments: '{"x":1}' } },
      finish_reason: "function_call",
    });
    expect(choice.message.tool_calls).toBeUndefined();
    const { text, folded } = streamed(reply(parts, { finish: "tool-calls" }), about);
    expect(text).not.toContain("tool_calls");
    expect(folded.choices[0]).toMatchObject({ finish: "tool-calls", parts: [{ name: "f", arguments: '{"x":1}' }] });
  });

  it("has a word for every way to end (cases 36, 37, 38)", () => {
    const word = (finish: CanonicalChoice["finish"]) => encoded(reply([], { finish })).choices[0].finish_reason;
    expect([word("stop"), word("length"), word("content-filter"), word("tool-calls")]).toEqual([
      "stop",
      "length",
      "content_filter",
      "tool_calls",
    ]);
    const [{ message }] = encoded(reply([{ type: "refusal", text: "no" }], { finish: "content-filter" })).choices;
    expect(message).toMatchObject({ content: null, refusal: "no" });
    const blocked = streamed(reply([], { finish: "content-filter" }));
    expect(JSON.parse(blocked.frames[0] ?? "").choices[0]).toEqual({
      index: 0,
      delta: { role: "assistant", content: "" },
      finish_reason: "content_filter",
    });
  });

  it("hides thoughts from those who don't want them", () => {
    const hidden = context({ reasoning: { showsThoughts: false } as CanonicalRequest["reasoning"] });
    const parts: AssistantPart[] = [
      { type: "reasoning", text: "secret", signature: { protocol: "anthropic-messages", value: "S" } },
      { type: "text", text: "x" },
    ];
    expect(JSON.stringify(encoded(reply(parts), hidden))).not.toContain("secret");
    expect(streamed(reply(parts), hidden).text).not.toContain("secret");
    expect(streamed(reply(parts)).text).toContain("secret");
  });
});

describe("encodeStream", () => {
  it("says the role first and holds the end back (cases 42, 47)", () => {
    const encoder = encodeStream(context());
    const events = [...eventsOf(reply([{ type: "text", text: "hi" }]))];
    const body = events.map((event) => encoder.encode(event)).join("");
    expect(body).toBe(
      'data: {"id":"chatcmpl-01a2018478867bfc9e7b46e93c23be29","object":"chat.completion.chunk","created":1790000000,"model":"public","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}\n\n',
    );
    const end = encoder.end().split("\n\n");
    expect(end).toHaveLength(4);
    expect(end[0]).toContain('"finish_reason":"stop"');
    expect(end[1]).toContain('"choices":[],"usage":{"prompt_tokens":9');
    expect(end[2]).toBe("data: [DONE]");
  });

  it("keeps the usage from those who didn't ask (case 41)", () => {
    const { text } = streamed(reply([{ type: "text", text: "hi" }]), context({}, { wantsStreamUsage: false }));
    expect(text).not.toContain("usage");
  });

  it("ends with an error and no [DONE] where the upstream failed (cases 47, 48)", () => {
    const encoder = encodeStream(context());
    const text = encoder.error(new AppError("upstream_unavailable"), context().requestId);
    expect(text).toMatch(/^data: \{"error":/);
    expect(text).not.toContain("[DONE]");
  });

  it("gives one index to each call, and arguments to one without (cases 9, 43)", () => {
    const encoder = encodeStream(context());
    const at = (block: number) => ({ choice: 0, block });
    const text = (
      [
        { type: "tool-input-start", ...at(0), id: "a", name: "f" },
        { type: "tool-input-start", ...at(1), id: "b", name: "g" },
        { type: "tool-input-delta", ...at(1), text: '{"x"' },
        { type: "tool-input-end", ...at(0) },
        { type: "tool-input-delta", ...at(1), text: ":1}" },
        { type: "tool-input-end", ...at(1) },
        { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
      ] satisfies ReplyEvent[]
    )
      .map((event) => encoder.encode(event))
      .join("");
    expect([...text.matchAll(/"index":(\d),"(?:id|function)"/g)].map((match) => match[1])).toEqual([
      "0",
      "1",
      "1",
      "0",
      "1",
    ]);
    expect(text).toContain('{"index":0,"function":{"arguments":"{}"}}');
  });

  it("says streamed what it says in one, and both decode to what they were", () => {
    const words = fc.string({ minLength: 1 });
    const signature = fc.constantFrom(null, { protocol: "anthropic-messages", value: "S" } as const);
    const parts = fc
      .record({
        thought: fc.option(fc.record({ type: fc.constant("reasoning" as const), text: words, signature })),
        text: fc.option(fc.record({ type: fc.constant("text" as const), text: words })),
        refusal: fc.option(fc.record({ type: fc.constant("refusal" as const), text: words })),
        calls: fc.array(
          fc.record({ type: fc.constant("tool-call" as const), name: words, arguments: fc.json(), id: words }),
          { maxLength: 3 },
        ),
      })
      .map(({ thought, text, refusal, calls }): AssistantPart[] => [
        ...[thought, text, refusal].filter((each) => each !== null),
        ...calls.map((call, index) => ({ ...call, id: `${index}` })),
      ]);
    const answers = fc.array(
      fc.record({
        parts,
        finish: fc.constantFrom("stop" as const, "length" as const, "content-filter" as const),
        logprobs: fc.constantFrom(null, [{ token: "x", logprob: -1 }]),
      }),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      fc.property(answers, (each) => {
        const whole: CanonicalReply = {
          id: "chatcmpl-1",
          choices: each.map(({ parts: list, finish, logprobs }, index) => {
            const hasCalls = list.some((part) => part.type === "tool-call");
            const hasText = list.some((part) => part.type === "text");
            return {
              index,
              parts: list,
              finish: finish === "stop" && hasCalls ? "tool-calls" : finish,
              stopSequence: null,
              logprobs: hasText ? logprobs : null,
            };
          }),
          usage,
          rawUsage: null,
        };
        const { folded, isComplete } = streamed(whole, context({}, { choices: each.length }));
        const decoded = decodeReply(encoded(whole));
        expect(isComplete).toBe(true);
        expect({ ...folded, rawUsage: null }).toEqual(whole);
        expect({ ...decoded, rawUsage: null }).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
