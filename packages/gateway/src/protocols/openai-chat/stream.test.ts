import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "../../canonical/fold.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { decodeReply } from "./reply-decode.ts";
import { decodeStream } from "./stream.ts";

function decode(frames: readonly (object | string)[]) {
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  for (const frame of frames) decoder.decode(typeof frame === "string" ? frame : JSON.stringify(frame));
  return { events, isComplete: decoder.isComplete };
}
const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
  id: "chatcmpl-1",
  choices: [{ index: 0, delta, finish_reason: finish, ...more }],
});
const call = (index: number, more: object) => ({ tool_calls: [{ index, ...more }] });
const done = "[DONE]";
const partsOf = (frames: readonly (object | string)[]) => fold(decode(frames).events).choices[0]?.parts;

describe("decodeStream", () => {
  it("closes the thought before text opens, under either name of it (case 45)", () => {
    const { events, isComplete } = decode([
      chunk({ role: "assistant", content: "" }),
      chunk({ reasoning_content: "th", reasoning: "th" }),
      chunk({ reasoning: "ink" }),
      chunk({ content: "a" }),
      chunk({}, "stop"),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      done,
    ]);
    expect(isComplete).toBe(true);
    expect(events.map((event) => event.type)).toEqual([
      "start",
      "reasoning-start",
      "reasoning-delta",
      "reasoning-delta",
      "reasoning-end",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
      "usage",
    ]);
    expect(fold(events)).toMatchObject({
      id: "chatcmpl-1",
      usage: { input: 3, output: 2 },
      choices: [{ finish: "stop", parts: [{ text: "think" }, { text: "a" }] }],
    });
  });

  it("keeps apart calls whose pieces come in turns (case 43)", () => {
    const frames = [
      chunk(call(0, { id: "a", function: { name: "f", arguments: "" } })),
      chunk(call(1, { id: "b", function: { name: "g", arguments: '{"y' } })),
      chunk(call(0, { function: { arguments: '{"x":1}' } })),
      chunk(call(1, { function: { arguments: '":2}' } })),
      chunk({}, "tool_calls"),
      done,
    ];
    expect(partsOf(frames)).toEqual([
      { type: "tool-call", id: "a", name: "f", arguments: '{"x":1}' },
      { type: "tool-call", id: "b", name: "g", arguments: '{"y":2}' },
    ]);
  });

  it("understands servers that number calls in their own way", () => {
    const whole = (id: string | undefined, name: string) => ({ id, function: { name, arguments: "{}" } });
    const names = (frames: readonly object[]) =>
      partsOf(frames)?.map((part) => (part.type === "tool-call" ? [part.id, part.name] : part));
    const [f, g] = [whole("a", "f"), whole("b", "g")];
    expect(names([chunk(call(0, f)), chunk(call(0, g)), chunk({}, "stop")])).toEqual([
      ["a", "f"],
      ["b", "g"],
    ]);
    expect(names([chunk({ tool_calls: [f, g] }), chunk({}, "stop")])).toEqual([
      ["a", "f"],
      ["b", "g"],
    ]);
    expect(names([chunk({ tool_calls: [whole(undefined, "f"), whole(undefined, "f")] }), chunk({}, "stop")])).toEqual([
      ["call_chatcmpl-1_0_0", "f"],
      ["call_chatcmpl-1_0_1", "f"],
    ]);
    // An id that changes from piece to piece is that of the first.
    const pieces = [call(0, f), call(0, { id: "z", function: { arguments: "" } })];
    expect(names([...pieces.map((each) => chunk(each)), chunk({}, "tool_calls")])).toEqual([["a", "f"]]);
    // A name that comes late.
    const late = [call(0, { id: "a" }), call(0, { function: { arguments: '{"q":' } })];
    const rest = [call(0, { function: { name: "f", arguments: "1}" } })];
    expect(partsOf([...late, ...rest].map((each) => chunk(each)))).toEqual([
      { type: "tool-call", id: "a", name: "f", arguments: '{"q":1}' },
    ]);
  });

  it("says that calls wait for results where the server says stop, and names the text it stopped at (case 36)", () => {
    const finish = (frames: readonly (object | string)[]) => {
      const [choice] = fold(decode(frames).events).choices;
      return [choice?.finish, choice?.stopSequence];
    };
    const f = chunk(call(0, { id: "a", function: { name: "f", arguments: "{}" } }));
    expect(finish([f, chunk({}, "stop")])).toEqual(["tool-calls", null]);
    expect(finish([chunk({ content: "x" }, "stop", { stop_reason: "END" })])).toEqual(["stop", "END"]);
    expect(finish([chunk({ content: "x" }, "stop", { stop_reason: 151_645 })])).toEqual(["stop", null]);
    expect(finish([chunk({ content: "x" }, "length")])).toEqual(["length", null]);
    expect(finish([chunk({ content: "x" }, "content_filter")])).toEqual(["content-filter", null]);
    expect(finish([chunk({ content: "x" }), done])).toEqual(["stop", null]);
  });

  it("reads proofs of thoughts, and a thought that only its vendor can read", () => {
    const proof = { protocol: "anthropic-messages", value: "S" };
    expect(
      partsOf([
        chunk({ reasoning_content: "a" }),
        chunk({ reasoning_content: "b" }),
        chunk({ reasoning_details: [{ type: "reasoning.text", text: "ab", signature: "anthropic-messages~S" }] }),
        chunk({ reasoning: "c", reasoning_details: [{ type: "reasoning.text", text: "c" }] }),
        chunk({ reasoning_details: [{ type: "reasoning.text", signature: "own" }] }),
        chunk({ reasoning_details: [{ type: "reasoning.encrypted", data: "R" }] }),
        chunk({ content: "x" }, "stop"),
      ]),
    ).toEqual([
      { type: "reasoning", text: "ab", signature: proof },
      { type: "reasoning", text: "c", signature: { protocol: "openai-chat", value: "own" } },
      { type: "reasoning", text: "", signature: { protocol: "openai-chat", value: "R" }, isRedacted: true },
      { type: "text", text: "x" },
    ]);
  });

  it("reads refusals, citations, sound and images (cases 35, 38, 60)", () => {
    const cited = { url: "https://x", title: "X", start_index: 1, end_index: 2 };
    expect(
      partsOf([
        chunk({ content: "text" }),
        chunk({ annotations: [{ type: "url_citation", url_citation: cited }] }),
        chunk({ images: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA" } }] }),
        chunk({ audio: { id: "a", data: "AA" } }),
        chunk({ audio: { data: "BB", transcript: "said" } }),
        chunk({ refusal: "no" }),
        chunk({}, "stop"),
      ]),
    ).toEqual([
      {
        type: "text",
        text: "text",
        citations: [{ url: "https://x", title: "X", citedText: null, start: 1, end: 2 }],
      },
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AA" } },
      { type: "refusal", text: "no" },
      { type: "audio", source: { kind: "base64", mediaType: "audio/pcm", data: "AABB" }, transcript: "said" },
    ]);
  });

  it("takes a whole message at the end of a stream for no second answer", () => {
    const last = { choices: [{ index: 0, message: { role: "assistant", content: "ab" }, finish_reason: "stop" }] };
    expect(partsOf([chunk({ content: "a" }), chunk({ content: "b" }), last, done])).toEqual([
      { type: "text", text: "ab" },
    ]);
    expect(partsOf([last, done])).toEqual([{ type: "text", text: "ab" }]);
  });

  it("keeps the last usage, wherever it stands (cases 39, 40, 42)", () => {
    const usage = (output: number) => ({
      prompt_tokens: 9,
      completion_tokens: output,
      prompt_tokens_details: { cached_tokens: 4 },
    });
    const { events } = decode([
      { ...chunk({ content: "a" }), usage: usage(1) },
      { ...chunk({}, "stop"), usage: null },
      { choices: [], usage: usage(5) },
      done,
    ]);
    expect(fold(events).usage).toMatchObject({ input: 9, cachedInput: 4, output: 5 });
    expect(fold(decode([chunk({}, "stop", { usage: usage(3) })]).events).usage?.output).toBe(3);
  });

  it("tells an error in the stream, and what is no JSON, as an error and nothing after it (case 49)", () => {
    for (const frame of [{ error: { message: "out of memory", code: 500 } }, "<html>", "3", "[]"]) {
      const { events } = decode([chunk({ content: "a" }), frame, chunk({ content: "b" }), done]);
      expect(events.at(-1)?.type).toBe("error");
      expect(events.filter((event) => event.type === "error")).toHaveLength(1);
    }
  });

  it("gives the same events however the bytes are cut (case 46)", () => {
    const frames = [
      chunk({ reasoning_content: "思考" }),
      chunk({ content: "é😀" }),
      chunk(call(0, { id: "a", function: { name: "f", arguments: '{"x":"ü"}' } })),
      chunk({}, "tool_calls"),
    ];
    const wire = Buffer.from(
      `: ping\r\n\r\n${frames.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join("")}data: [DONE]\n\n`,
    );
    const expected = decode([...frames, done]).events;
    const cuts = fc.array(fc.integer({ min: 0, max: wire.length }), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (places) => {
        const events: ReplyEvent[] = [];
        const decoder = decodeStream((event) => events.push(event));
        const splitter = new SseSplitter((_buffer, _start, _end, data, dataStart, dataEnd) => {
          if (dataStart >= 0) decoder.decode(data.toString("utf8", dataStart, dataEnd));
        });
        let from = 0;
        for (const to of [...places, wire.length].toSorted((one, other) => one - other)) {
          splitter.push(Buffer.from(wire.subarray(from, to)));
          from = to;
        }
        expect(events).toEqual(expected);
      }),
    );
  });

  it("folds into what the same server answers without a stream", () => {
    const words = fc.string({ minLength: 1, maxLength: 6 });
    const pieces = fc.array(words, { maxLength: 3 });
    const answer = fc.record({
      thoughts: pieces,
      texts: pieces,
      calls: fc.array(fc.record({ name: fc.stringMatching(/^[a-z]{1,5}$/), pieces }), { maxLength: 3 }),
      finish: fc.constantFrom("stop", "length", "tool_calls", "content_filter"),
    });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 2 }), (answers) => {
        const at = (index: number, delta: object, finish: string | null = null) => ({
          id: "1",
          choices: [{ index, delta, finish_reason: finish }],
        });
        const frames = answers.flatMap(({ thoughts, texts, calls, finish }, index) => [
          ...thoughts.map((each) => at(index, { reasoning_content: each })),
          ...texts.map((each) => at(index, { content: each })),
          ...calls.map(({ name }, place) => at(index, call(place, { id: `c${place}`, function: { name } }))),
          ...calls.flatMap(({ pieces: inputs }, place) =>
            inputs.map((each) => at(index, call(place, { function: { arguments: each } }))),
          ),
          at(index, {}, finish),
        ]);
        const usage = { prompt_tokens: 3, completion_tokens: 2 };
        const choices = answers.map(({ thoughts, texts, calls, finish }, index) => ({
          index,
          finish_reason: finish,
          message: {
            role: "assistant",
            content: texts.join(""),
            reasoning_content: thoughts.join(""),
            tool_calls: calls.map(({ name, pieces: inputs }, place) => ({
              id: `c${place}`,
              type: "function",
              function: { name, arguments: inputs.join("") },
            })),
          },
        }));
        const { events } = decode([...frames, { choices: [], usage }, done]);
        expect(fold(events)).toEqual(decodeReply({ id: "1", choices, usage }));
      }),
    );
  });

  it("never throws for what an upstream sends, and keeps to the order of events", () => {
    const keys =
      "id choices index delta message content reasoning_content reasoning_details tool_calls function name arguments custom finish_reason usage error logprobs annotations url_citation audio images text signature type data".split(
        " ",
      );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, true, 0, 1, -1, 1e9, "stop", "x", "reasoning.encrypted"),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    const choice = fc.record({ index: fc.constantFrom(0, 1), delta: value, finish_reason: value, usage: value });
    const frame = fc.oneof(
      fc.record({ choices: fc.array(choice, { maxLength: 2 }), usage: value }).map((each) => JSON.stringify(each)),
      value.map((each) => JSON.stringify(each)),
      fc.string(),
      fc.constant(done),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), (frames) => {
        const { events } = decode(frames);
        const open = new Set<string>();
        for (const event of events) {
          if (!("block" in event)) continue;
          const key = `${event.choice}/${event.block}`;
          if (event.type.endsWith("-start")) open.add(key);
          else if (event.type !== "media") expect(open.has(key)).toBe(true);
        }
        const finishes = events.flatMap((event) => (event.type === "finish" ? [event.choice] : []));
        expect(new Set(finishes).size).toBe(finishes.length);
        for (const each of frames) {
          try {
            decodeReply(JSON.parse(each));
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("survives JSON of any depth", () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const { events } = decode([
      `{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":${deep}}}]}}]}`,
      `{"error":${deep}}`,
    ]);
    expect(events.at(-1)?.type).toBe("error");
  });
});
