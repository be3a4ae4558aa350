import { anthropicLookups } from "./anthropic/lookups.ts";
import { anthropicManners } from "./anthropic/manners.ts";
import { anthropicMessages } from "./anthropic/messages.ts";
import { geminiProtocols } from "./gemini/generate.ts";
import { geminiLookups } from "./gemini/lookups.ts";
import { geminiManners } from "./gemini/manners.ts";
import { ollamaProtocols } from "./ollama/chat.ts";
import { ollamaLookups } from "./ollama/lookups.ts";
import { ollamaManners } from "./ollama/manners.ts";
import { openaiChat, openaiManners } from "./openai-chat/chat.ts";
import { openaiModels } from "./openai-chat/models.ts";
import { openaiCompletions } from "./openai-completions/completions.ts";
import { openaiEmbeddings } from "./openai-embeddings/embeddings.ts";
import { createResponses } from "./openai-responses/responses.ts";
import type { Lookup, Manners, Protocol } from "./protocol.ts";

/** All that a server answers; the first that accepts a request has it. */
export type Faces = { protocols: readonly Protocol[]; lookups: readonly Lookup[] };

/** The faces of one server, with a memory of their own. */
export function createFaces(): Faces {
  const responses = createResponses();
  return {
    protocols: [
      openaiChat,
      responses.protocol,
      openaiCompletions,
      anthropicMessages,
      ...geminiProtocols,
      ...ollamaProtocols,
    ],
    lookups: [
      ...anthropicLookups,
      ...geminiLookups,
      ...ollamaLookups,
      ...responses.lookups,
      openaiEmbeddings,
      openaiModels,
    ],
  };
}

/** How a path that nobody answers is refused. */
export function mannersFor(pathname: string): Manners {
  if (pathname.startsWith("/v1/messages")) return anthropicManners;
  if (pathname.startsWith("/api/")) return ollamaManners;
  if (pathname.startsWith("/v1beta/") || /^\/v1\/models\/[^/]+:/.test(pathname)) return geminiManners;
  return openaiManners;
}
