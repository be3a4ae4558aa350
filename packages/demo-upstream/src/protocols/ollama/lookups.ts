import { z } from "zod";
import { demoModels } from "../../scripts/catalogue.ts";
import { embeddingOf, usualDimensions } from "../../scripts/embedding.ts";
import { BadCall, type DemoRequest, type Lookup, type LookupReply } from "../protocol.ts";
import { readBody } from "../read-body.ts";
import { tokensOf } from "../tokens.ts";
import { ollamaManners } from "./manners.ts";
import { describedModels, describeModel, modelDetails, untagged } from "./names.ts";

const contextLength = 32_768;
const model = z.string({ error: "model is required" }).min(1, "model is required");
const showSchema = z.looseObject({ model: model.optional(), name: z.string().optional() });
const embedSchema = z.looseObject({
  model,
  input: z.union([z.string(), z.array(z.string())], "invalid input type"),
  dimensions: z.int().min(1).max(4096).nullish(),
});
const embeddingsSchema = z.looseObject({ model, prompt: z.string().optional() });

/** `/api/tags`, `/api/ps`, `/api/version`, `/api/show`, `/api/embed` and the older `/api/embeddings`. */
export const ollamaLookups: readonly Lookup[] = [
  at("GET", "/api/tags", () => ({ reply: () => JSON.stringify({ models: describedModels }) })),
  at("GET", "/api/version", () => ({ reply: () => '{"version":"0.40.0"}' })),
  at("GET", "/api/ps", () => ({
    reply: () => {
      const running = describedModels.slice(0, 1).map((described) => ({
        ...described,
        expires_at: "2100-01-01T00:00:00Z",
        size_vram: described.size,
        context_length: contextLength,
      }));
      return JSON.stringify({ models: running });
    },
  })),
  at("POST", "/api/show", ({ body }) => {
    const request = readBody(showSchema, body);
    const name = untagged(request.model ?? request.name ?? "");
    if (!demoModels.some((known) => known.name === name))
      throw new BadCall(`model '${name}' not found`, undefined, 404);
    return { reply: () => JSON.stringify(show(name)) };
  }),
  at("POST", "/api/embed", ({ body }) => {
    const request = readBody(embedSchema, body);
    const inputs = [request.input].flat();
    const embeddings = inputs.map((input) => embeddingOf(input, request.dimensions ?? usualDimensions));
    const count = inputs.reduce((sum, input) => sum + tokensOf(input), 0);
    const counts = { total_duration: 1_000_000, load_duration: 1_000_000, prompt_eval_count: count };
    return {
      model: untagged(request.model),
      reply: () => JSON.stringify({ model: request.model, embeddings, ...counts }),
    };
  }),
  at("POST", "/api/embeddings", ({ body }) => {
    const { model: name, prompt = "" } = readBody(embeddingsSchema, body);
    return {
      model: untagged(name),
      reply: () => JSON.stringify({ embedding: prompt === "" ? [] : embeddingOf(prompt) }),
    };
  }),
];

function at(wanted: string, path: string, read: (request: DemoRequest) => LookupReply): Lookup {
  return { ...ollamaManners, accepts: (method, pathname) => method === wanted && pathname === path, read };
}

function show(name: string) {
  return {
    license: "none",
    modelfile: `FROM ${name}`,
    parameters: "temperature 0.6",
    template: "{{ .Prompt }}",
    details: modelDetails,
    model_info: {
      "general.architecture": "demo",
      "general.parameter_count": 1_000_000,
      "demo.context_length": contextLength,
      "demo.embedding_length": usualDimensions,
    },
    capabilities: ["completion", "tools", "vision", "thinking", "embedding"],
    modified_at: describeModel(name).modified_at,
  };
}
