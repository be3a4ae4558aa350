import { z } from "zod";
import { demoModels } from "../../scripts/catalogue.ts";
import { embeddingOf, usualDimensions } from "../../scripts/embedding.ts";
import { BadCall, type DemoRequest, type Lookup, type LookupReply } from "../protocol.ts";
import { check, demand, parseJson } from "../read-body.ts";
import { camelKeys } from "./keys.ts";
import { geminiManners } from "./manners.ts";
import { decodeBody, readPath } from "./request.ts";
import { content, mostOutputTokens } from "./schema.ts";

const countSchema = z.union([
  z.strictObject({ generateContentRequest: z.looseObject({ model: z.string() }) }),
  z.strictObject({ contents: z.array(z.unknown()), model: z.string().optional() }),
]);
const embedSchema = z.strictObject({
  model: z.string().optional(),
  content,
  taskType: z.string().optional(),
  title: z.string().optional(),
  outputDimensionality: z.int().min(1).max(3072).optional(),
});
const batchSchema = z.strictObject({
  requests: z
    .array(embedSchema.extend({ model: z.string() }))
    .min(1)
    .max(100),
});

/** `:countTokens`, `:embedContent` and `:batchEmbedContents`. */
const modelMethods: Lookup = {
  ...geminiManners,
  accepts: (method, pathname) => method === "POST" && readPath(pathname) !== undefined,
  read({ path, body }: DemoRequest): LookupReply {
    const { model, method } = readPath(path) ?? { model: "", method: "" };
    const value = camelKeys(parseJson(body));
    switch (method) {
      case "countTokens": {
        const read = check(countSchema, value);
        const { inputTokens } = decodeBody("contents" in read ? read : read.generateContentRequest, model, false);
        const promptTokensDetails = [{ modality: "TEXT", tokenCount: inputTokens }];
        return { model, reply: () => JSON.stringify({ totalTokens: inputTokens, promptTokensDetails }) };
      }
      case "embedContent": {
        const embedding = embed(check(embedSchema, value));
        return { model, reply: () => JSON.stringify({ embedding }) };
      }
      case "batchEmbedContents": {
        const { requests } = check(batchSchema, value);
        const isOther = requests.some((request) => request.model !== `models/${model}`);
        demand(!isOther, "model in each request must match the model of the batch", "requests");
        return { model, reply: () => JSON.stringify({ embeddings: requests.map(embed) }) };
      }
      default:
        throw new BadCall(`There is no method ${method}.`, undefined, 404);
    }
  },
};

function embed({ content: { parts }, outputDimensionality = usualDimensions }: z.infer<typeof embedSchema>) {
  return { values: embeddingOf(parts.map(({ text = "" }) => text).join(""), outputDimensionality) };
}

const listPattern = /^\/(v1|v1beta|v1alpha)\/models(?:\/([^/:]+))?$/;
const pageSchema = z.object({
  pageSize: z.coerce.number().int().min(1).max(1000).default(50),
  pageToken: z.coerce.number().int().min(0).default(0),
});

/** The lists: always below `/v1beta`; below `/v1`, which others share, for clients that show a key as Google's do. */
const models: Lookup = {
  ...geminiManners,
  accepts(method, pathname, { headers, path }) {
    const match = method === "GET" ? listPattern.exec(pathname) : null;
    if (!match) return false;
    return match[1] !== "v1" || headers["x-goog-api-key"] !== undefined || /[?&]key=/.test(path);
  },
  read({ path }) {
    const { pathname, searchParams } = new URL(path, "http://localhost");
    const wanted = listPattern.exec(pathname)?.[2];
    if (wanted === undefined) return { reply: () => JSON.stringify(listPage(searchParams), null, 2) };
    const found = demoModels.find(({ name }) => name === decodeURIComponent(wanted));
    if (!found) throw new BadCall(`Model is not found: models/${wanted}`, undefined, 404);
    return { reply: () => JSON.stringify(encodeModel(found.name, found.description), null, 2) };
  },
};

function listPage(searchParams: URLSearchParams) {
  const { pageSize, pageToken } = check(pageSchema, camelKeys(Object.fromEntries(searchParams)));
  const end = pageToken + pageSize;
  return {
    models: demoModels.slice(pageToken, end).map(({ name, description }) => encodeModel(name, description)),
    ...(end < demoModels.length && { nextPageToken: String(end) }),
  };
}

function encodeModel(name: string, description: string) {
  return {
    name: `models/${name}`,
    baseModelId: name,
    version: "1",
    displayName: name,
    description,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: mostOutputTokens,
    supportedGenerationMethods: ["generateContent", "countTokens", "embedContent"],
    temperature: 1,
    maxTemperature: 2,
    thinking: true,
  };
}

export const geminiLookups: readonly Lookup[] = [modelMethods, models];
