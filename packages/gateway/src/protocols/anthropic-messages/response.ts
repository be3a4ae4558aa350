import { randomUUID } from "node:crypto";
import { formatRequestId } from "@lyceum/domain";
import type { z } from "zod";
import type { CanonicalReply, FinishReason } from "../../canonical/canonical-reply.ts";
import type { AssistantPart, Citation, MediaPart } from "../../canonical/canonical-request.ts";
import type { ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { WholeReply } from "../../canonical/reply.ts";
import { carryInId, encodeSignature, type Signature } from "../../canonical/signature.ts";
import { editJson } from "../../json/edit-json.ts";
import { findPath } from "../../json/find-path.ts";
import { isRecord } from "../../json/is-record.ts";
import { passReply } from "../../translation/pass-reply.ts";
import { ANSWER_TOOL } from "./answer-tool.ts";
import { decodeCitation, encodeCitation } from "./citations.ts";
import { inputOf } from "./tool-json.ts";
import { encodeUsage, readUsage } from "./usage.ts";
import { replySchema } from "./wire.ts";

/** Anthropic's reasons in our words (case 36); what is unknown ended of itself. */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "content-filter",
};

/** A call that is itself the answer (`isAnswered`) leaves nothing to wait for, unless one of the client's tools is called too. */
export function finishReason(stopReason: string | null, hasCalls: boolean, isAnswered: boolean): FinishReason {
  const reason = reasons[stopReason ?? ""] ?? (stopReason === null && hasCalls ? "tool-calls" : "stop");
  return reason === "tool-calls" && isAnswered && !hasCalls ? "stop" : reason;
}

/** The reverse. Some upstreams say `stop` behind a call: a client must know that it is its turn. */
export function stopReason(reason: FinishReason, stopSequence: string | null, hasCalls: boolean): string {
  switch (reason) {
    case "stop":
      if (hasCalls) return "tool_use";
      return stopSequence === null ? "end_turn" : "stop_sequence";
    case "length":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "content-filter":
      return "refusal";
    default:
      return reason satisfies never;
  }
}

/** A complete message; null: that is none. */
export function decodeReply(value: unknown): CanonicalReply | null {
  const parsed = replySchema.safeParse(value);
  if (!parsed.success || (parsed.data.type === undefined && parsed.data.role !== "assistant")) return null;
  const { id, stop_reason, stop_sequence, usage } = parsed.data;
  const content = blocksOf(parsed.data.content);
  const parts = content.flatMap((block, index) => partOf(block, id ?? "", index));
  const hasCalls = parts.some(isCall);
  const isAnswered = content.some(({ name }) => name === ANSWER_TOOL);
  const finish = finishReason(stop_reason ?? null, hasCalls, isAnswered);
  const choice = { index: 0, parts, finish, stopSequence: stop_sequence ?? null, logprobs: null };
  return { id: id ?? "", choices: [choice], usage: readUsage(usage), rawUsage: usage ?? null };
}

/** A message that passes as it is. Clients' libraries insist on `usage`: where a compatible server leaves it out, what we counted stands there. */
export function readReply(body: Buffer, names: ModelNames, context: ReplyContext): WholeReply | null {
  const reply = passReply(body, names, decodeReply, ["model"]);
  if (reply === null || findPath(reply.body, ["usage"]) !== null) return reply;
  const usage = { input_tokens: context.inputTokens, output_tokens: reply.facts.estimatedOutputTokens };
  return { ...reply, body: editJson(reply.body, [{ path: ["usage"], json: JSON.stringify(usage) }]) };
}

/** Blocks of server tools have no counterpart: nobody who needs a translation could have asked for them. */
function partOf(block: Readonly<Record<string, unknown>>, id: string, index: number): AssistantPart[] {
  switch (block.type) {
    case "text": {
      const citations = Array.isArray(block.citations) ? block.citations.filter(isRecord).map(decodeCitation) : [];
      return [{ type: "text", text: textIn(block.text), ...(citations.length > 0 && { citations }) }];
    }
    case "thinking":
      return [{ type: "reasoning", text: textIn(block.thinking), signature: signatureIn(block.signature) }];
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: signatureIn(block.data), isRedacted: true }];
    case "tool_use":
      if (block.name === ANSWER_TOOL) return [{ type: "text", text: argumentsIn(block.input) }];
      return [
        {
          type: "tool-call",
          id: textIn(block.id) || madeCallId(id, index),
          name: textIn(block.name),
          arguments: argumentsIn(block.input),
        },
      ];
    default:
      return [];
  }
}

