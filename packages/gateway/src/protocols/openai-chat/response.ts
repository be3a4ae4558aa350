import type { ModelNames } from "../../canonical/protocol.ts";
import type { UpstreamComplaint, WholeReply } from "../../canonical/reply.ts";
import { JsonBreak, type JsonObject, scanObject } from "../../json/json-scanner.ts";
import { applySplices } from "../../json/splice.ts";
import { leastTokens } from "../../tokens/estimate-tokens.ts";
import { complaintIn } from "./errors.ts";
import { estimateOutputTokens } from "./output-estimate.ts";
import { readUsage } from "./usage.ts";

/** Reads a complete answer; null if it is no JSON object with choices. Only the model's name is changed in its bytes. */
export function readReply(body: Buffer, names: ModelNames): WholeReply | null {
  const object = scanOrNull(body);
  if (object === null) return null;
  let choices: string | null = null;
  let usage: unknown = null;
  let reply = body;
  for (const { keyStart, keyEnd, valueStart, valueEnd } of object.members) {
    const key = body.toString("latin1", keyStart, keyEnd);
    if (key === "usage") usage = JSON.parse(body.toString("utf8", valueStart, valueEnd));
    else if (key === "choices")
      choices = body[valueStart] === 0x5b ? body.toString("utf8", valueStart, valueEnd) : null;
    else if (key === "error" && body[valueStart] !== 0x6e) return null;
    else if (key === "model" && names.requested !== names.upstream && body[valueStart] === 0x22) {
      if (JSON.parse(body.toString("utf8", valueStart, valueEnd)) !== names.upstream) continue;
      reply = applySplices(body, [{ start: valueStart, end: valueEnd, text: JSON.stringify(names.requested) }]);
    }
  }
  if (choices === null) return null;
  const reported = readUsage(usage);
  const isSilent = reported === null || reported.output === 0;
  const estimate = isSilent ? estimateOutputTokens(JSON.parse(choices)) : 0;
  const facts = {
    usage: reported,
    rawUsage: usage,
    estimatedOutputTokens: Math.ceil(estimate),
    seenOutputTokens: Math.floor(leastTokens(estimate)),
    isUsageBehind: false,
    hasOutput: true,
  };
  return { body: reply, facts };
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
