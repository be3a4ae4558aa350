import type { Protocol } from "../../canonical/protocol.ts";
import { passReply } from "../../translation/pass-reply.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { encodeError, readComplaint } from "./errors.ts";
import { encodeRates } from "./rates.ts";
import { decodeCall, encodeRequest } from "./request.ts";
import { chatShape, decodeReply, encodeReply, MODEL_PATH } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";
import { waitingAs } from "./waiting.ts";

/** Ollama's own API, /api/chat. */
export const ollamaChat = {
  id: "ollama-chat",
  encodeError,
  encodeRates,
  decodeCall,
  waiting: waitingAs(chatShape),
  encodeReply: (reply, context) => encodeReply(reply, context),
  encodeStream: (context) => encodeStream(context),
  framing: "lines",
  toolNames: null,
  needsBytes: ({ url }) => /^https?:/i.test(url),
  parameterPaths: {
    temperature: ["options", "temperature"],
    top_p: ["options", "top_p"],
    top_k: ["options", "top_k"],
    min_p: ["options", "min_p"],
    frequency_penalty: ["options", "frequency_penalty"],
    presence_penalty: ["options", "presence_penalty"],
    repetition_penalty: ["options", "repeat_penalty"],
    seed: ["options", "seed"],
    max_tokens: ["options", "num_predict"],
  },
  encodeRequest,
  decodeReply,
  decodeStream,
  readComplaint,
  passReply: (body, names) => passReply(body, names, decodeReply, MODEL_PATH),
  passStream: (call, names, context) =>
    new PassingListener(
      { decodeStream, encodeStream: (each) => encodeStream(each) },
      call,
      names,
      context,
      [MODEL_PATH],
      "",
    ),
} satisfies Protocol;
