import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readBody } from "./delivery/read-body.ts";
import { answerDemoEndpoint, demoPrefix } from "./demo-endpoints.ts";
import { createDisguises, type Disguised, type Disguises } from "./disguises.ts";
import { answerExchange, answerLookup, openExchange, sendRefusal } from "./exchange.ts";
import { findCredential } from "./protocols/credential.ts";
import { createFaces, type Faces, mannersFor } from "./protocols/faces.ts";
import { createRequestLog, type RequestLog, type SeenRequest } from "./request-log.ts";
import { refusal } from "./scripts/faults.ts";

/** Longer than clients keep idle connections, so that none is closed under a request just sent. */
const keepAliveTimeoutMs = 75_000;

export type DemoUpstreamOptions = {
  /** 0 or left out: any free port. */
  port?: number;
  /** Address to listen on; 127.0.0.1 if left out. */
  host?: string;
  /** The only credentials accepted, at the places each protocol takes one from; without any every request is. */
  credential?: string | readonly string[];
  /** How many of the last requests are kept to look at; 1000 if left out. */
  keptRequests?: number;
};

export type DemoUpstream = {
  /** `http://127.0.0.1:PORT`, without a slash at the end; the OpenAI base URL is this + "/v1". */
  url: string;
  port: number;
  /** The last requests, oldest first. The entries stay up to date while their answers run. */
  requests(): readonly SeenRequest[];
  /** Forgets requests and counts. */
  clear(): void;
  /** Has requests to a model, or with a credential, answered as those to the demo model `as`; null: as themselves again. */
  disguise(whom: Disguised, as: string | null): void;
  /** Closes the port and all connections. */
  close(): Promise<void>;
};

/** Starts a scripted upstream. Rejects if the port cannot be had. */
export async function startDemoUpstream(options: DemoUpstreamOptions = {}): Promise<DemoUpstream> {
  const { port: wantedPort = 0, host = "127.0.0.1", credential, keptRequests } = options;
  const log = createRequestLog(keptRequests);
  const faces = createFaces();
  const disguises = createDisguises();
  const accepted = credential === undefined ? null : [credential].flat();
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
    handle({ log, faces, disguises, accepted }, request, response).catch((error: unknown) =>
      fail(error, request, response),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wantedPort, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : wantedPort;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    requests: log.list,
    clear: log.clear,
    disguise: disguises.put,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Parts = { log: RequestLog; faces: Faces; disguises: Disguises; accepted: readonly string[] | null };

async function handle({ log, faces, disguises, accepted }: Parts, request: IncomingMessage, response: ServerResponse) {
  const { method = "GET", url: path = "/", headers } = request;
  if (path.startsWith(demoPrefix)) return answerDemoEndpoint(log, disguises, request, response);
  const body = await readBody(request);
  const pathname = path.split("?", 1)[0] ?? path;
  if (body === "too-large") {
    const plan = refusal(413, "invalid_request_error", null, "The body is over 64 MB.");
    return sendRefusal(mannersFor(pathname), plan, response);
  }
  const seen = log.add({ method, path, headers, body });
  const protocol = faces.protocols.find((candidate) => candidate.accepts(method, pathname, seen));
  const lookup = protocol ? undefined : faces.lookups.find((candidate) => candidate.accepts(method, pathname, seen));
  const manners = protocol ?? lookup ?? mannersFor(pathname);
  const received = findCredential(manners.credentials, seen);
  if (received) seen.credentialPlace = received.place;
  const exchange = openExchange(seen, response, received?.value ?? "");
  if (accepted !== null && !accepted.includes(received?.value ?? "")) {
    const plan = refusal(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
    return sendRefusal(manners, plan, response);
  }
  if (protocol) return answerExchange(protocol, log, disguises, exchange);
  if (lookup) return answerLookup(lookup, log, disguises, exchange);
  const missing = refusal(404, "invalid_request_error", "unknown_url", `Unknown request URL: ${method} ${pathname}.`);
  sendRefusal(manners, missing, response);
}

/** A client that left while sending needs no answer; anything else is a fault of ours and is shown. */
function fail(error: unknown, request: IncomingMessage, response: ServerResponse) {
  if (request.destroyed && !request.complete) return;
  if (response.destroyed) return;
  console.error("demo-upstream:", error);
  if (response.headersSent) response.destroy();
  else
    sendRefusal(
      mannersFor(request.url ?? "/"),
      refusal(500, "server_error", "demo_upstream_bug", String(error)),
      response,
    );
}
