import type { Protocol } from "../../canonical/protocol.ts";
import { counting } from "./counting.ts";
import { encodeError, readComplaint } from "./errors.ts";
import { isFetchedByGoogle } from "./media.ts";
import { passStream } from "./passing.ts";
import { encodeRates } from "./rates.ts";
import { decodeCall } from "./request.ts";
import { encodeRequest } from "./request-encode.ts";
import { decodeReply, encodeReply, passReply } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";
import { waiting } from "./waiting.ts";

/** Gemini generateContent. */
export const geminiGenerate = {
  id: "gemini-generate",
  encodeError,
  encodeRates,
  decodeCall,
  waiting,
  passReply,
  passStream,
  readComplaint,
  framing: "sse",
  toolNames: { maximum: 64, pattern: /^[a-zA-Z_][a-zA-Z0-9_.-]*$/ },
  needsBytes: ({ url }) => !isFetchedByGoogle(url),
  parameterPaths: {
    temperature: ["generationConfig", "temperature"],
    top_p: ["generationConfig", "topP"],
    top_k: ["generationConfig", "topK"],
    frequency_penalty: ["generationConfig", "frequencyPenalty"],
    presence_penalty: ["generationConfig", "presencePenalty"],
    seed: ["generationConfig", "seed"],
    max_tokens: ["generationConfig", "maxOutputTokens"],
    n: ["generationConfig", "candidateCount"],
  },
  encodeRequest,
  decodeReply,
  encodeReply,
  decodeStream,
  encodeStream,
  counting,
} satisfies Protocol;
