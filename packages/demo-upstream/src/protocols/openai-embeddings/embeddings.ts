import { z } from "zod";
import { embeddingOf, usualDimensions } from "../../scripts/embedding.ts";
import { openaiManners } from "../openai-chat/chat.ts";
import { listPrompts } from "../openai-completions/request.ts";
import type { Lookup } from "../protocol.ts";
import { readBody } from "../read-body.ts";
import { tokensOf } from "../tokens.ts";

const maxInputs = 2048;
const text = z.string().min(1, "input cannot be an empty string");
const tokenIds = z.array(z.int().min(0)).min(1);

const bodySchema = z.object({
  model: z.string(),
  input: z.union([
    text,
    z.array(text).min(1).max(maxInputs),
    tokenIds.max(maxInputs),
    z.array(tokenIds).min(1).max(maxInputs),
  ]),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).max(4096).nullish(),
});

/** `POST /v1/embeddings`. Fields of other vendors are ignored. */
export const openaiEmbeddings: Lookup = {
  ...openaiManners,
  accepts: (method, pathname) => method === "POST" && pathname === "/v1/embeddings",
  read({ body }) {
    const request = readBody(bodySchema, body);
    const inputs = listPrompts(request.input);
    const isBase64 = request.encoding_format === "base64";
    const data = inputs.map((input, index) => {
      const vector = embeddingOf(input, request.dimensions ?? usualDimensions);
      return { object: "embedding", index, embedding: isBase64 ? toBase64(vector) : vector };
    });
    const count = inputs.reduce((sum, input) => sum + (typeof input === "string" ? tokensOf(input) : input.length), 0);
    const usage = { prompt_tokens: count, total_tokens: count };
    return {
      model: request.model,
      reply: () => JSON.stringify({ object: "list", data, model: request.model, usage }),
    };
  },
};

/** Numbers of 32 bits, little end first. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString("base64");
}
