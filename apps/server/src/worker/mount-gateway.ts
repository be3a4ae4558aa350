import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "@lyceum/domain";
import { ClientGone, ClientPresence, type Gateway, type GatewayReply, type Log } from "@lyceum/gateway";
import type { BodyBudget, BodyShare } from "./body-budget.ts";
import { clientAddress, isFromHere } from "./client-address.ts";
import { readBody } from "./read-body.ts";

const SMALL_BYTES = 8_192;

export type MountOptions = {
  readonly gateway: Gateway;
  readonly bodies: BodyBudget;
  readonly trustProxy: boolean;
  readonly clock: () => number;
  /** While draining, connections end with their answer. */
  readonly isDraining: () => boolean;
  readonly log: Log;
};

/** Puts the gateway onto node:http. `path` is the request's without its query. */
export function mountGateway(
  options: MountOptions,
): (request: IncomingMessage, response: ServerResponse, path: string) => void {
  return (request, response, path) => {
    const client = new ClientPresence();
    const share = options.bodies.share();
    response.once("close", () => {
      if (!response.writableFinished) client.leave();
    });
    options.gateway
      .handle({
        id: newId(),
        method: request.method ?? "GET",
        path,
        query: queryOf(request.url ?? ""),
        headers: request.headers,
        ip: clientAddress(request, options.trustProxy),
        isLocal: () => isFromHere(request),
        receivedAt: options.clock(),
        client,
        readBody: (limitBytes) => readBody(request, limitBytes, share),
        room: share,
      })
      .then((reply) => send(reply, response, options.isDraining(), share))
      .catch((error: unknown) => {
        share.release();
        if (!(error instanceof ClientGone)) options.log("error", "an answer could not be sent", { error });
        response.destroy();
      });
  };
}

function queryOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at + 1);
}

/** Gives the request's share back once nothing refers to its body: a stream could still be ended by what knows it. */
function send(reply: GatewayReply, response: ServerResponse, isLast: boolean, share: BodyShare): void {
  const { body, status } = reply;
  const headers: Record<string, string | number> = { ...reply.headers };
  if (isLast) headers.connection = "close";
  if (Buffer.isBuffer(body)) {
    share.release();
    headers["content-length"] = body.length;
    response.writeHead(status, headers);
    // As text a small body leaves in one piece with the headers; latin1 keeps every byte as it is.
    if (body.length <= SMALL_BYTES) response.end(body.toString("latin1"), "latin1");
    else response.end(body);
    return;
  }
  response.writeHead(status, headers);
  response.on("drain", () => body.resume());
  body.start({
    write: (chunk) => response.write(chunk),
    end: () => {
      share.release();
      response.end();
    },
  });
}
