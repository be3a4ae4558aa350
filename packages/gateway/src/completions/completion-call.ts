import type { Call, UpstreamCall } from "../canonical/call.ts";
import { Notes } from "../canonical/notes.ts";
import type { Face, ModelNames } from "../canonical/protocol.ts";
import type { Target } from "../canonical/target.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { type FrameKind, OpenAiChatListener, STREAM_END } from "../protocols/openai-chat/listener.ts";
import { readReply } from "../protocols/openai-chat/response.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { constrain } from "../translation/constrain.ts";
import { contextOf, translated } from "../translation/prepare-call.ts";
import { encodeCompletion, encodeCompletionSign, encodeCompletionStream } from "./completion-encode.ts";
import { type DecodedCompletion, decodeCompletionCall } from "./completion-request.ts";

const words = { encodeReply: encodeCompletion, encodeStream: encodeCompletionStream };

/** The endpoint where clients have texts completed, OpenAI's older API: channels that speak it get the same bytes, others a chat (case 57). */
export const completionFace: Face = {
  id: "openai-completions",
  encodeError: openaiChat.encodeError,
  encodeRates: openaiChat.encodeRates,
  decodeCall: (body) => completionCall(decodeCompletionCall(body)),
  waiting: { sign: encodeCompletionSign, failure: openaiChat.waiting.failure },
};

function completionCall(decoded: DecodedCompletion): Call {
  const { model, isStream, outputLimit, choices, size, streamContentType } = decoded;
  return {
    model,
    isStream,
    outputLimit,
    choices,
    size,
    needs: isStream ? ["stream"] : [],
    opening: size.opening,
    streamContentType,
    prepare(target, occasion) {
      if (target.provider.dialectOf?.(target.upstreamModel).takesCompletions === true) return passed(decoded, target);
      const context = contextOf(decoded, occasion, decoded.canonical);
      return translated(words, decoded, protocolOf(target.provider.protocol), target, context, decoded.canonical());
    },
  };
}

/** The bytes pass; answers differ from those of a chat only in where their text stands. */
function passed(decoded: DecodedCompletion, target: Target): UpstreamCall {
  const names: ModelNames = { requested: decoded.model, upstream: target.upstreamModel };
  const notes = new Notes();
  const encoded = decoded.pass(target);
  const kind: FrameKind = {
    object: "text_completion",
    silence: { text: "", logprobs: null },
    isAllOutput: !decoded.echoes,
  };
  const listened = { choices: decoded.answers, wantsStreamUsage: decoded.wantsStreamUsage };
  return {
    ...encoded,
    body: constrain(encoded.body, openaiChat, target, notes),
    framing: openaiChat.framing,
    dropped: notes.dropped,
    clamped: notes.clamped,
    readReply(body) {
      const reply = readReply(body, names, !decoded.echoes);
      return reply !== null && decoded.isStream ? { ...reply, body: asStream(reply.body) } : reply;
    },
    readComplaint: (body) => openaiChat.readComplaint(body),
    listen: () => new OpenAiChatListener(listened, names, kind),
  };
}

/** A whole completion has the shape of a chunk: from a server that doesn't stream it is the only one. */
function asStream(body: Buffer): Buffer {
  return Buffer.from(`data: ${JSON.stringify(JSON.parse(body.toString("utf8")))}\n\n${STREAM_END}`);
}
