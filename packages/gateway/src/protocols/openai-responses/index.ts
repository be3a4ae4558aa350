import type { Protocol } from "../../canonical/protocol.ts";
import { encodeRates } from "../openai-chat/rates.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeError, readComplaint } from "./errors.ts";
import { passReply, ResponsesListener } from "./passing.ts";
import { decodeCall } from "./request.ts";
import { decodeReply, encodeReply } from "./response.ts";
import { ResponsesEncoder } from "./stream.ts";
import { ResponsesDecoder } from "./stream-decode.ts";
import { waiting } from "./waiting.ts";

/** OpenAI responses. */
export const openaiResponses = {
  id: "openai-responses",
  encodeError,
  encodeRates,
  decodeCall,
  waiting,
  encodeReply,
  encodeStream: (context) => new ResponsesEncoder(context, context.echo?.() ?? {}),
  framing: "sse",
  takesFreeTextTools: () => true,
  seesHints: true,
  // Longer ones are refused as `string_above_max_length`.
  longestCallId: 64,
  toolNames: { maximum: 64, pattern: /^[a-zA-Z0-9_-]+$/ },
  needsBytes: () => false,
  parameterPaths: {
    temperature: ["temperature"],
    top_p: ["top_p"],
    top_k: ["top_k"],
    min_p: ["min_p"],
    frequency_penalty: ["frequency_penalty"],
    presence_penalty: ["presence_penalty"],
    repetition_penalty: ["repetition_penalty"],
    seed: ["seed"],
    max_tokens: ["max_output_tokens"],
  },
  encodeRequest,
  decodeReply,
  decodeStream: (emit) => new ResponsesDecoder(emit),
  readComplaint,
  passReply,
  passStream: (call, names, context) => new ResponsesListener(call, names, context),
} satisfies Protocol;
