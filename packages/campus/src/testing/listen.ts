import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Reply = { status?: number; headers?: Record<string, string>; body?: string };
type Answer = (url: URL, request: IncomingMessage, body: string) => Reply | Promise<Reply>;

/** Longer than clients keep idle connections, so that none is closed under a request just sent. */
const KEEP_ALIVE_MS = 75_000;

/** A server on loopback for tests; port 0: any. */
export async function listen(answer: Answer, port = 0) {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void reply(request, response, answer);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function reply(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://here");
  const { status = 200, headers = {}, body = "" } = await answer(url, request, Buffer.concat(chunks).toString());
  response.writeHead(status, headers).end(body);
}

export function json(body: unknown, status = 200): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
