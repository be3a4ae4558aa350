/** What a list says of a model. */
type ListedModel = {
  readonly name: string;
  readonly createdAt: Date;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
};

/** GET /v1/models in Anthropic's shape (case 62): everything in one page. */
export function encodeModelList(models: readonly ListedModel[]): object {
  return {
    data: models.map(encodeModel),
    first_id: models.at(0)?.name ?? null,
    has_more: false,
    last_id: models.at(-1)?.name ?? null,
  };
}

/** One entry of it. */
export function encodeModel(model: ListedModel): object {
  return {
    type: "model",
    id: model.name,
    display_name: model.name,
    created_at: model.createdAt.toISOString(),
    max_input_tokens: model.contextTokens,
    max_tokens: model.maxOutputTokens,
  };
}
