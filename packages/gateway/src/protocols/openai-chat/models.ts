import type { ModelConfig } from "@lyceum/db/gateway-config";

/** GET /v1/models in OpenAI's shape. */
export function encodeModelList(models: readonly ModelConfig[]): object {
  return { object: "list", data: models.map(encodeModel) };
}

/** One entry of it. */
export function encodeModel(model: ModelConfig): object {
  return {
    id: model.name,
    object: "model",
    created: Math.floor(model.createdAt.getTime() / 1_000),
    owned_by: model.vendor || "lyceum",
  };
}
