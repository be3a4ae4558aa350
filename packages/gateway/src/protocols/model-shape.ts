import type { ErrorFace, Route } from "../canonical/protocol.ts";
import { anthropicMessages } from "./anthropic-messages/index.ts";
import * as anthropic from "./anthropic-messages/models.ts";
import { geminiGenerate } from "./gemini-generate/index.ts";
import * as gemini from "./gemini-generate/models.ts";
import { openaiChat } from "./openai-chat/index.ts";
import * as openai from "./openai-chat/models.ts";

/** How models are listed to a client: each vendor's clients read another shape at the same address, and errors in its words. */
type ModelShape = {
  readonly face: ErrorFace;
  encodeModelList(models: readonly ListedModel[]): object;
  encodeModel(model: ListedModel): object;
};
type ListedModel = Parameters<typeof anthropic.encodeModel>[0] &
  Parameters<typeof gemini.encodeModel>[0] &
  Parameters<typeof openai.encodeModel>[0];

const openaiShape: ModelShape = { face: openaiChat, ...openai };
const anthropicShape: ModelShape = { face: anthropicMessages, ...anthropic };
const geminiShape: ModelShape = { face: geminiGenerate, ...gemini };

/** The shape that a client understands, by its address or by what only its own kind sends: headers, and the key within the query (case 62). */
export function modelShapeFor(path: string, { headers, query }: Pick<Route, "headers" | "query">): ModelShape {
  if (path.startsWith("/v1beta/")) return geminiShape;
  if (headers["anthropic-version"] !== undefined) return anthropicShape;
  return headers["x-goog-api-key"] !== undefined || query.has("key") ? geminiShape : openaiShape;
}
