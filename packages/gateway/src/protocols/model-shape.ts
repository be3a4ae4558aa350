import type { Route } from "../canonical/protocol.ts";
import * as anthropic from "./anthropic-messages/models.ts";
import * as openai from "./openai-chat/models.ts";

/** How models are listed to a client: each vendor's clients read another shape at the same address. */
type ModelShape = {
  encodeModelList(models: readonly ListedModel[]): object;
  encodeModel(model: ListedModel): object;
};
type ListedModel = Parameters<typeof anthropic.encodeModel>[0] & Parameters<typeof openai.encodeModel>[0];

/** The shape that a client understands, by the headers that only its own kind sends (case 62). */
export function modelShapeFor(headers: Route["headers"]): ModelShape {
  if (headers["anthropic-version"] !== undefined || headers["x-api-key"] !== undefined) return anthropic;
  return openai;
}
