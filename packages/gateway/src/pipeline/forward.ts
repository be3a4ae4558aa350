import type { DeploymentConfig } from "@lyceum/db/gateway-config";
import { type AppError, formatRequestId, toAppError } from "@lyceum/domain";
import type { UpstreamCall } from "../canonical/call.ts";
import type { Face } from "../canonical/protocol.ts";
import { orderDeployments } from "../routing/order-deployments.ts";
import type { RunningList } from "../running-list.ts";
import type { Admitted } from "./admit.ts";
import { type AttemptResult, attempt, noDeploymentLeft } from "./attempt.ts";
import type { Deps } from "./deps.ts";
import { encodeFailure } from "./encode-failure.ts";
import type { GatewayReply } from "./gateway-request.ts";
import { headerList, headerText } from "./header-text.ts";
import { type Ending, settle } from "./settle.ts";
import type { StreamRelay } from "./stream-relay.ts";

/** Tries the deployments in order until one answers, and settles however it ends. `relays` holds the streams that run. */
export async function forward(
  admitted: Admitted,
  face: Face,
  deps: Deps,
  relays: RunningList<StreamRelay>,
): Promise<GatewayReply> {
  const { request, choice } = admitted;
  let attempts = 0;
  let deployment: DeploymentConfig | null = null;
  let result: AttemptResult | null = null;
  let sentAt: number | null = null;
  for (const next of orderDeployments(choice.model.deployments, deps.random)) {
    if (request.client.isGone) break;
    const credential = next.channel.credentials.find((each) => deps.health.isReady(each));
    if (credential === undefined || !deps.health.isUsable(next)) continue;
    deployment = next;
    attempts++;
    // Also a fault of our own must end in a settlement.
    result = await attempt(admitted, { deployment: next, credential }, attempts, deps).catch(
      (thrown: unknown): AttemptResult => ({
        kind: "failed",
        sentAt: null,
        error: toAppError(thrown),
        isRetryable: false,
      }),
    );
    if (result.kind !== "failed") break;
    sentAt ??= result.sentAt;
    if (result.isAborted) break;
    logFailure(admitted, next, result.error, deps);
    if (!result.isRetryable) break;
  }
  result ??= { kind: "failed", sentAt: null, ...noDeploymentLeft(admitted.call.model) };
  const headers = answerHeaders(admitted, result.kind === "failed" ? null : result.upstreamCall);
  const ending = { attempts, deployment, firstOutputAt: null };
  switch (result.kind) {
    case "whole": {
      const { reply, sentAt: askedAt } = result;
      const finished = { ...ending, outcome: "finished", error: null, httpStatus: 200 } as const;
      const kept = admitted.call.keep?.(reply.body);
      await settle(admitted, { ...finished, facts: reply.facts, sentAt: askedAt }, deps);
      const body = kept === undefined ? reply.body : await kept;
      // Asked for a stream, some servers answer in one piece: the client gets a stream all the same.
      const type = admitted.call.isStream ? streamHeaders(admitted) : { "content-type": "application/json" };
      return { status: 200, headers: { ...headers, ...type }, body };
    }
    case "stream": {
      const { relay } = result;
      relays.add(relay);
      relay.whenOver(() => relays.remove(relay));
      return { status: 200, headers: { ...headers, ...streamHeaders(admitted) }, body: relay };
    }
    case "failed": {
      const reply = encodeFailure(result.error, request.id, face);
      const isGone = attempts === 0 ? request.client.isGone : result.isAborted;
      const outcome: Ending["outcome"] = isGone ? "client-gone" : "failed";
      await settle(
        admitted,
        { ...ending, outcome, error: result.error, httpStatus: reply.status, facts: null, sentAt },
        deps,
      );
      return { ...reply, headers: { ...headers, ...reply.headers } };
    }
    default:
      return result satisfies never;
  }
}

function streamHeaders({ call }: Admitted): Record<string, string> {
  // Reverse proxies that buffer would hold every chunk back.
  return { "content-type": call.streamContentType, "cache-control": "no-cache", "x-accel-buffering": "no" };
}

function answerHeaders(
  { request, choice, outputLimit, rateHeaders }: Admitted,
  upstreamCall: UpstreamCall | null,
): Record<string, string> {
  const headers: Record<string, string> = {
    "x-request-id": formatRequestId(request.id),
    "x-gateway-model": headerText(choice.model.name),
    ...rateHeaders,
  };
  const clamped = upstreamCall?.clamped ?? [];
  if (outputLimit !== null) headers["x-gateway-clamped"] = headerList([`max_tokens=${outputLimit}`, ...clamped]);
  else if (clamped.length > 0) headers["x-gateway-clamped"] = headerList(clamped);
  if (upstreamCall !== null && upstreamCall.dropped.length > 0)
    headers["x-gateway-dropped"] = headerList(upstreamCall.dropped);
  return headers;
}

function logFailure({ request, choice }: Admitted, deployment: DeploymentConfig, error: AppError, deps: Deps): void {
  deps.log("warn", "an upstream failed", {
    requestId: request.id,
    model: choice.model.name,
    channel: deployment.channel.name,
    upstreamModel: deployment.upstreamModel,
    code: error.code,
    detail: error.detail,
    ...(error.code === "internal" && { error: error.cause }),
  });
}
