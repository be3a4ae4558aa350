import type { ServerResponse } from "node:http";
import { openSink } from "./delivery/sinks.ts";
import { deliverStream } from "./delivery/stream.ts";
import { deliverWhole, sendJson } from "./delivery/whole.ts";
import { BadCall, type Protocol } from "./protocols/protocol.ts";
import type { RequestLog, SeenRequest } from "./request-log.ts";
import { planFor } from "./scripts/catalogue.ts";
import { refusal } from "./scripts/faults.ts";
import type { Answer, DemoCall, Refusal } from "./scripts/plan.ts";

/** The longest a timer can wait. */
const maxTimeoutMs = 2 ** 31 - 1;

/** A logged request and the response it waits for. `hangUp` breaks the connection once all written bytes are out. */
export type Exchange = { seen: SeenRequest; response: ServerResponse; credential: string; hangUp(): void };

/** An exchange that notes in `seen` how it ends. `credential` as received, "" without one. */
export function openExchange(seen: SeenRequest, response: ServerResponse, credential: string): Exchange {
  let brokenByScript = false;
  response.once("close", () => {
    seen.finished = response.writableFinished;
    seen.closedEarly = !seen.finished && !brokenByScript;
  });
  const hangUp = () => {
    brokenByScript = true;
    response.socket?.destroySoon();
  };
  return { seen, response, credential, hangUp };
}

/** Reads the call, looks up what its model does, and does it. */
export function answerExchange(protocol: Protocol, log: RequestLog, exchange: Exchange) {
  const { seen, response, credential } = exchange;
  const call = decodeOrRefuse(protocol, exchange);
  if (!call) return;
  const occurrence = log.countModel(seen, call.model);
  const plan = planFor(call, { occurrence, credential });
  if (plan.kind === "refusal") return sendRefusal(protocol, plan, response, call.stream);

  // Not streamed, a paced answer takes as long as its stream would.
  const pacedMs = call.stream ? 0 : Math.min(plan.pieces.count, call.maxTokens) * plan.everyMs;
  const waitMs = Math.min(plan.startAfterMs + pacedMs, maxTimeoutMs);
  if (waitMs === 0) return send(protocol, call, plan, exchange);
  const timer = setTimeout(send, waitMs, protocol, call, plan, exchange);
  response.once("close", () => clearTimeout(timer));
}

/** Sends an error. On a stream one with status 200 comes as an event. */
export function sendRefusal(protocol: Protocol, plan: Refusal, response: ServerResponse, stream = false) {
  if (plan.html !== undefined) {
    response.writeHead(plan.status, { "content-type": "text/html; charset=utf-8", ...plan.headers }).end(plan.html);
  } else if (stream && plan.status === 200) {
    response.writeHead(200, { "content-type": protocol.streamContentType }).end(protocol.encodeStreamRefusal(plan));
  } else {
    sendJson(response, plan.status, protocol.encodeRefusal(plan), plan.headers);
  }
}

function decodeOrRefuse(protocol: Protocol, { seen, response }: Exchange): DemoCall | undefined {
  try {
    return protocol.decode(seen.path, seen.body);
  } catch (error) {
    if (!(error instanceof BadCall)) throw error;
    const plan = refusal(400, "invalid_request_error", null, error.message);
    sendRefusal(protocol, error.param ? { ...plan, param: error.param } : plan, response);
    return undefined;
  }
}

function send(protocol: Protocol, call: DemoCall, plan: Answer, { seen, response, hangUp }: Exchange) {
  const stamp = { ordinal: seen.id, created: Math.floor(Date.now() / 1000) };
  if (!call.stream) return deliverWhole(protocol.encodeWhole(call, plan, stamp), plan, response, hangUp);
  if (plan.fault?.after === "start" && plan.fault.kind === "break") return hangUp();
  response.writeHead(200, {
    "content-type": protocol.streamContentType,
    "cache-control": "no-cache",
    ...(plan.framing === "gzip" && { "content-encoding": "gzip" }),
  });
  response.flushHeaders();
  const onContent = () => {
    seen.chunksSent++;
  };
  const sink = openSink(plan.framing, response);
  deliverStream(protocol.encodeStream(call, plan, stamp), sink, response, { everyMs: plan.everyMs, onContent, hangUp });
}
