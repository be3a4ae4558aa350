import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AssistantPart,
  type CanonicalRequest,
  type MediaPart,
  type Message,
  noSampling,
  type ToolResultPart,
  type UserPart,
} from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { target } from "../../testing/target.ts";
import { decodeRequest } from "./request-decode.ts";
import { encodeRequest } from "./request-encode.ts";

// Words end in a letter: a prefill loses its trailing blanks, and text of blanks alone is none.
const word = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => `${text}x`);
const name = fc.stringMatching(/^[a-z][a-zA-Z0-9_-]{0,20}$/);
const mark = fc.constantFrom({}, { cacheControl: { type: "ephemeral" } });
const text = fc.tuple(word, mark).map(([value, cache]) => ({ type: "text" as const, text: value, ...cache }));
const data = fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from([0, ...bytes]).toString("base64"));
const media: fc.Arbitrary<MediaPart> = fc.oneof(
  data.map((each) => ({
    type: "image" as const,
    source: { kind: "base64" as const, mediaType: "image/png", data: each },
  })),
  fc.webUrl().map((url) => ({ type: "image" as const, source: { kind: "url" as const, url } })),
  fc.webUrl().map((url) => ({ type: "document" as const, source: { kind: "url" as const, url } })),
  fc.tuple(data, word).map(([each, filename]) => ({
    type: "document" as const,
    filename,
    source: { kind: "base64" as const, mediaType: "application/pdf", data: each },
  })),
);
const userParts: fc.Arbitrary<UserPart[]> = fc.array(fc.oneof(text, media), { minLength: 1, maxLength: 4 });
const signature = word.map((value) => ({ protocol: "anthropic-messages" as const, value }));
const thought: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc
    .tuple(fc.string(), signature)
    .map(([each, proof]) => ({ type: "reasoning" as const, text: each, signature: proof })),
  signature.map((proof) => ({ type: "reasoning" as const, text: "", signature: proof, isRedacted: true })),
);
const args = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value))));

/** A question, and how it was answered: with calls and their results where there are any. */
const exchange = fc
  .record({
    asked: userParts,
    thoughts: fc.array(thought, { maxLength: 2 }),
    said: text,
    calls: fc.array(args, { maxLength: 3 }),
  })
  .chain(({ asked, thoughts, said, calls }) =>
    fc
      .array(fc.tuple(fc.oneof(fc.constant<UserPart[]>([]), userParts), fc.boolean(), mark), {
        minLength: calls.length,
        maxLength: calls.length,
      })
      .map((answers): Message[] => {
        const parts: AssistantPart[] = calls.map((each, at) => ({
          type: "tool-call",
          id: `toolu_${at}`,
          name: "f",
          arguments: each,
        }));
        const results = answers.map(
          ([given, isError, cache], at): ToolResultPart => ({
            type: "tool-result",
            callId: `toolu_${at}`,
            name: null,
            parts: given,
            isError,
            ...cache,
          }),
        );
        const turn: Message[] = [
          { role: "user", parts: asked },
          { role: "assistant", parts: [...thoughts, said, ...parts] },
        ];
        return results.length === 0
          ? turn
          : [...turn, { role: "tool", parts: results }, { role: "assistant", parts: [said] }];
      }),
  );

const request: fc.Arbitrary<CanonicalRequest> = fc
  .record({
    system: fc.array(text, { maxLength: 3 }),
    exchanges: fc.array(exchange, { minLength: 1, maxLength: 3 }),
    last: userParts,
    description: fc.option(word),
    isStrict: fc.option(fc.boolean()),
    choice: fc.constantFrom(null, "auto" as const, "required" as const, "none" as const),
    temperature: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    topK: fc.option(fc.nat()),
    stop: fc.array(word, { maxLength: 3 }),
    outputLimit: fc.integer({ min: 1, max: 100_000 }),
    schema: fc.option(fc.constant({ type: "object", properties: { a: { const: 1 } }, additionalProperties: false })),
    isStream: fc.boolean(),
    namesUser: fc.boolean(),
    called: name,
  })
  .map((given) => ({
    model: "m",
    messages: [
      ...(given.system.length === 0 ? [] : [{ role: "system" as const, parts: given.system }]),
      ...given.exchanges.flat(),
      { role: "user" as const, parts: given.last },
    ],
    tools: ["f", `g_${given.called}`].map((each) => ({
      name: each,
      description: given.description,
      parameters: { type: "object", additionalProperties: false },
      isStrict: given.isStrict,
    })),
    toolChoice: given.choice === null ? null : { kind: given.choice },
    parallelToolCalls: null,
    sampling: {
      ...noSampling,
      temperature: given.temperature === null ? null : given.temperature + 0,
      topK: given.topK,
    },
    stop: given.stop,
    outputLimit: given.outputLimit,
    choices: 1,
    reasoning: null,
    outputFormat:
      given.schema === null
        ? null
        : { kind: "schema" as const, name: null, description: null, schema: given.schema, isStrict: null },
    topLogprobs: null,
    isStream: given.isStream,
    namesUser: given.namesUser,
    unmapped: [],
  }));

describe("a request to Anthropic", () => {
  it("reads back as it was meant, but for cache marks beyond the fourth, and names nothing as lost", () => {
    fc.assert(
      fc.property(request, (given) => {
        const notes = new Notes();
        const { body } = encodeRequest(given, target({ provider: anthropic }), notes);
        expect(unmarked(decodeRequest(body))).toEqual(unmarked(given));
        expect(notes.dropped.filter((each) => each !== "cache_control")).toEqual([]);
        expect(notes.clamped).toEqual([]);
        const marks = (json: string) => json.split('"type":"ephemeral"').length - 1;
        expect(marks(body.toString())).toBe(Math.min(4, marks(JSON.stringify(given))));
      }),
    );
  });
});

function unmarked(value: CanonicalRequest): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === "cacheControl" ? undefined : each)));
}
