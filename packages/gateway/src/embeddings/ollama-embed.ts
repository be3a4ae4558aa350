import { normaliseUsage } from "@lyceum/domain";
import { z } from "zod";
import type { Notes } from "../canonical/notes.ts";
import { editJson } from "../json/edit-json.ts";
import { knownFields, readFields } from "../json/plain-fields.ts";
import { listOf, readWire, unknownMembers } from "../json/wire.ts";
import { encodeError, readComplaint } from "../protocols/ollama-chat/errors.ts";
import { encodeRates } from "../protocols/ollama-chat/rates.ts";
import { promptSize } from "../tokens/prompt-size.ts";
import type { EmbeddingFace, EmbeddingReply, EmbeddingRequest } from "./embedding.ts";
import { textsOf } from "./texts-of.ts";

const MOST_INPUTS = 2_048;
const known = knownFields(["model", "input", "prompt"]);
const readByModels = { texts: new Set(["input", "prompt"]), json: new Set<string>() };

const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), listOf(z.string(), 1, MOST_INPUTS)]),
  dimensions: z.int().min(1).nullish(),
});
const singleSchema = z.looseObject({ model: z.string().min(1), prompt: z.string() });
const replySchema = z.looseObject({
  embeddings: z.array(z.array(z.number())).optional(),
  embedding: z.array(z.number()).optional(),
  prompt_eval_count: z.number().optional(),
});

const wire = {
  modelPath: ["model"],
  readComplaint,
  encodeRequest(request: EmbeddingRequest, target: { readonly upstreamModel: string }, notes: Notes) {
    if (request.taskType !== null) notes.drop("taskType");
    if (request.title !== null) notes.drop("title");
    const body = {
      model: target.upstreamModel,
      input: textsOf(request),
      ...(request.dimensions !== null && { dimensions: request.dimensions }),
    };
    return { path: "/embed", headers: [], body: Buffer.from(JSON.stringify(body)) };
  },
  decodeReply(value: unknown): EmbeddingReply | null {
    const parsed = replySchema.safeParse(value);
    if (!parsed.success) return null;
    const { embeddings, embedding, prompt_eval_count: input } = parsed.data;
    const vectors = embeddings ?? (embedding === undefined ? null : [embedding]);
    if (vectors === null) return null;
    const rawUsage = input === undefined ? null : { prompt_eval_count: input };
    return { vectors, usage: input === undefined ? null : normaliseUsage({ input }), rawUsage };
  },
};

/** POST /api/embed (Ollama API, Generate embeddings). */
export const ollamaEmbed = {
  id: "ollama-embed",
  encodeError,
  encodeRates,
  wire,
  decode(body) {
    const { object } = readFields(body, known);
    const startedAt = performance.now();
    const request = readWire(requestSchema, JSON.parse(body.toString("utf8")));
    return {
      model: request.model,
      size: { ...promptSize(body, object, readByModels), images: 0 },
      canonical: () => ({
        ...plain,
        model: request.model,
        inputs: typeof request.input === "string" ? [request.input] : request.input,
        dimensions: request.dimensions ?? null,
        unmapped: unknownMembers(requestSchema, request),
      }),
      pass: (target) => ({ path: "/embed", headers: [], body: withModel(body, target.upstreamModel) }),
      encodeReply({ vectors, usage }, inputTokens) {
        // In nanoseconds, by our clock: nothing was loaded that we know of.
        const total_duration = Math.round((performance.now() - startedAt) * 1e6);
        const counts = { total_duration, load_duration: 0, prompt_eval_count: usage?.input ?? inputTokens };
        return Buffer.from(JSON.stringify({ model: request.model, embeddings: vectors, ...counts }));
      },
    };
  },
} satisfies EmbeddingFace;

/** POST /api/embeddings: the older one, of a single text. */
export const ollamaEmbeddings = {
  ...ollamaEmbed,
  id: "ollama-embeddings",
  decode(body) {
    const { object } = readFields(body, known);
    const request = readWire(singleSchema, JSON.parse(body.toString("utf8")));
    return {
      model: request.model,
      size: { ...promptSize(body, object, readByModels), images: 0 },
      canonical: () => ({
        ...plain,
        model: request.model,
        inputs: [request.prompt],
        dimensions: null,
        unmapped: unknownMembers(singleSchema, request),
      }),
      pass: (target) => ({ path: "/embeddings", headers: [], body: withModel(body, target.upstreamModel) }),
      encodeReply: ({ vectors }) => Buffer.from(JSON.stringify({ embedding: vectors[0] ?? [] })),
    };
  },
} satisfies EmbeddingFace;

const plain = { taskType: null, title: null };

function withModel(body: Buffer, upstreamModel: string): Buffer {
  return editJson(body, [{ path: ["model"], json: JSON.stringify(upstreamModel) }]);
}
