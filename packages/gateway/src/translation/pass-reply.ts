import { estimateTokens, leastTokens } from "@lyceum/domain/tokens";
import type { CanonicalReply } from "../canonical/canonical-reply.ts";
import type { ModelNames } from "../canonical/protocol.ts";
import type { ReplyFacts, WholeReply } from "../canonical/reply.ts";
import { findPath } from "../json/find-path.ts";
import { parseJson } from "../json/parse-json.ts";
import { applySplices } from "../json/splice.ts";
import { countsOneAnswer } from "../tokens/counts-one-answer.ts";

/**
 * A complete answer that passes as it is, but for the model's name at `modelPath`; null if it is none of the protocol that `decodeReply`
 * reads.
 */
export function passReply(
  body: Buffer,
  names: ModelNames,
  decodeReply: (value: unknown) => CanonicalReply | null,
  modelPath: readonly string[],
): WholeReply | null {
  const reply = decodeReply(parseJson(body.toString("utf8")));
  if (reply === null) return null;
  const named = names.requested === names.upstream ? null : findPath(body, modelPath);
  const upstream = JSON.stringify(names.upstream);
  const isNamed = named !== null && body.toString("utf8", named.valueStart, named.valueEnd) === upstream;
  const renamed = isNamed
    ? applySplices(body, [{ start: named.valueStart, end: named.valueEnd, text: JSON.stringify(names.requested) }])
    : body;
  return { body: renamed, facts: factsOf(reply) };
}

/** What metering must know of a complete answer. */
export function factsOf(reply: CanonicalReply): ReplyFacts {
  const isSilent = reply.usage === null || reply.usage.output === 0;
  const isDoubtful = reply.choices.length > 1;
  const estimate = isSilent || isDoubtful ? estimateOutput(reply) : 0;
  const seenOutputTokens = Math.floor(leastTokens(estimate));
  return {
    usage: reply.usage,
    rawUsage: reply.rawUsage,
    estimatedOutputTokens: Math.ceil(estimate),
    seenOutputTokens,
    isUsageBehind:
      reply.usage !== null &&
      reply.usage.output < seenOutputTokens &&
      countsOneAnswer(reply.usage.output, estimate, reply.choices.length),
    hasOutput: true,
  };
}

/** Output tokens by all that a model wrote, texts, thoughts and calls. */
function estimateOutput({ choices }: CanonicalReply): number {
  const texts = choices.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.type === "tool-call") return [part.name, part.arguments];
      return part.type === "text" || part.type === "reasoning" || part.type === "refusal" ? [part.text] : [];
    }),
  );
  if (texts.every((text) => text === "")) return 0;
  const json = Buffer.from(JSON.stringify(texts.join("\n")));
  return Math.max(1, estimateTokens(json, [1, json.length - 1]));
}
