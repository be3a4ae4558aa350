/** What a list says of a model. */
type ListedModel = { readonly name: string; readonly vendor: string; readonly createdAt: Date };

/** GET /v1/models in OpenAI's shape. */
export function encodeModelList(models: readonly ListedModel[]): object {
  return { object: "list", data: models.map(encodeModel) };
}

/** One entry of it. */
export function encodeModel(model: ListedModel): object {
  return {
    id: model.name,
    object: "model",
    created: Math.floor(model.createdAt.getTime() / 1_000),
    owned_by: model.vendor || "lyceum",
  };
}