/** Servers that are merely compatible answer with a text, or with nothing where there is none. */
function blocksOf(content: z.infer<typeof replySchema>["content"]): readonly Readonly<Record<string, unknown>>[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content ?? [];
}

/** A call's arguments as JSON text; some servers send them as that. */
export function argumentsIn(input: unknown): string {
  if (typeof input === "string" && input !== "") return input;
  return isRecord(input) ? JSON.stringify(input) : "{}";
}

/** For a call that came without an id: results refer to it by one, and by another in every turn. */
export function madeCallId(messageId: string, index: number): string {
  return `toolu_${(messageId || randomUUID()).replace(/[^a-zA-Z0-9]/g, "")}_${index}`;
}

export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function signatureIn(value: unknown): Signature | null {
  return typeof value === "string" && value !== "" ? { protocol: "anthropic-messages", value } : null;
}

/** A complete message for a client. */
export function encodeReply(reply: CanonicalReply, context: ReplyContext): Buffer {
  const choice = reply.choices.at(0);
  const parts = choice?.parts ?? [];
  const isRefused = parts.some((part) => part.type === "refusal");
  const finish = isRefused ? "content-filter" : (choice?.finish ?? "stop");
  const body = {
    id: messageId(reply.id, context),
    type: "message",
    role: "assistant",
    model: context.model,
    content: withoutLooseProof(parts).map((part, index) => blockOf(part, index, context)),
    stop_reason: stopReason(finish, choice?.stopSequence ?? null, parts.some(isCall)),
    stop_sequence: choice?.stopSequence ?? null,
    usage: encodeUsage(reply.usage, context.inputTokens),
  };
  return Buffer.from(JSON.stringify(body));
}

/**
 * Without thoughts behind the answer that are nothing but a proof. Gemini signs its last text so and does without it later, but clients take the
 * last block for the result: Claude Code's would be empty.
 */
export function withoutLooseProof(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const isLoose = (part: AssistantPart) => part.type === "reasoning" && part.text === "" && part.isRedacted !== true;
  const last = parts.findLastIndex((part) => !isLoose(part));
  return last < 0 ? parts : parts.slice(0, last + 1);
}

/** The upstream's id where it is of Anthropic's form. */
export function messageId(id: string, { requestId }: ReplyContext): string {
  return id.startsWith("msg_") ? id : formatRequestId(requestId).replace(/^req_/, "msg_");
}

function isCall(part: AssistantPart): boolean {
  return part.type === "tool-call";
}

function blockOf(part: AssistantPart, index: number, context: ReplyContext): object {
  switch (part.type) {
    case "text":
      return textBlock(part.text, part.citations);
    case "refusal":
      return textBlock(part.text);
    case "reasoning":
      return thoughtBlock(part.text, part.signature, part.isRedacted === true);
    case "tool-call":
      return {
        type: "tool_use",
        id: callId(part.id, part.signature, index, context),
        name: part.name,
        input: inputOf(part),
      };
    case "image":
    case "document":
    case "audio":
      return textBlock(mediaText(part));
    default:
      return part satisfies never;
  }
}

function textBlock(text: string, citations: readonly Citation[] = []): object {
  return { type: "text", text, ...(citations.length > 0 && { citations: citations.map(encodeCitation) }) };
}

/** A thought; opaque ones go by their proof alone. Anthropic's clients insist on a signature, be it empty. */
export function thoughtBlock(text: string, signature: Signature | null, isRedacted: boolean): object {
  const proof = signature === null ? "" : encodeSignature(signature, "anthropic-messages");
  return isRedacted
    ? { type: "redacted_thinking", data: proof }
    : { type: "thinking", thinking: text, signature: proof };
}

/** A call's id, with its signature in it; made up where the upstream gave none, because results refer to it. */
export function callId(
  id: string,
  signature: Signature | null | undefined,
  index: number,
  { requestId }: ReplyContext,
): string {
  const own = id === "" ? `${formatRequestId(requestId).replace(/^req_/, "toolu_")}_${index}` : id;
  return carryInId(own, signature);
}

/** Media that a model made: Anthropic's answers hold none, Markdown shows pictures. */
export function mediaText({ type, source, transcript }: MediaPart): string {
  const url = source.kind === "url" ? source.url : `data:${source.mediaType};base64,${source.data}`;
  return type === "image" ? `![image](${url})` : `${transcript ?? ""}[${type}](${url})`;
}
