import type { Protocol } from "../../canonical/protocol.ts";
import { encodeError, encodeStreamError } from "./errors.ts";
import { encodeRates } from "./rates.ts";
import { decodeCall } from "./request.ts";
import { readComplaint, readReply } from "./response.ts";
import { OpenAiChatListener } from "./stream.ts";

/** OpenAI chat completions. */
export const openaiChat = {
  id: "openai-chat",
  upstreamPath: "/chat/completions",
  streamContentType: "text/event-stream; charset=utf-8",
  streamEnd: Buffer.from("data: [DONE]\n\n"),
  decodeCall,
  readReply,
  readComplaint,
  listen: (call, names) => new OpenAiChatListener(call, names),
  encodeRates,
  encodeError,
  encodeStreamError,
} satisfies Protocol;
