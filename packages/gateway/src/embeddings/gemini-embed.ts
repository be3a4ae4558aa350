import { normaliseUsage } from "@lyceum/domain";
import { z } from "zod";
import type { Route } from "../canonical/protocol.ts";
import { invalid, knownFields, readFields } from "../json/plain-fields.ts";
import { listOf, readWire, unknownMembers } from "../json/wire.ts";
import { encodeError, readComplaint } from "../protocols/gemini-generate/errors.ts";
import { encodeRates } from "../protocols/gemini-generate/rates.ts";
import { promptSize } from "../tokens/prompt-size.ts";
import type { DecodedEmbedding, EmbeddingFace, EmbeddingReply, EmbeddingRequest } from "./embedding.ts";
import { textsOf } from "./texts-of.ts";

const MOST_INPUTS = 100;
const readByModels = { texts: new Set(["content", "requests"]), json: new Set<string>() };
const known = knownFields(["content", "requests", "model"]);

const contentSchema = z.union([
  z.string().transform((text) => ({ parts: [{ text }] })),
  z.looseObject({ parts: listOf(z.looseObject({ text: z.string() }), 1) }),
]);
/** Google takes every name in camelCase and in snake_case. */
const requestSchema = z.looseObject({
  model: z.string().nullish(),
  content: contentSchema,
  taskType: z.string().nullish(),
  task_type: z.string().nullish(),
  title: z.string().nullish(),
  outputDimensionality: z.int().min(1).nullish(),
  output_dimensionality: z.int().min(1).nullish(),
});
const batchSchema = z.looseObject({ requests: listOf(requestSchema, 1, MOST_INPUTS) });
type WireRequest = z.infer<typeof requestSchema>;

const vector = z.looseObject({ values: z.array(z.number()) });
const replySchema = z.looseObject({
  embedding: vector.optional(),
  embeddings: z.array(vector).optional(),
  usageMetadata: z.looseObject({ promptTokenCount: z.number().optional() }).optional(),
});

const wire = {
  modelPath: null,
  readComplaint,
  encodeRequest(request: EmbeddingRequest, target: { readonly upstreamModel: string }) {
    const requests = textsOf(request).map((text) => ({
      model: `models/${target.upstreamModel}`,
      content: { parts: [{ text }] },
      ...(request.taskType !== null && { taskType: request.taskType }),
      ...(request.title !== null && { title: request.title }),
      ...(request.dimensions !== null && { outputDimensionality: request.dimensions }),
    }));
    return { path: pathOf(target.upstreamModel, "batchEmbedContents"), headers: [], body: jsonOf({ requests }) };
  },
  decodeReply(value: unknown): EmbeddingReply | null {
    const parsed = replySchema.safeParse(value);
    if (!parsed.success) return null;
    const { embedding, embeddings, usageMetadata } = parsed.data;
    const vectors = embeddings ?? (embedding === undefined ? null : [embedding]);
    if (vectors === null) return null;
    return {
      vectors: vectors.map(({ values }) => values),
      usage: usageMetadata === undefined ? null : normaliseUsage({ input: usageMetadata.promptTokenCount }),
      rawUsage: usageMetadata ?? null,
    };
  },
};

/** `models/M:embedContent` (Gemini API reference, Embeddings). */
export const geminiEmbed = {
  id: "gemini-embed",
  encodeError,
  encodeRates,
  wire,
  decode(body, route) {
    const { object } = readFields(body, known);
    const value: unknown = JSON.parse(body.toString("utf8"));
    const request = readWire(requestSchema, value);
    return {
      ...decoded(route, [request], promptSize(body, object, readByModels)),
      pass: (target) => ({
        path: pathOf(target.upstreamModel, "embedContent"),
        headers: [],
        body: jsonOf(renamed(value, target.upstreamModel)),
      }),
      encodeReply: ({ vectors, usage }) => jsonOf({ embedding: { values: vectors[0] ?? [] }, ...usageOf(usage) }),
    };
  },
} satisfies EmbeddingFace;

/** `models/M:batchEmbedContents`. */
export const geminiBatchEmbed = {
  ...geminiEmbed,
  id: "gemini-batch-embed",
  decode(body, route) {
    const { object } = readFields(body, known);
    const value = JSON.parse(body.toString("utf8")) as { readonly requests?: readonly unknown[] };
    const { requests } = readWire(batchSchema, value);
    return {
      ...decoded(route, requests, promptSize(body, object, readByModels)),
      pass: (target) => ({
        path: pathOf(target.upstreamModel, "batchEmbedContents"),
        headers: [],
        body: jsonOf({ ...value, requests: value.requests?.map((each) => renamed(each, target.upstreamModel)) }),
      }),
      encodeReply: ({ vectors, usage }) =>
        jsonOf({ embeddings: vectors.map((values) => ({ values })), ...usageOf(usage) }),
    };
  },
} satisfies EmbeddingFace;

function decoded(
  { captures: [name = ""] }: Route,
  requests: readonly WireRequest[],
  size: DecodedEmbedding["size"],
): Pick<DecodedEmbedding, "model" | "size" | "canonical"> {
  const model = name.replace(/^models\//, "");
  return {
    model,
    size,
    canonical: () => ({
      model,
      inputs: requests.map(({ content }) => content.parts.map(({ text }) => text).join("\n")),
      dimensions: dimensionsOf(requests),
      // No other vendor has a word for either: one of them is enough for it to be named.
      taskType: requests.map((each) => each.taskType ?? each.task_type).find((each) => each != null) ?? null,
      title: requests.find((each) => each.title != null)?.title ?? null,
      unmapped: [...new Set(requests.flatMap((each) => unknownMembers(requestSchema, each)))],
    }),
  };
}

/** Throws `invalid_request` where the requests of a batch want vectors of several lengths: others give one length a call. */
function dimensionsOf(requests: readonly WireRequest[]): number | null {
  const wanted = new Set(requests.map((each) => each.outputDimensionality ?? each.output_dimensionality ?? null));
  if (wanted.size > 1)
    throw invalid(
      "requests.outputDimensionality",
      "这个模型的上游一次只给一种长度的向量，各条请求的 outputDimensionality 必须相同。",
      "the upstream of this model gives vectors of one length a call: outputDimensionality must be the same in all requests.",
    );
  return [...wanted][0] ?? null;
}

/** Each request of a batch repeats the model's name. */
function renamed(request: unknown, upstreamModel: string): unknown {
  if (typeof request !== "object" || request === null || !("model" in request)) return request;
  return { ...request, model: `models/${upstreamModel}` };
}

function usageOf(usage: EmbeddingReply["usage"]): object {
  return usage === null ? {} : { usageMetadata: { promptTokenCount: usage.input, totalTokenCount: usage.input } };
}

function pathOf(model: string, verb: string): string {
  return `/models/${encodeURI(model)}:${verb}`;
}

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
