import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { answerConsoleDown } from "./console-down.ts";

/** A console that is silent for this long on one request has lost it. */
const IDLE_MS = 300_000;

/** How long the console keeps an idle connection. */
export const CONSOLE_KEEP_ALIVE_MS = 120_000;
/**
 * How long before the console closes an idle connection we do. What is sent while the console closes is lost, and what may have been done can't be sent
 * again: so much that neither process stands still for as long.
 */
const CLOSED_BEFORE_MS = 60_000;

export type ConsoleProxyOptions = {
  /** Where the console listens, such as http://127.0.0.1:23456. */
  target: string;
  /** Whether a proxy in front of us may say who the client is and under which name it reached us. */
  trustProxy: boolean;
};

/** Passes a request on to the console and its answer back, as it comes. */
export type ConsoleProxy = (request: IncomingMessage, response: ServerResponse) => void;

/** Headers that concern one connection only, or that only we may set for the console. */
const DROPPED =
  /^(connection|keep-alive|proxy-.*|te|trailer|upgrade|expect|host|forwarded|x-forwarded-.*|x-real-ip|x-middleware-.*)$/i;
const DROPPED_FROM_ANSWER = /^(connection|keep-alive|transfer-encoding)$/i;

/**
 * Makes the way to the console. The console learns from headers how the browser reached us (it builds links and
 * checks origins from them), so those of strangers are dropped. While it is down the answer is 503.
 */
export function createConsoleProxy({ target, trustProxy }: ConsoleProxyOptions): ConsoleProxy {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, agentKeepAliveTimeoutBuffer: CLOSED_BEFORE_MS });
  const send = (incoming: IncomingMessage): ClientRequest =>
    request({
      host: hostname,
      port,
      agent,
      method: incoming.method,
      path: incoming.url,
      headers: headersForConsole(incoming, trustProxy),
      timeout: IDLE_MS,
    });
  const forward = (incoming: IncomingMessage, response: ServerResponse, mayRetry: boolean) => {
    const outgoing = send(incoming);
    const abandon = () => outgoing.destroy();
    response.once("close", abandon);
    outgoing.once("timeout", abandon);
    outgoing.once("response", (answer) => passBack(answer, response));
    outgoing.once("error", () => {
      response.removeListener("close", abandon);
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      // The console closed an idle connection in the moment we took it; reading again does no harm.
      else if (mayRetry && outgoing.reusedSocket) forward(incoming, response, false);
      else answerConsoleDown(incoming, response);
    });
    if (hasBody(incoming)) incoming.pipe(outgoing);
    else outgoing.end();
  };
  return (incoming, response) => forward(incoming, response, /^(GET|HEAD)$/.test(incoming.method ?? ""));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function passBack(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, keepHeaders(answer, DROPPED_FROM_ANSWER));
  response.flushHeaders(); // a stream's first chunk may be long in coming
  answer.once("error", () => response.destroy());
  answer.pipe(response);
}

/** Names and values in turn, as they came, without those that match. */
function keepHeaders({ rawHeaders }: IncomingMessage, dropped: RegExp): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (!dropped.test(name)) kept.push(name, value);
  }
  return kept;
}

/** What the console gets to read: the client's headers, with ours about where they came from. */
function headersForConsole(incoming: IncomingMessage, trustProxy: boolean): string[] {
  const { headers, socket } = incoming;
  const remote = socket.remoteAddress ?? "";
  const believed = (name: string) => (trustProxy ? [headers[name] ?? ""].flat().join(", ") : "");
  const chain = believed("x-forwarded-for")
    .split(",")
    .map((address) => address.trim())
    .filter(Boolean);
  const host = believed("x-forwarded-host").split(",")[0]?.trim() || headers.host || "";
  const proto = believed("x-forwarded-proto").split(",")[0]?.trim() || (socket instanceof TLSSocket ? "https" : "http");
  return [
    ...keepHeaders(incoming, DROPPED),
    "host",
    host,
    "x-forwarded-host",
    host,
    "x-forwarded-proto",
    proto,
    "x-forwarded-for",
    [...chain, remote].join(", "),
    // The nearest proxy is the one we were told to trust: the address it saw is the last in its list.
    "x-real-ip",
    chain.at(-1) ?? remote,
  ];
}
