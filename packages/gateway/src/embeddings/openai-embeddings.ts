import { normaliseUsage } from "@lyceum/domain";
import { z } from "zod";
import { editJson } from "../json/edit-json.ts";
import { knownFields, readFields } from "../json/plain-fields.ts";
import { listOf, readWire, unknownMembers } from "../json/wire.ts";
import { encodeError } from "../protocols/openai-chat/errors.ts";
import { encodeRates } from "../protocols/openai-chat/rates.ts";
import { readComplaint } from "../protocols/openai-chat/response.ts";
import { promptSize } from "../tokens/prompt-size.ts";
import type { EmbeddingFace, EmbeddingReply, EmbeddingRequest } from "./embedding.ts";
import { fromBase64, toBase64 } from "./vector-base64.ts";

const MOST_INPUTS = 2_048;
const PATH = "/embeddings";
const known = knownFields(
  ["model", "input", "encoding_format", "user"],
  ["models", "provider", "service_tier", "route"],
);
const readByModels = { texts: new Set(["input"]), json: new Set<string>() };

/** In one look: there may be millions. */
const tokenIds = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.every((each) => Number.isSafeInteger(each) && each >= 0),
  "expected a list of token numbers",
);
const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), listOf(z.string(), 1, MOST_INPUTS), tokenIds, listOf(tokenIds, 1, MOST_INPUTS)]),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).max(100_000).nullish(),
  user: z.string().nullish(),
});
type WireRequest = z.infer<typeof requestSchema>;

const replySchema = z.looseObject({
  data: z.array(
    z.looseObject({ index: z.int().min(0).optional(), embedding: z.union([z.array(z.number()), z.string()]) }),
  ),
  usage: z.unknown().optional(),
});

/** POST /v1/embeddings (OpenAI API reference, Embeddings): as clients ask, and as channels of OpenAI's kind are asked. */
export const openaiEmbeddings = {
  id: "openai-embeddings",
  encodeError,
  encodeRates,
  wire: {
    modelPath: ["model"],
    readComplaint,
    encodeRequest(request, target, notes) {
      if (request.taskType !== null) notes.drop("taskType");
      if (request.title !== null) notes.drop("title");
      const [first] = request.inputs;
      const body = {
        model: target.upstreamModel,
        input: request.inputs.length === 1 ? first : request.inputs,
        encoding_format: "float",
        ...(request.dimensions !== null && { dimensions: request.dimensions }),
      };
      return { path: PATH, headers: [], body: Buffer.from(JSON.stringify(body)) };
    },
    decodeReply,
  },
  decode(body) {
    const { object } = readFields(body, known);
    const request = readWire(requestSchema, JSON.parse(body.toString("utf8")));
    return {
      model: request.model,
      size: sizeOf(request, promptSize(body, object, readByModels)),
      canonical: () => canonical(request),
      pass: (target) => ({
        path: PATH,
        headers: [],
        body: editJson(body, [
          ...(target.upstreamModel === request.model
            ? []
            : [{ path: ["model"], json: JSON.stringify(target.upstreamModel) }]),
          ...(request.user == null ? [] : [{ path: ["user"], json: JSON.stringify(target.userPseudonym) }]),
        ]),
      }),
      encodeReply: (reply, inputTokens) => encodeReply(request, reply, inputTokens),
    };
  },
} satisfies EmbeddingFace;

/** Ids of tokens are tokens; texts are estimated. */
function sizeOf({ input }: WireRequest, estimated: { textTokens: number; images: number }) {
  if (typeof input === "string" || typeof input[0] === "string") return { textTokens: estimated.textTokens, images: 0 };
  return { textTokens: input.flat().length, images: 0 };
}

function canonical(request: WireRequest): EmbeddingRequest {
  const { input } = request;
  return {
    model: request.model,
    inputs: inputsOf(input),
    dimensions: request.dimensions ?? null,
    taskType: null,
    title: null,
    unmapped: [...unknownMembers(requestSchema, request), ...(request.user == null ? [] : ["user"])],
  };
}

function inputsOf(input: WireRequest["input"]): EmbeddingRequest["inputs"] {
  if (typeof input === "string") return [input];
  const [first] = input;
  if (typeof first === "number") return [input.flatMap((each) => (typeof each === "number" ? [each] : []))];
  return input.flatMap((each) => (typeof each === "number" ? [] : [each]));
}

function encodeReply(request: WireRequest, { vectors, usage }: EmbeddingReply, inputTokens: number): Buffer {
  const tokens = usage?.input ?? inputTokens;
  return Buffer.from(
    JSON.stringify({
      object: "list",
      data: vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: request.encoding_format === "base64" ? toBase64(vector) : vector,
      })),
      model: request.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
  );
}

function decodeReply(value: unknown): EmbeddingReply | null {
  const parsed = replySchema.safeParse(value);
  if (!parsed.success) return null;
  const { data, usage: rawUsage } = parsed.data;
  const ordered = data
    .map((each, place) => ({ ...each, index: each.index ?? place }))
    .toSorted((one, other) => one.index - other.index);
  const usage = z.looseObject({ prompt_tokens: z.number().optional() }).safeParse(rawUsage);
  return {
    vectors: ordered.map(({ embedding }) => (typeof embedding === "string" ? fromBase64(embedding) : embedding)),
    usage: usage.success ? normaliseUsage({ input: usage.data.prompt_tokens }) : null,
    rawUsage: rawUsage ?? null,
  };
}
