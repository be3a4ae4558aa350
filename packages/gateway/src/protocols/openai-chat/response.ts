import { leastTokens } from "@lyceum/domain/tokens";
import type { ModelNames } from "../../canonical/protocol.ts";
import type { UpstreamComplaint, WholeReply } from "../../canonical/reply.ts";
import { JsonBreak, type JsonObject, scanObject } from "../../json/json-scanner.ts";
import { startsWith } from "../../json/media-members.ts";
import { applySplices } from "../../json/splice.ts";
import { countsOneAnswer } from "../../tokens/counts-one-answer.ts";
import { complaintIn } from "./errors.ts";
import { estimateOutputTokens } from "./output-estimate.ts";
import { readUsage } from "./usage.ts";

const SECOND_ANSWER = /"index":\s*1[,}\s]/;

/**
 * Reads a complete answer; null if it is no JSON object with choices. Only the model's name is changed in its bytes. `isAllOutput`: every text in
 * it is the model's own.
 */
export function readReply(body: Buffer, names: ModelNames, isAllOutput = true): WholeReply | null {
  const object = scanOrNull(body);
  if (object === null) return null;
  let choices: string | null = null;
  let usage: unknown = null;
  let reply = body;
  for (const { keyStart, keyEnd, valueStart, valueEnd } of object.members) {
    if (isKey(body, keyStart, keyEnd, "usage")) usage = JSON.parse(body.toString("utf8", valueStart, valueEnd));
    else if (isKey(body, keyStart, keyEnd, "choices"))
      choices = body[valueStart] === 0x5b ? body.toString("utf8", valueStart, valueEnd) : null;
    else if (isKey(body, keyStart, keyEnd, "error")) {
      if (complaintIn({ error: JSON.parse(body.toString("utf8", valueStart, valueEnd)) }) !== null) return null;
    } else if (names.requested !== names.upstream && isKey(body, keyStart, keyEnd, "model")) {
      if (body[valueStart] !== 0x22) continue;
      if (JSON.parse(body.toString("utf8", valueStart, valueEnd)) !== names.upstream) continue;
      reply = applySplices(body, [{ start: valueStart, end: valueEnd, text: JSON.stringify(names.requested) }]);
    }
  }
  if (choices === null) return null;
  const reported = readUsage(usage);
  const isSilent = reported === null || reported.output === 0;
  const isDoubtful = isAllOutput && SECOND_ANSWER.test(choices);
  const answers: unknown = isSilent || isDoubtful ? JSON.parse(choices) : [];
  const count = Array.isArray(answers) ? answers.length : 1;
  const estimate = estimateOutputTokens(answers);
  const seenOutputTokens = Math.floor(leastTokens(estimate));
  const facts = {
    usage: reported,
    rawUsage: usage,
    estimatedOutputTokens: Math.ceil(estimate),
    seenOutputTokens,
    isUsageBehind:
      isDoubtful &&
      reported !== null &&
      reported.output < seenOutputTokens &&
      countsOneAnswer(reported.output, estimate, count),
    hasOutput: true,
  };
  return { body: reply, facts };
}

/** By its bytes: to make a text of each name costs more than all that is done with them. */
function isKey(body: Buffer, start: number, end: number, name: string): boolean {
  return end - start === name.length && startsWith(body, start, name);
}

/** What an error body says, or null. */
export function readComplaint(body: Buffer): UpstreamComplaint | null {
  try {
    return complaintIn(JSON.parse(body.toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // an HTML page of some proxy, say
    throw error;
  }
}

function scanOrNull(body: Buffer): JsonObject | null {
  try {
    return scanObject(body);
  } catch (error) {
    if (error instanceof JsonBreak) return null;
    throw error;
  }
}
