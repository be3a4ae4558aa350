import type { AppError } from "@lyceum/domain";
import type { CanonicalReply, FinishReason } from "../canonical/canonical-reply.ts";
import type { AssistantPart } from "../canonical/canonical-request.ts";
import type { ReplyContext, StreamEncoder } from "../canonical/protocol.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import type { SignOfLife } from "../canonical/waiting.ts";
import { encodeStreamError } from "../protocols/openai-chat/errors.ts";
import { encodeFinish } from "../protocols/openai-chat/finish.ts";
import { STREAM_END } from "../protocols/openai-chat/listener.ts";
import { encodeUsage } from "../protocols/openai-chat/usage.ts";
import { chunk } from "../protocols/openai-chat/waiting.ts";

/** A chat's answer as a completion: its text and nothing else (platform.openai.com/docs/api-reference/completions/object). */
export function encodeCompletion({ choices, usage }: CanonicalReply, context: ReplyContext): Buffer {
  const body = {
    ...head(context),
    choices: choices.map(({ index, parts, finish }) => ({
      text: parts.map(textOf).join(""),
      index,
      logprobs: null,
      finish_reason: encodeFinish(finish, false),
    })),
    ...(usage !== null && { usage: encodeUsage(usage) }),
  };
  return Buffer.from(JSON.stringify(body));
}

function textOf(part: AssistantPart): string {
  return part.type === "text" || part.type === "refusal" ? part.text : "";
}

function head({ requestId, createdAt, model }: ReplyContext) {
  return {
    id: `cmpl-${requestId.replaceAll("-", "")}`,
    object: "text_completion",
    created: Math.floor(createdAt / 1_000),
    model,
  };
}

/** A chunk with an empty text: see waiting.ts of the chat. */
export function encodeCompletionSign(about: SignOfLife): string {
  const choice = { text: "", index: 0, logprobs: null, finish_reason: null };
  return chunk("text_completion", `cmpl-${about.requestId.replaceAll("-", "")}`, about, choice);
}

/** The same streamed; see StreamEncoder for what is held back. */
export function encodeCompletionStream(context: ReplyContext): StreamEncoder {
  const common = JSON.stringify(head(context)).slice(0, -1);
  const finishes = new Map<number, FinishReason>();
  let usage: Extract<ReplyEvent, { type: "usage" }>["usage"] = null;
  const frame = (members: string) => `data: ${common},${members}}\n\n`;
  const chunkOf = (index: number, text: string, finish: string | null) =>
    frame(`"choices":[${JSON.stringify({ text, index, logprobs: null, finish_reason: finish })}]`);
  return {
    encode(event) {
      if (event.type === "finish") finishes.set(event.choice, event.reason);
      else if (event.type === "usage") usage = event.usage;
      else if ((event.type === "text-delta" || event.type === "refusal-delta") && event.text !== "")
        return chunkOf(event.choice, event.text, null);
      return "";
    },
    end() {
      let text = "";
      for (const [index, reason] of [...finishes].toSorted(([one], [other]) => one - other))
        text += chunkOf(index, "", encodeFinish(reason, false));
      if (context.wantsStreamUsage && usage !== null)
        text += frame(`"choices":[],"usage":${JSON.stringify(encodeUsage(usage))}`);
      return text + STREAM_END;
    },
    error: (error: AppError, requestId) => encodeStreamError(error, requestId).toString("utf8"),
  };
}
