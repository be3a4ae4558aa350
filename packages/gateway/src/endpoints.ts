import { AppError } from "@lyceum/domain";
import type { ErrorFace, Face } from "./canonical/protocol.ts";
import { completionFace } from "./completions/completion-call.ts";
import { embeddingFace } from "./embeddings/embedding-call.ts";
import { geminiBatchEmbed, geminiEmbed } from "./embeddings/gemini-embed.ts";
import { openaiEmbeddings } from "./embeddings/openai-embeddings.ts";
import type { Endpoint } from "./endpoint.ts";
import { ollamaEndpoints } from "./endpoints-ollama.ts";
import { nearMiss } from "./near-miss.ts";
import { answerJson } from "./pipeline/answer-json.ts";
import { authenticate } from "./pipeline/authenticate.ts";
import { listModels } from "./pipeline/choose-model.ts";
import { countTokens } from "./pipeline/count-tokens.ts";
import type { GatewayRequest } from "./pipeline/gateway-request.ts";
import { handle, type OpenCall } from "./pipeline/handle.ts";
import { requireConfig } from "./pipeline/require-config.ts";
import { cancelResponse, deleteResponse, getResponse, listInputItems } from "./pipeline/response-endpoints.ts";
import { openResponse } from "./pipeline/stored-responses.ts";
import { anthropicMessages } from "./protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "./protocols/gemini-generate/index.ts";
import { plainModelName } from "./protocols/gemini-generate/request.ts";
import { modelShapeFor } from "./protocols/model-shape.ts";
import { ollamaChat } from "./protocols/ollama-chat/index.ts";
import { openaiChat } from "./protocols/openai-chat/index.ts";
import { openaiResponses } from "./protocols/openai-responses/index.ts";
import { chatFace } from "./translation/prepare-call.ts";

const endpoints: readonly Endpoint[] = [
  // The busiest first.
  modelCall(/^\/v1\/chat\/completions$/, chatFace(openaiChat)),
  ...ollamaEndpoints,
  modelCall(/^\/v1\/completions$/, completionFace),
  modelCall(/^\/v1\/messages$/, chatFace(anthropicMessages)),
  {
    method: "POST",
    path: /^\/v1\/messages\/count_tokens$/,
    face: anthropicMessages,
    answer: (request, route, deps) => countTokens(anthropicMessages, request, route, deps),
  },
  modelCall(/^\/v1\/responses$/, chatFace(openaiResponses), openResponse),
  { method: "GET", path: /^\/v1\/responses\/([^/]+)$/, face: openaiResponses, answer: getResponse },
  { method: "DELETE", path: /^\/v1\/responses\/([^/]+)$/, face: openaiResponses, answer: deleteResponse },
  { method: "GET", path: /^\/v1\/responses\/([^/]+)\/input_items$/, face: openaiResponses, answer: listInputItems },
  { method: "POST", path: /^\/v1\/responses\/([^/]+)\/cancel$/, face: openaiResponses, answer: cancelResponse },
  modelCall(/^\/v1\/embeddings$/, embeddingFace(openaiEmbeddings)),
  modelCall(
    /^\/v1(?:beta)?\/models\/(?:models\/)?(.+)(?::|%3[aA])(generateContent|streamGenerateContent)$/,
    chatFace(geminiGenerate),
  ),
  modelCall(/^\/v1(?:beta)?\/models\/(?:models\/)?(.+)(?::|%3[aA])embedContent$/, embeddingFace(geminiEmbed)),
  modelCall(
    /^\/v1(?:beta)?\/models\/(?:models\/)?(.+)(?::|%3[aA])batchEmbedContents$/,
    embeddingFace(geminiBatchEmbed),
  ),
  {
    method: "POST",
    path: /^\/v1(?:beta)?\/models\/(?:models\/)?(.+)(?::|%3[aA])countTokens$/,
    face: geminiGenerate,
    answer: (request, route, deps) => countTokens(geminiGenerate, request, route, deps),
  },
  {
    method: "GET",
    path: /^\/v1(?:beta)?\/models$/,
    face: openaiChat,
    faceFor: (request) => modelShapeOf(request).face,
    async answer(request, _route, deps) {
      const caller = await authenticate(request, deps, true);
      const models = listModels(caller, requireConfig(deps), deps.health);
      return answerJson(request, modelShapeOf(request).encodeModelList(models));
    },
  },
  {
    method: "GET",
    path: /^\/v1(?:beta)?\/models\/(.+)$/,
    face: openaiChat,
    faceFor: (request) => modelShapeOf(request).face,
    async answer(request, { captures: [name = ""] }, deps) {
      const caller = await authenticate(request, deps, true);
      const models = listModels(caller, requireConfig(deps), deps.health);
      const found = models.find((each) => each.name === name || each.name === plainModelName(name));
      if (found !== undefined) return answerJson(request, modelShapeOf(request).encodeModel(found));
      throw new AppError("model_not_found", { parameters: { model: name.slice(0, 200), param: "model" } });
    },
  },
];

function modelShapeOf({ path, query, headers }: GatewayRequest) {
  return modelShapeFor(path, { query: new URLSearchParams(query), headers });
}

function modelCall(path: RegExp, face: Face, open?: OpenCall): Endpoint {
  return {
    method: "POST",
    path,
    face,
    answer: (request, route, deps, relays) => handle(face, request, route, deps, relays, open),
  };
}

const NONE: readonly string[] = [];

export type FoundEndpoint = { readonly endpoint: Endpoint; readonly captures: readonly string[] };

/** The endpoint at an address. `face` tells errors there even where there is no such endpoint, or it takes another method (`allowed`). */
export function findEndpoint(
  method: string,
  path: string,
): FoundEndpoint | { readonly face: ErrorFace; readonly allowed: string | null } {
  // node:http leaves out the body of an answer to HEAD.
  const wanted = method === "HEAD" ? "GET" : method;
  let allowed: string | null = null;
  let face: ErrorFace | null = null;
  for (const endpoint of endpoints) {
    const match = endpoint.path.exec(path);
    if (match === null) continue;
    if (endpoint.method === wanted)
      return { endpoint, captures: match.length === 1 ? NONE : match.slice(1).map((each) => decodedName(each ?? "")) };
    allowed = allowed === null ? endpoint.method : `${allowed}, ${endpoint.method}`;
    face ??= endpoint.face;
  }
  return { face: face ?? nearMiss(path)?.face ?? faceOfPath(path), allowed };
}

/** In whose words an address that leads nowhere is refused. */
function faceOfPath(path: string): ErrorFace {
  if (path.startsWith("/api/")) return ollamaChat;
  if (/^\/v1beta(?:\/|$)|:(?:stream)?[gG]enerateContent$/.test(path)) return geminiGenerate;
  return /^\/v1\/messages\//.test(path) ? anthropicMessages : openaiChat;
}

/** A model's name may hold slashes and escapes; one that can't be decoded is nobody's name. */
function decodedName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
