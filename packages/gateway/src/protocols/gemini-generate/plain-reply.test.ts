import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainReply } from "./plain-reply.ts";
import { replySchema } from "./wire.ts";

const piece = {
  candidates: [{ content: { role: "model", parts: [{ text: "你好" }] }, index: 0 }],
  usageMetadata: { promptTokenCount: 4, promptTokensDetails: [{ modality: "TEXT", tokenCount: 4 }] },
  modelVersion: "m",
  responseId: "r",
};

/** Pieces in which any member may be missing, of another kind, or one that only the schema knows. */
const odd = fc.oneof(fc.constant(null), fc.integer(), fc.boolean(), fc.string(), fc.constant({}), fc.constant([]));
const shape = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof({ arbitrary: fc.record(members), weight: 9 }, { arbitrary: odd, weight: 1 });
const text = fc.oneof({ arbitrary: fc.string(), weight: 6 }, { arbitrary: odd, weight: 1 });
const rare = fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, { arbitrary: odd, weight: 1 });
const part = shape({
  text,
  thought: fc.oneof(fc.boolean(), rare),
  ...{ thoughtSignature: rare, inlineData: rare, fileData: rare, functionCall: rare, functionResponse: rare },
});
const list = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: fc.tuple(item), weight: 8 }, fc.array(item, { maxLength: 2 }), odd);
const candidate = shape({
  content: shape({ role: text, parts: list(part) }),
  index: fc.oneof(fc.constant(0), rare),
  finishReason: fc.oneof(fc.constant("STOP"), rare),
  citationMetadata: rare,
  logprobsResult: rare,
});
const usage = shape({ promptTokenCount: odd, promptTokensDetails: list(shape({ modality: text, tokenCount: odd })) });
const reply = shape({
  candidates: list(candidate),
  usageMetadata: fc.oneof(usage, fc.constant(undefined)),
  responseId: text,
  promptFeedback: rare,
  more: odd,
});

describe("a plain piece of an answer", () => {
  it("is known without the schema, with its usage, as a thought and at its end", () => {
    const [first] = piece.candidates;
    expect(plainReply(piece)).toBe(piece);
    expect(plainReply({ candidates: [{ ...first, finishReason: "STOP" }] })).not.toBeNull();
    expect(plainReply({ candidates: [{ content: { parts: [{ text: "hm", thought: true }] } }] })).not.toBeNull();
  });

  it("is never taken for one, nor read otherwise, where the schema says something else", () => {
    let taken = 0;
    fc.assert(
      fc.property(reply, (value) => {
        const plain = plainReply(value);
        if (plain === null) return;
        taken++;
        expect(replySchema.safeParse(value)).toEqual({ success: true, data: plain });
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
