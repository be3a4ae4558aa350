import type { ErrorFace, Route } from "../canonical/protocol.ts";
import { anthropicMessages } from "./anthropic-messages/index.ts";
import * as anthropic from "./anthropic-messages/models.ts";
import { openaiChat } from "./openai-chat/index.ts";
import * as openai from "./openai-chat/models.ts";

/** How models are listed to a client: each vendor's clients read another shape at the same address, and errors in its words. */
type ModelShape = {
  readonly face: ErrorFace;
  encodeModelList(models: readonly ListedModel[]): object;
  encodeModel(model: ListedModel): object;
};
type ListedModel = Parameters<typeof anthropic.encodeModel>[0] & Parameters<typeof openai.encodeModel>[0];

/** The shape that a client understands, by the headers that only its own kind sends (case 62). */
export function modelShapeFor(headers: Route["headers"]): ModelShape {
  const isAnthropic = headers["anthropic-version"] !== undefined || headers["x-api-key"] !== undefined;
  return isAnthropic ? { face: anthropicMessages, ...anthropic } : { face: openaiChat, ...openai };
}
