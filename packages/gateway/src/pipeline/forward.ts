import { formatRequestId, toAppError } from "@lyceum/domain";
import type { UpstreamCall } from "../canonical/call.ts";
import type { Face } from "../canonical/protocol.ts";
import type { RunningList } from "../running-list.ts";
import type { Admitted } from "./admit.ts";
import { withConsole } from "./console-address.ts";
import type { Deps } from "./deps.ts";
import { encodeFailure } from "./encode-failure.ts";
import type { GatewayReply } from "./gateway-request.ts";
import { headerList, headerText } from "./header-text.ts";
import { type Ending, settle } from "./settle.ts";
import type { StreamRelay } from "./stream-relay.ts";
import { tryRoutes } from "./try-routes.ts";
import { answerOrWait, type WaitingStream } from "./waiting-stream.ts";

/** Sends an admitted request to where it can be answered, and settles however it ends. `relays` holds the streams that run. */
export function forward(
  admitted: Admitted,
  face: Face,
  deps: Deps,
  relays: RunningList<StreamRelay>,
): Promise<GatewayReply> {
  const { call, choice, request } = admitted;
  const mayWait = choice.model.deployments.some(({ channel }) => channel.parallelLimit !== null);
  if (!mayWait || !call.isStream || face.waiting === undefined) return answer(admitted, face, deps, relays, null);
  return answerOrWait(
    admitted,
    face.waiting,
    (stream) => answer(admitted, face, deps, relays, stream),
    (body) => ({ status: 200, headers: { ...answerHeaders(admitted, null), ...streamHeaders(admitted) }, body }),
    (thrown) => {
      deps.log("error", "a request failed", { requestId: request.id, error: thrown });
      return withConsole(toAppError(thrown), request, deps);
    },
  );
}

/** `waiting`: what the client may have got already, while the request stood in line. */
async function answer(
  admitted: Admitted,
  face: Face,
  deps: Deps,
  relays: RunningList<StreamRelay>,
  waiting: WaitingStream | null,
): Promise<GatewayReply> {
  const { request } = admitted;
  const tried = await tryRoutes(admitted, deps, waiting);
  const { result, attempts, deployment, release } = tried;
  const headers = answerHeaders(admitted, result.kind === "failed" ? null : result.upstreamCall);
  const ending = { attempts, deployment, firstOutputAt: null };
  switch (result.kind) {
    case "whole": {
      // Whatever is still to be done for the client is no work of the upstream's.
      release();
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
      relay.whenOver(() => {
        relays.remove(relay);
        release();
      });
      return { status: 200, headers: { ...headers, ...streamHeaders(admitted) }, body: relay };
    }
    case "failed": {
      const error = withConsole(result.error, request, deps);
      const reply =
        waiting?.isOpen === true
          ? { status: 200, headers: {}, body: waiting.failure(error) }
          : encodeFailure(error, request.id, face);
      const outcome: Ending["outcome"] = result.isAborted ? "client-gone" : "failed";
      await settle(
        admitted,
        { ...ending, outcome, error: result.error, httpStatus: reply.status, facts: null, sentAt: tried.sentAt },
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
    ...(choice.redirectedFrom !== null && { "x-gateway-redirected-from": headerText(choice.redirectedFrom) }),
    ...rateHeaders,
  };
  const clamped = upstreamCall?.clamped ?? [];
  if (outputLimit !== null) headers["x-gateway-clamped"] = headerList([`max_tokens=${outputLimit}`, ...clamped]);
  else if (clamped.length > 0) headers["x-gateway-clamped"] = headerList(clamped);
  if (upstreamCall !== null && upstreamCall.dropped.length > 0)
    headers["x-gateway-dropped"] = headerList(upstreamCall.dropped);
  return headers;
}
