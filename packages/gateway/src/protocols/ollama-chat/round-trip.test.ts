import { AppError, noConstraints } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CanonicalRequest, Message, OutputFormat, ReasoningWish } from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { target } from "../../testing/target.ts";
import { constrain } from "../../translation/constrain.ts";
import { ollamaGenerate } from "./generate.ts";
import { ollamaChat } from "./index.ts";

const text = fc.string({ minLength: 1 }).filter((each) => each.trim() !== "");
const part = text.map((each) => ({ type: "text", text: each }) as const);
const image = fc
  .uint8Array({ minLength: 3, maxLength: 30 })
  .map((bytes) => Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), bytes]).toString("base64"))
  .map((data) => ({ type: "image", source: { kind: "base64", mediaType: "image/png", data } }) as const);

/** A turn with calls and a result for each, in their order. */
const callTurn = (index: number): fc.Arbitrary<Message[]> =>
  fc.array(fc.tuple(text, fc.dictionary(text, fc.jsonValue()), text), { minLength: 1, maxLength: 3 }).map((calls) => [
    {
      role: "assistant",
      parts: calls.map(([name, input], place) => ({
        type: "tool-call",
        id: `c_${index}_${place}`,
        name,
        arguments: JSON.stringify(input),
      })),
    },
    ...calls.map(
      ([name, , result], place): Message => ({
        role: "tool",
        parts: [
          {
            type: "tool-result",
            callId: `c_${index}_${place}`,
            name,
            parts: [{ type: "text", text: result }],
            isError: false,
          },
        ],
      }),
    ),
  ]);

const plainTurn: fc.Arbitrary<Message[]> = fc.oneof(
  part.map((each): Message[] => [{ role: "system", parts: [each] }]),
  fc
    .tuple(fc.array(image, { maxLength: 2 }), part)
    .map(([images, each]): Message[] => [{ role: "user", parts: [...images, each] }]),
  fc
    .tuple(text, part)
    .map(([thought, each]): Message[] => [
      { role: "assistant", parts: [{ type: "reasoning", text: thought, signature: null }, each] },
    ]),
);
const messages = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 4 })
  .chain((kinds) => fc.tuple(...kinds.map((isCall, index) => (isCall ? callTurn(index) : plainTurn))))
  .map((turns) => turns.flat());

const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }).map((each) => each + 0));
const think = fc.constantFrom<ReasoningWish | null>(
  null,
  ...[
    { effort: null, isEnabled: true },
    { effort: null, isEnabled: false },
    { effort: "low" as const, isEnabled: true },
    { effort: "max" as const, isEnabled: true },
  ].map((wish) => ({ ...wish, budgetTokens: null, isAdaptive: false, showsThoughts: wish.isEnabled ? true : null })),
);
const format = fc.oneof(
  fc.constantFrom<OutputFormat | null>(null, { kind: "json" }),
  fc
    .dictionary(text, fc.jsonValue())
    .map((schema): OutputFormat => ({ kind: "schema", name: null, description: null, schema, isStrict: null })),
);
const tools = fc.array(
  fc.record({
    name: text,
    description: fc.option(text),
    parameters: fc.dictionary(text, fc.jsonValue()),
    isStrict: fc.constant(null),
  }),
  { maxLength: 2 },
);

const request: fc.Arbitrary<CanonicalRequest> = fc.record({
  model: fc.constant("m"),
  messages,
  tools,
  toolChoice: fc.constant(null),
  parallelToolCalls: fc.constant(null),
  sampling: fc.record({
    temperature: number,
    topP: number,
    topK: fc.option(fc.nat(100)),
    minP: number,
    frequencyPenalty: number,
    presencePenalty: number,
    repetitionPenalty: number,
    seed: fc.option(fc.integer()),
  }),
  stop: fc.array(text, { maxLength: 3 }),
  outputLimit: fc.option(fc.integer({ min: 1, max: 10_000 })),
  choices: fc.constant(1),
  reasoning: think,
  outputFormat: format,
  topLogprobs: fc.option(fc.nat(20)),
  isStream: fc.boolean(),
  namesUser: fc.constant(false),
  unmapped: fc.constant([]),
});

/** JSON knows no -0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a request", () => {
  it("that Ollama can carry comes back as it was (A→B→A)", () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const notes = new Notes();
        const { body } = ollamaChat.encodeRequest(wanted, target(), notes);
        expect(plain(ollamaChat.decodeCall(body).canonical())).toEqual(plain(wanted));
        expect([notes.dropped, notes.clamped]).toEqual([[], []]);
      }),
    );
  });

  it("of any bytes and of any JSON is read or refused, never a fault of ours", () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
      fc
        .record(
          {
            messages: fc.oneof(
              fc.jsonValue(),
              fc.array(fc.record({ role: fc.constant("user"), content: fc.jsonValue() })),
            ),
            prompt: fc.oneof(fc.string(), fc.jsonValue()),
            options: fc.oneof(fc.jsonValue(), fc.record({ num_predict: fc.jsonValue(), stop: fc.jsonValue() })),
            think: fc.jsonValue(),
            tools: fc.jsonValue(),
            keep_alive: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => Buffer.from(JSON.stringify({ model: "m", ...value }))),
    );
    fc.assert(
      fc.property(body, fc.constantFrom(ollamaChat, ollamaGenerate), (bytes, face) => {
        try {
          face.decodeCall(bytes).canonical();
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is kept within what a model takes, where Ollama has its parameters", () => {
    const body = Buffer.from(
      '{"model":"m","keep_alive":-1,"options":{"top_p":1.0,"repeat_penalty":3,"num_ctx":9,"seed":1}}',
    );
    const notes = new Notes();
    const constraints = {
      ...noConstraints,
      ranges: { top_p: { maximum: 0.95 }, repetition_penalty: { maximum: 2 } },
      rejected: ["keep_alive", "options.num_ctx", "seed"],
    };
    expect(constrain(body, ollamaChat, target({ constraints }), notes).toString()).toBe(
      '{"model":"m","options":{"top_p":0.95,"repeat_penalty":2}}',
    );
    expect(notes.dropped).toEqual(["keep_alive", "options.num_ctx", "options.seed"]);
    expect(notes.clamped).toEqual(["top_p=0.95", "repetition_penalty=2"]);
  });
});
