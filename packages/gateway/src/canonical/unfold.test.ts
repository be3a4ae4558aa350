import fc from "fast-check";
import { expect, it } from "vitest";
import type { CanonicalReply } from "./canonical-reply.ts";
import type { AssistantPart } from "./canonical-request.ts";
import { fold } from "./fold.ts";
import { unfold } from "./unfold.ts";

const signature = { protocol: "anthropic-messages", value: "c2ln" } as const;
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text: fc.string() }),
  fc.record({
    type: fc.constant("reasoning" as const),
    text: fc.string(),
    signature: fc.constantFrom(signature, null),
  }),
  fc.record({
    type: fc.constant("tool-call" as const),
    id: fc.string(),
    name: fc.string(),
    arguments: fc.json(),
  }),
);
const reply: fc.Arbitrary<CanonicalReply> = fc
  .tuple(fc.string(), fc.array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 }))
  .map(([id, choices]) => ({
    id,
    choices: choices.map((parts, index) => ({ index, parts, finish: "stop", stopSequence: null, logprobs: null })),
    usage: { input: 7, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0, image: 0, audio: 0 },
    rawUsage: { prompt_tokens: 7 },
  }));

it("is undone by folding: a whole answer and its stream say the same", () => {
  fc.assert(
    fc.property(reply, (each) => {
      expect(fold(unfold(each))).toEqual(each);
    }),
  );
});
