import type { CanonicalRequest } from "../canonical/canonical-request.ts";
import type { Notes } from "../canonical/notes.ts";
import type { Protocol } from "../canonical/protocol.ts";
import type { Target } from "../canonical/target.ts";
import { invalid } from "../json/plain-fields.ts";
import { withCallIds } from "./call-ids.ts";
import { FreeTextTools } from "./free-text-tools.ts";
import { withResultsFirst } from "./results-first.ts";
import { ToolNames } from "./tool-names.ts";

/** A request as an upstream's vendor takes it, and what was put in the place of other things; null: nothing of that kind. */
export type AdaptedRequest = {
  readonly request: CanonicalRequest;
  readonly freeText: FreeTextTools | null;
  readonly toolNames: ToolNames | null;
};

/** What every encoder would have to see to otherwise. Throws AppError `invalid_request` where a request says nothing (case 4). */
export function adaptRequest(
  request: CanonicalRequest,
  upstream: Protocol,
  target: Target,
  notes: Notes,
): AdaptedRequest {
  if (request.messages.every(({ parts }) => parts.length === 0))
    throw invalid("messages", "消息里没有任何内容。", "the messages say nothing.");
  const hinted = upstream.seesHints ? request : withoutHints(request, notes);
  const ordered = withResultsFirst(withoutBlankSystem(withoutVainChoice(withExactSeed(hinted, notes), notes)));
  const identified = withCallIds(ordered, upstream.longestCallId ?? Number.POSITIVE_INFINITY);
  const freeText = FreeTextTools.for(request, upstream.takesFreeTextTools?.(target) ?? false);
  const told = freeText?.apply(identified) ?? identified;
  const toolNames = ToolNames.for(told, upstream.toolNames);
  return { request: toolNames?.apply(told) ?? told, freeText, toolNames };
}

function withoutHints(request: CanonicalRequest, notes: Notes): CanonicalRequest {
  const { hints, ...others } = request;
  if (hints === undefined) return request;
  notes.dropAll(hints.map(({ path }) => path));
  return others;
}

/** Without a seed whose last digits were lost on the way in: it would be another one. Named. */
function withExactSeed(request: CanonicalRequest, notes: Notes): CanonicalRequest {
  const { seed } = request.sampling;
  if (seed === null || Math.abs(seed) <= Number.MAX_SAFE_INTEGER) return request;
  notes.drop("seed");
  return { ...request, sampling: { ...request.sampling, seed: null } };
}

/** Without the wish that one of no tools be called, which vendors refuse or pass over; named. */
function withoutVainChoice(request: CanonicalRequest, notes: Notes): CanonicalRequest {
  const { tools, toolChoice } = request;
  if (tools.length > 0 || toolChoice === null) return request;
  if (toolChoice.kind !== "none" && toolChoice.kind !== "auto") notes.drop("tool_choice");
  return { ...request, toolChoice: null };
}

/** Without system messages that say nothing, which some vendors refuse (case 4); the same request where there is none. */
function withoutBlankSystem(request: CanonicalRequest): CanonicalRequest {
  const says = (message: CanonicalRequest["messages"][number]) =>
    message.role !== "system" || message.parts.some(({ text }) => text.trim() !== "");
  return request.messages.every(says) ? request : { ...request, messages: request.messages.filter(says) };
}
