import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readBody } from "./delivery/read-body.ts";
import { sendJson } from "./delivery/whole.ts";
import type { Disguises } from "./disguises.ts";
import type { RequestLog, SeenRequest } from "./request-log.ts";

export const demoPrefix = "/__demo/";

/**
 * The log for other processes: `GET /__demo/requests[?last=N]`, `DELETE /__demo/requests`, `GET /__demo/count`; and how models and credentials
 * behave: `GET /__demo/disguises`, `PUT /__demo/disguises` with `{"model": …, "credential": …, "as": "demo-500" | null}`, `DELETE /__demo/disguises`.
 * These are neither logged nor counted and need no credential.
 */
export async function answerDemoEndpoint(
  log: RequestLog,
  disguises: Disguises,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const route = `${request.method} ${pathname}`;
  if (route === "GET /__demo/count") return sendJson(response, 200, JSON.stringify(log.counts()));
  if (route === "DELETE /__demo/requests") {
    log.clear();
    return sendJson(response, 200, '{"cleared":true}');
  }
  if (pathname === "/__demo/disguises") return answerDisguises(disguises, request, response);
  if (route !== "GET /__demo/requests") {
    return sendJson(response, 404, JSON.stringify({ error: { message: `There is no ${route}.` } }));
  }
  const last = Number(searchParams.get("last") ?? Infinity);
  if (!(last >= 0)) return sendJson(response, 400, '{"error":{"message":"last must be a number"}}');
  const list = log.list();
  const chosen = list.slice(Math.max(list.length - last, 0));
  response.writeHead(200, { "content-type": "application/json" });
  await pipeline(Readable.from(encodeList(chosen)), response);
}

async function answerDisguises(disguises: Disguises, request: IncomingMessage, response: ServerResponse) {
  if (request.method === "DELETE") disguises.clear();
  else if (request.method === "PUT") {
    const body = await readBody(request);
    const given = body === "too-large" ? undefined : parseOrUndefined(body);
    const { model, credential, as } = (given ?? {}) as Record<string, unknown>;
    const isText = (value: unknown) => value === undefined || typeof value === "string";
    if (!isText(model) || !isText(credential) || (as !== null && typeof as !== "string"))
      return sendJson(response, 400, '{"error":{"message":"model and credential are texts, as is one or null"}}');
    disguises.put({ model: model as string | undefined, credential: credential as string | undefined }, as);
  }
  return sendJson(response, 200, JSON.stringify(disguises.list()));
}

/** One request at a time, because all bodies together may exceed the longest string there can be. */
function* encodeList(list: readonly SeenRequest[]) {
  yield "[";
  for (const [index, seen] of list.entries()) yield (index > 0 ? ",\n" : "") + encodeSeen(seen);
  yield "]\n";
}

function encodeSeen(seen: SeenRequest): string {
  return JSON.stringify({
    ...seen,
    body: seen.body.toString("base64"),
    digest: createHash("sha256").update(seen.body).digest("hex"),
    json: parseOrUndefined(seen.body),
  });
}

/** Bodies that are not JSON are part of the trade here: they are shown without `json`. */
function parseOrUndefined(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
