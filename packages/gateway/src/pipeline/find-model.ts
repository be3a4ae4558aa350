const LATEST = ":latest";

/**
 * A model by its public name. A name without a tag and the same with `:latest` mean one model to Ollama's clients, which add the tag or leave it
 * out as they like: where no model bears the very name the other spelling finds it, and never a third.
 */
export function findModel<Model>(name: string, models: ReadonlyMap<string, Model>): Model | undefined {
  return models.get(name) ?? models.get(name.endsWith(LATEST) ? name.slice(0, -LATEST.length) : name + LATEST);
}
