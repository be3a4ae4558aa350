import type { ProtocolId } from "../canonical/signature.ts";
import type { EmbeddingWire } from "./embedding.ts";
import { geminiEmbed } from "./gemini-embed.ts";
import { ollamaEmbed } from "./ollama-embed.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";

const wires: Readonly<Partial<Record<ProtocolId, EmbeddingWire>>> = {
  "openai-chat": openaiEmbeddings.wire,
  "openai-responses": openaiEmbeddings.wire,
  "gemini-generate": geminiEmbed.wire,
  "ollama-chat": ollamaEmbed.wire,
};

/** How channels of a protocol are asked for vectors; null: they make none. */
export function wireOf(protocol: ProtocolId): EmbeddingWire | null {
  return wires[protocol] ?? null;
}
