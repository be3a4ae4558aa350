import type { Protocol } from "../../canonical/protocol.ts";
import { passReply } from "../../translation/pass-reply.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { encodeError, readComplaint } from "./errors.ts";
import { encodeRates } from "./rates.ts";
import { decodeCall, decodeQuestion } from "./request.ts";
import { encodeQuestion, encodeRequest } from "./request-encode.ts";
import { decodeReply, encodeReply } from "./response.ts";
import { decodeStream, encodeStream, STREAM_END } from "./stream.ts";
import { isRecord } from "./wire.ts";

/** Anthropic messages. */
export const anthropicMessages = {
  id: "anthropic-messages",
  encodeError,
  encodeRates,
  decodeCall,
  passReply: (body, names) => passReply(body, names, decodeReply, ["model"]),
  passStream: (call, names, context) =>
    new PassingListener({ decodeStream, encodeStream }, call, names, context, [["message", "model"]], STREAM_END),
  readComplaint,
  framing: "sse",
  toolNames: { maximum: 64, pattern: /^[a-zA-Z0-9_-]+$/ },
  needsBytes: () => false,
  parameterPaths: {
    temperature: ["temperature"],
    top_p: ["top_p"],
    top_k: ["top_k"],
    max_tokens: ["max_tokens"],
  },
  encodeRequest,
  decodeReply,
  encodeReply,
  decodeStream,
  encodeStream,
  counting: {
    decodeQuestion,
    encodeAnswer: (inputTokens) => Buffer.from(JSON.stringify({ input_tokens: inputTokens })),
    encodeQuestion,
    decodeAnswer: (value) => (isRecord(value) && typeof value.input_tokens === "number" ? value.input_tokens : null),
  },
} satisfies Protocol;
