import { AppError, formatRequestId, toAppError } from "@lyceum/domain";
import type { ErrorFace } from "./canonical/protocol.ts";
import { findEndpoint } from "./endpoints.ts";
import type { Deps } from "./pipeline/deps.ts";
import { encodeFailure } from "./pipeline/encode-failure.ts";
import { ClientGone, type GatewayReply, type GatewayRequest } from "./pipeline/gateway-request.ts";
import { answerHealth, answerReadiness } from "./pipeline/health.ts";
import type { StreamRelay } from "./pipeline/stream-relay.ts";
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
      const found = findEndpoint(request.method, request.path);
      const face = faceFor(request, found);
      try {
        return withRequestId(await answer(request, found, deps, relays), face, request.id);
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
        return withRequestId(encodeFailure(error, request.id, face), face, request.id);
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

function faceFor(request: GatewayRequest, found: ReturnType<typeof findEndpoint>): ErrorFace {
  if (!("endpoint" in found)) return found.face;
  return found.endpoint.faceFor?.(request) ?? found.endpoint.face;
}

/** The id of a request also where libraries of the caller's protocol look for it, to show it with their errors. */
function withRequestId(reply: GatewayReply, { requestIdHeader }: ErrorFace, requestId: string): GatewayReply {
  if (requestIdHeader === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, [requestIdHeader]: formatRequestId(requestId) } };
}

async function answer(
  request: GatewayRequest,
  found: ReturnType<typeof findEndpoint>,
  deps: Deps,
  relays: RunningList<StreamRelay>,
): Promise<GatewayReply> {
  const { path, query, headers } = request;
  if ("endpoint" in found) {
    const route = { captures: found.captures, query: new URLSearchParams(query), headers };
    return found.endpoint.answer(request, route, deps, relays);
  }
  if (path === "/healthz") return answerHealth();
  if (path === "/readyz") return answerReadiness(deps);
  if (found.allowed !== null) throw new AppError("method_not_allowed", { parameters: { allowed: found.allowed } });
  throw notFound(path);
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
