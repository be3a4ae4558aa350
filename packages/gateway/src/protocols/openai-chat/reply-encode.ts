import type { CanonicalChoice, CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { MediaPart, ReasoningPart, ToolCallPart } from "../../canonical/canonical-request.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import { carryInId } from "../../canonical/signature.ts";
import { encodeAnnotation } from "./annotations.ts";
import { encodeFinish } from "./finish.ts";
import { dataUrl } from "./part-encode.ts";
import { encodeDetail } from "./reasoning-details.ts";
import { encodeUsage } from "./usage.ts";

/** A complete answer (platform.openai.com/docs/api-reference/chat/object), under the name that the client asked for (case 61). */
export function encodeReply(reply: CanonicalReply, context: ReplyContext): Buffer {
  const { usesFunctions = false, reasoning } = context.request();
  const showsThoughts = reasoning?.showsThoughts !== false;
  const body = {
    id: replyId(reply.id, context.requestId),
    object: "chat.completion",
    created: Math.floor(context.createdAt / 1_000),
    model: context.model,
    choices: reply.choices.map((choice) => ({
      index: choice.index,
      message: encodeMessage(choice, context, usesFunctions, showsThoughts),
      logprobs: choice.logprobs === null ? null : { content: choice.logprobs, refusal: null },
      finish_reason: encodeFinish(choice.finish, usesFunctions),
    })),
    ...(reply.usage !== null && { usage: encodeUsage(reply.usage) }),
  };
  return Buffer.from(JSON.stringify(body));
}

/** An id that looks like one of this protocol; the upstream's where it does. */
export function replyId(id: string, requestId: string): string {
  return id.startsWith("chatcmpl") ? id : `chatcmpl-${requestId.replaceAll("-", "")}`;
}

function encodeMessage(
  { parts }: CanonicalChoice,
  context: ReplyContext,
  usesFunctions: boolean,
  showsThoughts: boolean,
): object {
  let content = "";
  let refusal = "";
  const thoughts: ReasoningPart[] = [];
  const annotations: object[] = [];
  const calls: ToolCallPart[] = [];
  const images: object[] = [];
  let audio: object | null = null;
  for (const part of parts) {
    switch (part.type) {
      case "text":
        for (const citation of part.citations ?? []) annotations.push(...encodeAnnotation(citation, content.length));
        content += part.text;
        break;
      case "refusal":
        refusal += part.text;
        break;
      case "reasoning":
        thoughts.push(part);
        break;
      case "tool-call":
        calls.push(part);
        break;
      case "audio":
        audio = encodeAudio(part, context);
        break;
      case "image":
      case "document":
        images.push(encodeImage(part));
        break;
      default:
        part satisfies never;
    }
  }
  const isSilent = calls.length > 0 || refusal !== "" || audio !== null;
  return {
    role: "assistant",
    content: content === "" && isSilent ? null : content,
    refusal: refusal === "" ? null : refusal,
    ...(showsThoughts && encodeThoughts(thoughts)),
    ...(annotations.length > 0 && { annotations }),
    ...(audio !== null && { audio }),
    ...(images.length > 0 && { images }),
    ...encodeCalls(calls, usesFunctions),
  };
}

function encodeThoughts(thoughts: readonly ReasoningPart[]): object {
  const text = thoughts.map((part) => part.text).join("");
  const details = thoughts.map(encodeDetail).filter((each) => each !== null);
  return { ...(text !== "" && { reasoning_content: text }), ...(details.length > 0 && { reasoning_details: details }) };
}

function encodeCalls(calls: readonly ToolCallPart[], usesFunctions: boolean): object {
  const [first] = calls;
  if (first === undefined) return {};
  if (usesFunctions) return { function_call: { name: first.name, arguments: first.arguments } };
  return {
    tool_calls: calls.map(({ id, name, arguments: text, isCustom, signature }) =>
      isCustom === true
        ? { id: carryInId(id, signature), type: "custom", custom: { name, input: text } }
        : { id: carryInId(id, signature), type: "function", function: { name, arguments: text } },
    ),
  };
}

export function encodeImage({ source }: MediaPart): object {
  return { type: "image_url", image_url: { url: source.kind === "url" ? source.url : dataUrl(source) } };
}

/** OpenAI keeps the sound of an answer for a while under an id; nobody keeps this one, so it expires at once. */
export function encodeAudio({ source, transcript }: MediaPart, { requestId, createdAt }: ReplyContext): object {
  return {
    id: `audio_${requestId.replaceAll("-", "")}`,
    data: source.kind === "base64" ? source.data : "",
    expires_at: Math.floor(createdAt / 1_000),
    transcript: transcript ?? "",
  };
}
