import type { ServerResponse } from "node:http";
import { contentEncoding, openSink } from "./delivery/sinks.ts";
import { deliverStream } from "./delivery/stream.ts";
import { deliverWhole, sendJson } from "./delivery/whole.ts";
import type { Disguises } from "./disguises.ts";
import { BadCall, type Lookup, type Manners, type Protocol } from "./protocols/protocol.ts";
import type { RequestLog, SeenRequest } from "./request-log.ts";
import { planFor } from "./scripts/catalogue.ts";
import { refusal } from "./scripts/faults.ts";
import { type Answer, type DemoCall, plainCall, type Refusal } from "./scripts/plan.ts";

/** The longest a timer can wait. */
const maxTimeoutMs = 2 ** 31 - 1;

/** A logged request and the response it waits for. `hangUp` breaks the connection once all written bytes are out. */
export type Exchange = {
  seen: SeenRequest;
  response: ServerResponse;
  credential: string;
  /** Monotonic milliseconds at which the request had come in. */
  openedAt: number;
  hangUp(): void;
};

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
  return { seen, response, credential, openedAt: performance.now(), hangUp };
}

/** Reads the call, looks up what its model does, and does it. */
export function answerExchange(protocol: Protocol, log: RequestLog, disguises: Disguises, exchange: Exchange) {
  const { seen, response, credential } = exchange;
  const call = orRefuse(protocol, response, () => protocol.decode(seen));
  if (!call) return;
  const occurrence = log.countModel(seen, call.model);
  const plan = planFor({ ...call, model: disguises.find(call.model, credential) }, { occurrence, credential });
  if (plan.kind === "refusal") {
    return call.stream ? sendStreamRefusal(protocol, plan, response) : sendRefusal(protocol, plan, response);
  }
  // Not streamed, a paced answer takes as long as its stream would.
  const pacedMs = call.stream ? 0 : pacedLength(plan, Math.min(plan.pieces.count, call.maxTokens));
  after(plan.startAfterMs + pacedMs, response, () => send(protocol, call, plan, exchange));
}

/** Answers without generating; what is about a model may fail as the model's script says. */
export function answerLookup(lookup: Lookup, log: RequestLog, disguises: Disguises, exchange: Exchange) {
  const { seen, response, credential, hangUp } = exchange;
  const found = orRefuse(lookup, response, () => lookup.read(seen));
  if (!found) return;
  const { model, status = 200, reply } = found;
  if (model === undefined) return sendJson(response, status, reply());
  const circumstances = { occurrence: log.countModel(seen, model), credential };
  const plan = planFor({ ...plainCall, model: disguises.find(model, credential) }, circumstances);
  if (plan.kind === "refusal") return sendRefusal(lookup, plan, response);
  after(plan.startAfterMs, response, () => deliverWhole(reply(), plan, response, hangUp));
}

/** Sends an error. */
export function sendRefusal(manners: Manners, plan: Refusal, response: ServerResponse) {
  const { status, headers, page } = plan;
  if (!page) return sendJson(response, status, manners.encodeRefusal(plan), headers);
  response.writeHead(status, { "content-type": page.contentType, ...headers }).end(page.text);
}

/** On a stream an error with status 200 comes as an event. */
function sendStreamRefusal(protocol: Protocol, plan: Refusal, response: ServerResponse) {
  if (plan.status !== 200 || plan.page) return sendRefusal(protocol, plan, response);
  response.writeHead(200, { "content-type": protocol.streamContentType }).end(protocol.encodeStreamRefusal(plan));
}

function orRefuse<T>(manners: Manners, response: ServerResponse, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadCall)) throw error;
    const plan = refusal(error.status, "invalid_request_error", null, error.message);
    sendRefusal(manners, error.param ? { ...plan, param: error.param } : plan, response);
    return undefined;
  }
}

function pacedLength({ everyMs, pauseBefore }: Answer, pieces: number): number {
  if (pauseBefore === undefined) return pieces * everyMs;
  return Array.from({ length: pieces }, (_, piece) => pauseBefore(piece)).reduce((sum, pause) => sum + pause, 0);
}

function after(waitMs: number, response: ServerResponse, act: () => void) {
  if (waitMs === 0) return act();
  const timer = setTimeout(act, Math.min(waitMs, maxTimeoutMs));
  response.once("close", () => clearTimeout(timer));
}

function send(protocol: Protocol, call: DemoCall, plan: Answer, { seen, response, openedAt, hangUp }: Exchange) {
  const stamp = { ordinal: seen.id, created: Math.floor(Date.now() / 1000) };
  if (!call.stream) return deliverWhole(protocol.encodeWhole(call, plan, stamp), plan, response, hangUp);
  if (plan.fault?.after === "start" && plan.fault.kind === "break") return hangUp();
  const contentType = plan.quirks.contentType === undefined ? protocol.streamContentType : plan.quirks.contentType;
  const encoding = contentEncoding(plan.framing);
  response.writeHead(200, {
    ...(contentType !== null && { "content-type": contentType }),
    "cache-control": "no-cache",
    ...(encoding && { "content-encoding": encoding }),
  });
  response.flushHeaders();
  const { everyMs, pauseBefore } = plan;
  if (pauseBefore !== undefined) seen.sent = [];
  const onContent = () => {
    seen.sent?.push({ kind: plan.pieces.at(seen.chunksSent).kind, atMs: performance.now() - openedAt });
    seen.chunksSent++;
  };
  const sink = openSink(plan.framing, response, protocol.streamContentType);
  deliverStream(protocol.encodeStream(call, plan, stamp), sink, response, { everyMs, pauseBefore, onContent, hangUp });
}
