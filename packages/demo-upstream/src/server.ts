import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readBody } from "./delivery/read-body.ts";
import { sendJson } from "./delivery/whole.ts";
import { answerDemoEndpoint, demoPrefix } from "./demo-endpoints.ts";
import { answerExchange, openExchange, sendRefusal } from "./exchange.ts";
import { openaiChat } from "./protocols/openai-chat.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { createRequestLog, type RequestLog, type SeenRequest } from "./request-log.ts";
import { demoModels } from "./scripts/catalogue.ts";
import { refusal } from "./scripts/faults.ts";

/** Longer than clients keep idle connections, so that none is closed under a request just sent. */
const keepAliveTimeoutMs = 75_000;

const protocols: readonly Protocol[] = [openaiChat];

const modelList = Buffer.from(
  JSON.stringify({
    object: "list",
    data: demoModels.map(({ name }) => ({ id: name, object: "model", created: 0, owned_by: "demo-upstream" })),
  }),
);

export type DemoUpstreamOptions = {
  /** 0 or left out: any free port. */
  port?: number;
  /** Address to listen on; 127.0.0.1 if left out. */
  host?: string;
  /** The only bearer credential accepted; without it every request is. */
  credential?: string;
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
  /** Closes the port and all connections. */
  close(): Promise<void>;
};

/** Starts a scripted upstream. Rejects if the port cannot be had. */
export async function startDemoUpstream(options: DemoUpstreamOptions = {}): Promise<DemoUpstream> {
  const { port: wantedPort = 0, host = "127.0.0.1", credential, keptRequests } = options;
  const log = createRequestLog(keptRequests);
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
    handle(log, credential, request, response).catch((error: unknown) => fail(error, request, response));
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  log: RequestLog,
  credential: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method = "GET", url: path = "/", headers } = request;
  if (path.startsWith(demoPrefix)) return answerDemoEndpoint(log, request, response);
  const body = await readBody(request);
  if (body === "too-large") {
    return sendRefusal(openaiChat, refusal(413, "invalid_request_error", null, "The body is over 64 MB."), response);
  }
  const seen = log.add({ method, path, headers, body });
  const pathname = path.split("?", 1)[0] ?? path;
  const protocol = protocols.find((candidate) => candidate.accepts(method, pathname));
  const received = /^Bearer (.*)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
  const exchange = openExchange(seen, response, received);
  if (credential !== undefined && received !== credential) {
    const plan = refusal(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
    return sendRefusal(protocol ?? openaiChat, plan, response);
  }
  if (protocol) return answerExchange(protocol, log, exchange);
  if (method === "GET" && pathname === "/v1/models") return sendJson(response, 200, modelList);
  const missing = refusal(404, "invalid_request_error", "unknown_url", `Unknown request URL: ${method} ${pathname}.`);
  sendRefusal(openaiChat, missing, response);
}

/** A client that left while sending needs no answer; anything else is a fault of ours and is shown. */
function fail(error: unknown, request: IncomingMessage, response: ServerResponse) {
  if (request.destroyed && !request.complete) return;
  if (response.destroyed) return;
  console.error("demo-upstream:", error);
  if (response.headersSent) response.destroy();
  else sendRefusal(openaiChat, refusal(500, "server_error", "demo_upstream_bug", String(error)), response);
}
