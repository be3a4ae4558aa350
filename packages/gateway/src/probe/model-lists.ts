import { z } from "zod";
import type { ProtocolId } from "../canonical/signature.ts";

/** A model as an upstream lists it; `owner`: what servers of OpenAI's shape say of who serves it. */
export type UpstreamModel = { readonly name: string; readonly owner: string | null };

/** How servers of a protocol are asked for their models. */
export type ModelList = {
  /** Where it stands on the vendor's own server. */
  readonly address: string;
  /** What asks for as many as one page holds. */
  readonly query: string;
  /** Names and values in turn, beside the credential. */
  readonly headers: readonly string[];
  /** Null: that is no list of models in this shape. */
  read(value: unknown): UpstreamModel[] | null;
  /** Another shape that servers of this protocol list in, too; it tells nothing of the protocol where that is to be found out. */
  alsoReads?(value: unknown): UpstreamModel[] | null;
};

const openaiShape = z.looseObject({
  object: z.literal("list").optional(),
  data: z.array(z.looseObject({ id: z.string(), object: z.string().optional(), owned_by: z.unknown() })),
});
const anthropicShape = z.looseObject({
  data: z.array(z.looseObject({ type: z.literal("model"), id: z.string() })),
  has_more: z.boolean(),
});
const geminiShape = z.looseObject({ models: z.array(z.looseObject({ name: z.string().startsWith("models/") })) });
// llama.cpp answers at the same address with empty digests, to please editors.
const ollamaShape = z.looseObject({ models: z.array(z.looseObject({ name: z.string(), digest: z.string().min(1) })) });

const openaiList: ModelList = {
  address: "/v1/models",
  query: "",
  headers: [],
  read(value) {
    // Anthropic's list has ids too.
    if (anthropicShape.safeParse(value).success) return null;
    const list = openaiShape.safeParse(value).data?.data;
    return (
      list?.map(({ id, owned_by }) => ({ name: id, owner: typeof owned_by === "string" ? owned_by : null })) ?? null
    );
  },
};

export const modelLists: Readonly<Record<ProtocolId, ModelList>> = {
  "openai-chat": openaiList,
  "openai-responses": openaiList,
  "anthropic-messages": {
    address: "/v1/models",
    query: "?limit=1000",
    headers: ["anthropic-version", "2023-06-01"],
    read: (value) => anthropicShape.safeParse(value).data?.data.map(({ id }) => ({ name: id, owner: null })) ?? null,
    // llama.cpp, vLLM and others speak both protocols, and have one list at the address of both.
    alsoReads: openaiList.read,
  },
  "gemini-generate": {
    address: "/v1beta/models",
    query: "?pageSize=1000",
    headers: [],
    read: (value) =>
      geminiShape
        .safeParse(value)
        .data?.models.map(({ name }) => ({ name: name.slice("models/".length), owner: null })) ?? null,
  },
  "ollama-chat": {
    address: "/api/tags",
    query: "",
    headers: [],
    read: (value) =>
      ollamaShape.safeParse(value).data?.models.map(({ name }) => ({ name: untagged(name), owner: null })) ?? null,
  },
};

/** A name without a tag means the tag "latest", and is what people write. */
function untagged(name: string): string {
  return name.replace(/:latest$/, "");
}
