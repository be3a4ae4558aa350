import type { CanonicalChoice, CanonicalReply } from "../../canonical/canonical-reply.ts";
import { Fold } from "../../canonical/fold.ts";
import type { ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { UpstreamComplaint, WholeReply } from "../../canonical/reply.ts";
import { editJson } from "../../json/edit-json.ts";
import { findPath } from "../../json/find-path.ts";
import { passReply as passWhole } from "../../translation/pass-reply.ts";
import { encodeCitation } from "./citations.ts";
import { encodeFinish } from "./finish.ts";
import { encodeLogprobs } from "./logprobs.ts";
import { PartWriter } from "./reply-parts.ts";
import { ReplyReader } from "./stream-decode.ts";
import { encodeUsage } from "./usage.ts";

/** Where responses say which model answered. */
export const MODEL_PATH = ["modelVersion"];

/** A whole GenerateContentResponse: a stream of one piece. Null: it is none. */
export function decodeReply(value: unknown): CanonicalReply | null {
  const folding = new Fold();
  const failures: UpstreamComplaint[] = [];
  const reader = new ReplyReader((event) => {
    if (event.type === "error") failures.push(event.complaint);
    else folding.add(event);
  });
  reader.read(value);
  reader.end();
  const reply = folding.reply();
  return failures.length > 0 || reply.choices.length === 0 ? null : reply;
}

export function encodeReply(reply: CanonicalReply, context: ReplyContext): Buffer {
  return Buffer.from(
    JSON.stringify({
      candidates: reply.choices.map((choice) => encodeCandidate(choice, context)),
      ...(reply.usage !== null && { usageMetadata: encodeUsage(reply.usage) }),
      modelVersion: context.model,
      responseId: reply.id || context.requestId,
    }),
  );
}

/** Same protocol on both sides: the bytes pass but for the name, which Google spells with a version that no client asked for. */
export function passReply(body: Buffer, names: ModelNames): WholeReply | null {
  const same = { requested: names.requested, upstream: names.requested };
  const reply = passWhole(body, same, decodeReply, MODEL_PATH);
  if (reply === null || findPath(reply.body, MODEL_PATH) === null) return reply;
  return { ...reply, body: editJson(reply.body, [{ path: MODEL_PATH, json: JSON.stringify(names.requested) }]) };
}

function encodeCandidate({ index, parts, finish, logprobs }: CanonicalChoice, context: ReplyContext): object {
  const writer = new PartWriter(context.request().hidesThoughts !== true);
  const written = [...parts.map((part) => writer.part(part)), writer.rest()].filter((part) => part !== null);
  const citations: object[] = [];
  let before = 0;
  for (const part of parts) {
    if (part.type !== "text") continue;
    for (const citation of part.citations ?? []) citations.push(encodeCitation(citation, part.text, before));
    before += Buffer.byteLength(part.text);
  }
  return {
    ...contentOf(written, finish === "content-filter"),
    finishReason: encodeFinish(finish),
    index,
    ...(citations.length > 0 && { citationMetadata: { citationSources: citations } }),
    ...(logprobs !== null && { logprobsResult: encodeLogprobs(logprobs) }),
  };
}

/** The content of a candidate. What was withheld has none; else there is always a text, because clients read one without looking. */
export function contentOf(parts: readonly object[], isWithheld: boolean): object {
  if (parts.length === 0 && isWithheld) return {};
  return { content: { parts: parts.length === 0 ? [{ text: "" }] : parts, role: "model" } };
}
