/** What a list says of a model. */
type ListedModel = {
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly string[];
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
};

const methods = ["generateContent", "streamGenerateContent", "countTokens"];
const embeddingMethods = ["embedContent", "batchEmbedContents", "countTokens"];

/** GET /v1beta/models in Gemini's shape (ai.google.dev/api/models, case 62): everything in one page. */
export function encodeModelList(models: readonly ListedModel[]): object {
  return { models: models.map(encodeModel) };
}

/** One entry of it. */
export function encodeModel(model: ListedModel): object {
  return {
    name: `models/${model.name}`,
    version: "1",
    displayName: model.name,
    description: model.description,
    ...(model.contextTokens !== null && { inputTokenLimit: model.contextTokens }),
    ...(model.maxOutputTokens !== null && { outputTokenLimit: model.maxOutputTokens }),
    supportedGenerationMethods: model.capabilities.includes("embedding") ? embeddingMethods : methods,
  };
}
