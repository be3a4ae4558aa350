import { isRecord } from "../../json/is-record.ts";
import type { WireReply } from "./wire.ts";

/**
 * The value itself, where it is a piece of text as nearly all of a stream are: what `replySchema` would say of it, for a tenth of the cost. Null:
 * there is more in it, or something else, for the schema to judge.
 */
export function plainReply(value: unknown): WireReply | null {
  if (!isRecord(value) || !isText(value.responseId) || value.promptFeedback !== undefined) return null;
  const { candidates, usageMetadata } = value;
  if (!Array.isArray(candidates) || candidates.length !== 1 || !isPlainCandidate(candidates[0])) return null;
  return usageMetadata === undefined || isPlainUsage(usageMetadata) ? (value as WireReply) : null;
}

function isPlainCandidate(value: unknown): boolean {
  if (!isRecord(value) || value.citationMetadata !== undefined || value.logprobsResult !== undefined) return false;
  const { index, content, finishReason } = value;
  if (index !== undefined && index !== 0) return false;
  if (!isText(finishReason) || !isRecord(content) || !isText(content.role)) return false;
  const { parts } = content;
  return Array.isArray(parts) && parts.length === 1 && isPlainPart(parts[0]);
}

function isPlainPart(value: unknown): boolean {
  if (!isRecord(value) || !isText(value.text)) return false;
  const { thought, thoughtSignature, inlineData, fileData, functionCall, functionResponse } = value;
  const isBare = thoughtSignature === undefined && inlineData === undefined && fileData === undefined;
  const isCall = functionCall !== undefined || functionResponse !== undefined;
  return isBare && !isCall && (thought === undefined || typeof thought === "boolean");
}

/** Its figures may be anything (see `usageSchema`). */
function isPlainUsage(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { promptTokensDetails: details } = value;
  return details === undefined || (Array.isArray(details) && details.every(isPlainDetail));
}

function isPlainDetail(value: unknown): boolean {
  return isRecord(value) && isText(value.modality);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
