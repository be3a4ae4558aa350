import { anthropicLookups } from "./anthropic/lookups.ts";
import { anthropicManners } from "./anthropic/manners.ts";
import { anthropicMessages } from "./anthropic/messages.ts";
import { openaiChat, openaiManners } from "./openai-chat/chat.ts";
import { openaiModels } from "./openai-chat/models.ts";
import type { Lookup, Manners, Protocol } from "./protocol.ts";

/** All that a server answers; the first that accepts a request has it. */
export type Faces = { protocols: readonly Protocol[]; lookups: readonly Lookup[] };

/** The faces of one server, with a memory of their own. */
export function createFaces(): Faces {
  return { protocols: [openaiChat, anthropicMessages], lookups: [...anthropicLookups, openaiModels] };
}

/** How a path that nobody answers is refused. */
export function mannersFor(pathname: string): Manners {
  return pathname.startsWith("/v1/messages") ? anthropicManners : openaiManners;
}
