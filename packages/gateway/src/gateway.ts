import { AppError, formatRequestId, toAppError } from "@lyceum/domain";
import type { ErrorFace } from "./canonical/protocol.ts";
import { opened, tellOptions } from "./cross-origin.ts";
import { findEndpoint } from "./endpoints.ts";
import { nearMiss } from "./near-miss.ts";
import { withConsole } from "./pipeline/console-address.ts";
import type { Deps } from "./pipeline/deps.ts";
import { encodeFailure } from "./pipeline/encode-failure.ts";
import { ClientGone, type GatewayReply, type GatewayRequest } from "./pipeline/gateway-request.ts";
import { answerHealth, answerReadiness } from "./pipeline/health.ts";
import { noteKeyRefusal } from "./pipeline/key-refusal.ts";
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

/** Nobody writes into it. */
const NO_QUERY = new URLSearchParams();

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
        return opened(withRequestId(await answer(request, found, deps, relays), face, request.id), request);
      } catch (thrown) {
        if (thrown instanceof ClientGone) throw thrown;
        const error = toAppError(thrown);
        noteKeyRefusal(request, error, deps);
        if (error.code === "internal") deps.log("error", "a request failed", { requestId: request.id, error: thrown });
        else if (error.cause !== undefined || error.detail !== undefined) {
          deps.log("warn", "a request was refused", {
            requestId: request.id,
            code: error.code,
            detail: error.detail,
            error: error.cause,
          });
        }
        return opened(
          withRequestId(encodeFailure(withConsole(error, request, deps), request.id, face), face, request.id),
          request,
        );
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

/** Not async: that would be one more promise for every request. */
function answer(
  request: GatewayRequest,
  found: ReturnType<typeof findEndpoint>,
  deps: Deps,
  relays: RunningList<StreamRelay>,
): GatewayReply | Promise<GatewayReply> {
  const { path, query, headers } = request;
  if ("endpoint" in found) {
    const route = { captures: found.captures, query: query === "" ? NO_QUERY : new URLSearchParams(query), headers };
    return found.endpoint.answer(request, route, deps, relays);
  }
  if (path === "/healthz") return answerHealth();
  if (path === "/readyz") return answerReadiness(deps);
  if (found.allowed !== null && request.method === "OPTIONS") return tellOptions(request, found.allowed);
  if (found.allowed !== null) throw new AppError("method_not_allowed", { parameters: { allowed: found.allowed } });
  throw notFound(path);
}

/** Where an address is nearly right, the error says what to change. */
function notFound(path: string): AppError {
  const near = nearMiss(path);
  if (near === null)
    return hinted(
      "可用 POST /v1/chat/completions、/v1/responses、/v1/messages、/v1beta/models/MODEL:generateContent、/api/chat 与 GET /v1/models。",
      "There are POST /v1/chat/completions, /v1/responses, /v1/messages, /v1beta/models/MODEL:generateContent, /api/chat and GET /v1/models.",
    );
  const { path: right, surplus, missing } = near;
  if (surplus !== null)
    return hinted(
      `你要的是 ${right}：请从客户端的基础地址里去掉 ${surplus}。`,
      `You mean ${right}: take ${surplus} out of your client's base address.`,
    );
  if (missing !== null)
    return hinted(
      `你要的是 ${right}：请在客户端的基础地址末尾加上 ${missing}。`,
      `You mean ${right}: put ${missing} at the end of your client's base address.`,
    );
  return hinted(
    `你要的是 ${right}：请改正客户端的基础地址。`,
    `You mean ${right}: change your client's base address so that it asks there.`,
  );
}

function hinted(hint_zh: string, hint_en: string): AppError {
  return new AppError("not_found", { parameters: { hint_zh, hint_en } });
}
