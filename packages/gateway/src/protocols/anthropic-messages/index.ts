import type { Protocol } from "../../canonical/protocol.ts";
import { isRecord } from "../../json/is-record.ts";
import { encodeError, readComplaint } from "./errors.ts";
import { AnthropicListener } from "./listener.ts";
import { encodeRates } from "./rates.ts";
import { decodeCall, decodeQuestion } from "./request.ts";
import { encodeQuestion, encodeRequest } from "./request-encode.ts";
import { decodeReply, encodeReply, readReply } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";
import { waiting } from "./waiting.ts";

/** Anthropic messages. */
export const anthropicMessages = {
  id: "anthropic-messages",
  requestIdHeader: "request-id",
  encodeError,
  encodeRates,
  decodeCall,
  waiting,
  passReply: readReply,
  passStream: (call, names, context) => new AnthropicListener(call, names, context),
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
