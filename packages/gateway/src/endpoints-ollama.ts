import { AppError } from "@lyceum/domain";
import { z } from "zod";
import type { Face } from "./canonical/protocol.ts";
import { embeddingFace } from "./embeddings/embedding-call.ts";
import { ollamaEmbed, ollamaEmbeddings } from "./embeddings/ollama-embed.ts";
import type { Endpoint } from "./endpoint.ts";
import { parseJson } from "./json/parse-json.ts";
import { invalid, knownFields, readFields } from "./json/plain-fields.ts";
import { readWire } from "./json/wire.ts";
import { answerJson } from "./pipeline/answer-json.ts";
import { authenticate } from "./pipeline/authenticate.ts";
import { chooseModel, listModels } from "./pipeline/choose-model.ts";
import { findModel } from "./pipeline/find-model.ts";
import type { GatewayRequest } from "./pipeline/gateway-request.ts";
import { handle } from "./pipeline/handle.ts";
import { readJsonBody } from "./pipeline/read-call.ts";
import { requireConfig } from "./pipeline/require-config.ts";
import { LoadRequested } from "./protocols/ollama-chat/fields.ts";
import { ollamaGenerate } from "./protocols/ollama-chat/generate.ts";
import { ollamaChat } from "./protocols/ollama-chat/index.ts";
import { encodeLoad } from "./protocols/ollama-chat/load.ts";
import { encodeRunning, encodeShow, encodeTags, encodeVersion } from "./protocols/ollama-chat/models.ts";
import { chatShape, generateShape, type Shape } from "./protocols/ollama-chat/response.ts";
import { chatFace } from "./translation/prepare-call.ts";

/** Some clients put /api behind an address that ends in it already. */
const at = (names: string) => new RegExp(`^(?:/api)?/api/(?:${names})$`);
/** `name` is what `model` was called before. */
const showFields = knownFields(["model", "name"]);
const showSchema = z.looseObject({ model: z.string().optional(), name: z.string().optional() });

/** Ollama's own API. */
export const ollamaEndpoints: readonly Endpoint[] = [
  modelCall(at("chat"), chatFace(ollamaChat), chatShape),
  modelCall(at("generate"), { ...chatFace(ollamaGenerate), id: "ollama-generate" }, generateShape),
  embeddingCall(at("embed"), embeddingFace(ollamaEmbed)),
  embeddingCall(at("embeddings"), embeddingFace(ollamaEmbeddings)),
  {
    method: "GET",
    path: at("tags"),
    face: ollamaChat,
    async answer(request, _route, deps) {
      const caller = await authenticate(request, deps, true);
      return answerJson(request, encodeTags(listModels(caller, requireConfig(deps), deps.health)));
    },
  },
  {
    method: "POST",
    path: at("show"),
    face: ollamaChat,
    async answer(request, _route, deps) {
      const config = requireConfig(deps);
      const caller = await authenticate(request, deps, true);
      const body = await readJsonBody(asJson(request), config.settings.maxBodyBytes);
      readFields(body, showFields);
      const wire = readWire(showSchema, parseJson(body.toString("utf8")));
      const name = wire.model || wire.name || "";
      const listed = new Map(listModels(caller, config, deps.health).map((model) => [model.name, model]));
      const found = findModel(name, listed);
      if (found === undefined)
        throw new AppError("model_not_found", { parameters: { model: name.slice(0, 200), param: "model" } });
      return answerJson(request, encodeShow(found));
    },
  },
  {
    method: "GET",
    path: at("ps"),
    face: ollamaChat,
    async answer(request, _route, deps) {
      await authenticate(request, deps, true);
      return answerJson(request, encodeRunning());
    },
  },
  {
    method: "GET",
    path: at("version"),
    face: ollamaChat,
    // Apps look for a server by it before they are told a key; it tells nothing of anybody.
    answer: (request) => Promise.resolve(answerJson(request, encodeVersion())),
  },
  ...(["POST", "DELETE"] as const).map(unmanaged),
];

function modelCall(path: RegExp, face: Face, shape: Shape): Endpoint {
  return {
    method: "POST",
    path,
    face,
    async answer(request, route, deps, relays) {
      try {
        return await handle(face, asJson(request), route, deps, relays);
      } catch (thrown) {
        if (!(thrown instanceof LoadRequested)) throw thrown;
        // Nothing is to be loaded here, and nothing is charged; the key and the model are checked as for a call.
        chooseModel(thrown.model, await authenticate(request, deps, true), requireConfig(deps), deps.health);
        return answerJson(request, encodeLoad(thrown, shape));
      }
    },
  };
}

/** Models are managed in the console: whoever asks for it here is told so, in the words of this protocol. */
function unmanaged(method: "POST" | "DELETE"): Endpoint {
  return {
    method,
    path: at("pull|push|create|copy|delete"),
    face: ollamaChat,
    answer() {
      throw invalid(
        "model",
        "这里的模型由管理员在控制台管理，不能下载、上传、创建、复制或删除；可用的模型见 /api/tags。",
        "models are managed by administrators in the console and can't be pulled, pushed, created, copied or deleted; /api/tags lists those you may use.",
      );
    },
  };
}

/** Ollama reads bodies as JSON whatever they say they are, and its documentation shows curl lines that say nothing of it. */
function asJson(request: GatewayRequest): GatewayRequest {
  return { ...request, headers: { ...request.headers, "content-type": "application/json" } };
}

function embeddingCall(path: RegExp, face: Face): Endpoint {
  return {
    method: "POST",
    path,
    face,
    answer: (request, route, deps, relays) => handle(face, asJson(request), route, deps, relays),
  };
}
