import type { Protocol } from "../canonical/protocol.ts";
import type { ProtocolId } from "../canonical/signature.ts";
import { anthropicMessages } from "./anthropic-messages/index.ts";
import { geminiGenerate } from "./gemini-generate/index.ts";
import { ollamaChat } from "./ollama-chat/index.ts";
import { openaiChat } from "./openai-chat/index.ts";
import { openaiResponses } from "./openai-responses/index.ts";

const protocols: Readonly<Record<ProtocolId, Protocol>> = {
  "openai-chat": openaiChat,
  "anthropic-messages": anthropicMessages,
  "gemini-generate": geminiGenerate,
  "ollama-chat": ollamaChat,
  "openai-responses": openaiResponses,
};

/** The adapter of a protocol. */
export function protocolOf(id: ProtocolId): Protocol {
  return protocols[id];
}
