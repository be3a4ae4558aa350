import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CanonicalRequest, type Message, noSampling, type UserPart } from "../../canonical/canonical-request.ts";
import { Notes } from "../../canonical/notes.ts";
import { gemini } from "../../providers/gemini.ts";
import { target } from "../../testing/target.ts";
import { decodeCall } from "./request.ts";
import { decodeRequest } from "./request-decode.ts";
import { encodeRequest } from "./request-encode.ts";

const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => text.trim() === text && text !== "");
const text = word.map((each) => ({ type: "text", text: each }) as const);
const bytes = fc
  .uint8Array({ minLength: 8, maxLength: 40 })
  .map((each) => Buffer.concat([Buffer.from("89504e47", "hex"), each]));
const image = bytes.map(
  (each) =>
    ({ type: "image", source: { kind: "base64", mediaType: "image/png", data: each.toString("base64") } }) as const,
);
const json = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.jsonValue(), { maxKeys: 3 })
  .map((each) => JSON.stringify(each));
const signature = fc.option(
  fc.base64String({ minLength: 4, maxLength: 12 }).map((value) => ({ protocol: "gemini-generate", value }) as const),
);

/** A turn of calls and the turn of their results. */
const calls = fc.array(fc.record({ args: json, said: word, isError: fc.boolean(), signature }), {
  minLength: 1,
  maxLength: 3,
});
const userTurn = fc.array(fc.oneof(text, image), { minLength: 1, maxLength: 3 });
const turn = fc.record({ user: userTurn, thought: fc.option(word), answer: fc.option(word), calls: fc.option(calls) });

function conversation(turns: readonly (typeof turn extends fc.Arbitrary<infer Turn> ? Turn : never)[]): Message[] {
  let count = 0;
  return turns.flatMap(({ user, thought, answer, calls: asked }): Message[] => {
    const named = (asked ?? []).map((each) => ({ ...each, id: `id-${count++}`, name: `tool_${count}` }));
    const parts = [
      ...(thought === null ? [] : [{ type: "reasoning", text: thought, signature: null } as const]),
      ...(answer === null ? [] : [{ type: "text", text: answer } as const]),
      ...named.map(
        ({ id, name, args, signature: proof }) =>
          ({ type: "tool-call", id, name, arguments: args, signature: proof }) as const,
      ),
    ];
    const results = named.map(({ id, name, said, isError }) => ({
      type: "tool-result" as const,
      callId: id,
      name,
      parts: [{ type: "text", text: said }] as UserPart[],
      isError,
    }));
    return [
      { role: "user", parts: user },
      ...(parts.length === 0
        ? [{ role: "assistant", parts: [{ type: "text", text: "." }] } as const]
        : [{ role: "assistant", parts } as const]),
      ...(results.length === 0 ? [] : [{ role: "tool", parts: results } as const]),
      ...(results.length === 0 ? [] : [{ role: "assistant", parts: [{ type: "text", text: "ok" }] } as const]),
    ];
  });
}

describe("a request", () => {
  it("is the same after the way to Gemini and back, as far as Gemini can say it", () => {
    const requests = fc.record({
      turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
      system: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
      temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
      seed: fc.option(fc.integer()),
      stop: fc.array(word, { maxLength: 5 }),
      outputLimit: fc.option(fc.integer({ min: 1, max: 100_000 })),
      choices: fc.integer({ min: 1, max: 8 }),
      topLogprobs: fc.option(fc.integer({ min: 0, max: 20 })),
    });
    fc.assert(
      fc.property(requests, ({ turns, system, temperature, seed, ...rest }) => {
        const request: CanonicalRequest = {
          model: "m",
          messages: [...(system === null ? [] : [{ role: "system", parts: system } as const]), ...conversation(turns)],
          tools: [
            {
              name: "f",
              description: "d",
              parameters: { type: "object", properties: { a: { type: "string" } } },
              isStrict: null,
            },
          ],
          toolChoice: { kind: "named", name: "f" },
          parallelToolCalls: null,
          sampling: { ...noSampling, temperature, seed },
          reasoning: { effort: "high", budgetTokens: null, isEnabled: true, isAdaptive: false, showsThoughts: true },
          outputFormat: { kind: "json" },
          isStream: false,
          namesUser: false,
          unmapped: [],
          ...rest,
        };
        const notes = new Notes();
        const { body } = encodeRequest(request, target({ provider: gemini, upstreamModel: "gemini-2.5-flash" }), notes);
        const back = decodeRequest(body, { model: "m", isStream: false, knowsThoughts: true });
        expect(notes.dropped).toEqual([]);
        const reasoning = {
          effort: null,
          budgetTokens: 24_576,
          isEnabled: true,
          isAdaptive: false,
          showsThoughts: true,
        };
        expect(back).toEqual({ ...request, hidesThoughts: false, reasoning });
      }),
      { numRuns: 100 },
    );
  });

  it("of random bytes is refused and nothing worse", () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each)),
      fc.json().map((each) => Buffer.from(`{"contents":${each}}`)),
      fc
        .json()
        .map((each) =>
          Buffer.from(
            `{"contents":"x","tools":${each},"toolConfig":${each},"generationConfig":${each},"systemInstruction":${each}}`,
          ),
        ),
      fc
        .json()
        .map((each) =>
          Buffer.from(
            `{"contents":[{"role":"model","parts":[${each},{"functionCall":${each}},{"inline_data":${each}}]}]}`,
          ),
        ),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          const call = decodeCall(body, {
            captures: ["m", "generateContent"],
            query: new URLSearchParams(),
            headers: {},
          });
          encodeRequest(call.canonical(), target({ provider: gemini }), new Notes());
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(?:invalid_request|invalid_json|not_found)$/) });
        }
      }),
      { numRuns: 500 },
    );
  });
});
