import { AppError, formatRequestId, toAppError } from "@lyceum/domain";
import { authenticate } from "./pipeline/authenticate.ts";
import { listModels } from "./pipeline/choose-model.ts";
import type { Deps } from "./pipeline/deps.ts";
import { encodeFailure } from "./pipeline/encode-failure.ts";
import { ClientGone, type GatewayReply, type GatewayRequest } from "./pipeline/gateway-request.ts";
import { handle } from "./pipeline/handle.ts";
import { answerHealth, answerReadiness } from "./pipeline/health.ts";
import { requireConfig } from "./pipeline/require-config.ts";
import type { StreamRelay } from "./pipeline/stream-relay.ts";
import { openaiChat } from "./protocols/openai-chat/index.ts";
import { encodeModel, encodeModelList } from "./protocols/openai-chat/models.ts";
import { RunningList } from "./running-list.ts";

export type Gateway = {
  /** Answers a request. Rejects with ClientGone if nobody waits for an answer, else never. */
  handle(request: GatewayRequest): Promise<GatewayReply>;
  /** How many calls and streams are open. */
  readonly open: number;
  /** Ends the streams that still run, as `cut`. */
  cutStreams(): void;
};

/** The gateway of one worker. */
export function createGateway(deps: Deps): Gateway {
  const relays = new RunningList<StreamRelay>();
  let calls = 0;
  return {
    async handle(request) {
      calls++;
      try {
        return await answer(request, deps, relays);
      } catch (thrown) {
        if (thrown instanceof ClientGone) throw thrown;
        const error = toAppError(thrown);
        if (error.code === "internal") deps.log("error", "a request failed", { requestId: request.id, error: thrown });
        else if (error.cause !== undefined || error.detail !== undefined) {
          deps.log("warn", "a request was refused", {
            requestId: request.id,
            code: error.code,
            detail: error.detail,
            error: error.cause,
          });
        }
        return encodeFailure(error, request.id, openaiChat);
      } finally {
        calls--;
      }
    },
    get open() {
      return calls + relays.size;
    },
    cutStreams() {
      for (const relay of relays.all()) relay.cut();
    },
  };
}

async function answer(request: GatewayRequest, deps: Deps, relays: RunningList<StreamRelay>): Promise<GatewayReply> {
  const { path, method } = request;
  if (path === "/v1/chat/completions") {
    allow(method, "POST");
    return handle(openaiChat, request, deps, relays);
  }
  if (path === "/healthz") return answerHealth();
  if (path === "/readyz") return answerReadiness(deps);
  const model = /^\/v1\/models(?:\/(.+))?$/.exec(path);
  if (model === null) throw notFound(path);
  allow(method, "GET");
  const caller = await authenticate(request.headers, deps, true);
  const models = listModels(caller, requireConfig(deps));
  if (model[1] === undefined) return json(request, encodeModelList(models));
  const name = decodedName(model[1]);
  const found = models.find((each) => each.name === name);
  if (found === undefined)
    throw new AppError("model_not_found", { parameters: { model: name.slice(0, 200), param: "model" } });
  return json(request, encodeModel(found));
}

function allow(method: string, allowed: string): void {
  if (method !== allowed) throw new AppError("method_not_allowed", { parameters: { allowed } });
}

/** Where an address is nearly right, the error says what to change. */
function notFound(path: string): AppError {
  const isDoubled = /^\/v1\/v1(?:\/|$)/.test(path);
  const isBare = !path.startsWith("/v1");
  if (isDoubled) return hinted("地址里的 /v1 写了两次。", "The address has /v1 twice.");
  if (isBare) return hinted("请在地址末尾加上 /v1。", "Put /v1 at the end of the base address.");
  return hinted(
    "可用 POST /v1/chat/completions 与 GET /v1/models。",
    "There are POST /v1/chat/completions and GET /v1/models.",
  );
}

function hinted(hint_zh: string, hint_en: string): AppError {
  return new AppError("not_found", { parameters: { hint_zh, hint_en } });
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

function json(request: GatewayRequest, value: unknown): GatewayReply {
  const headers = { "content-type": "application/json", "x-request-id": formatRequestId(request.id) };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}
