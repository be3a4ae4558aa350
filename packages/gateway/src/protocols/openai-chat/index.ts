import type { Protocol } from "../../canonical/protocol.ts";
import { encodeError } from "./errors.ts";
import { OpenAiChatListener } from "./listener.ts";
import { encodeRates } from "./rates.ts";
import { decodeReply } from "./reply-decode.ts";
import { encodeReply } from "./reply-encode.ts";
import { decodeCall } from "./request.ts";
import { encodeRequest } from "./request-encode.ts";
import { readComplaint, readReply } from "./response.ts";
import { decodeStream } from "./stream.ts";
import { encodeStream } from "./stream-encode.ts";
import { waiting } from "./waiting.ts";

/** OpenAI chat completions. */
export const openaiChat = {
  id: "openai-chat",
  encodeError,
  encodeRates,
  decodeCall,
  waiting,
  passReply: (body, names) => readReply(body, names),
  passStream: (call, names) => new OpenAiChatListener(call, names),
  readComplaint,
  framing: "sse",
  takesFreeTextTools: ({ provider, upstreamModel }) => provider.dialectOf?.(upstreamModel).takesCustomTools ?? false,
  seesHints: true,
  // OpenAI's own ids are shorter: it refuses longer ones as `string_above_max_length`.
  longestCallId: 40,
  toolNames: { maximum: 64, pattern: /^[a-zA-Z0-9_-]+$/ },
  // Chat has a field for the address of an image, and for nothing else's.
  needsBytes: ({ type }) => type !== "image",
  parameterPaths: {
    temperature: ["temperature"],
    top_p: ["top_p"],
    top_k: ["top_k"],
    min_p: ["min_p"],
    frequency_penalty: ["frequency_penalty"],
    presence_penalty: ["presence_penalty"],
    repetition_penalty: ["repetition_penalty"],
    seed: ["seed"],
    max_tokens: ["max_tokens"],
    n: ["n"],
  },
  encodeRequest,
  decodeReply,
  encodeReply,
  decodeStream,
  encodeStream,
} satisfies Protocol;
