// The floor: the least that a proxy on node:http and undici can cost. It checks nothing, counts nothing and changes nothing; its CPU
// and its memory are what the gateway's are divided by. A program of its own: `floor-proxy.ts UPSTREAM` prints {"url"}.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Dispatcher, Pool } from "undici";

/** A body up to here is cheaper to collect than to pipe; a longer one is cheaper piped. The floor takes the cheaper of the two. */
const COLLECTED_BYTES = 65_536;
const HOP_BY_HOP = new Set(["connection", "host", "keep-alive", "transfer-encoding", "expect"]);

const upstream = process.argv[2];
if (upstream === undefined) throw new Error("usage: floor-proxy.ts UPSTREAM");
const pool = new Pool(upstream, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const length = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  if (length > COLLECTED_BYTES) return forward(request, response, request);
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => {
    const [first] = chunks;
    forward(request, response, first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
  });
});

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer | IncomingMessage): void {
  const { rawHeaders } = request;
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.push(name, rawHeaders[i + 1] ?? "");
  }
  const options = { method: request.method as Dispatcher.HttpMethod, path: request.url ?? "/", headers, body };
  pool.dispatch(options, {
    onRequestStart(controller) {
      response.once("close", () => {
        if (!response.writableFinished) controller.abort(new Error("the client left"));
      });
    },
    onResponseStart(_, status, received) {
      const passed: Record<string, string | string[]> = {};
      for (const name in received) {
        const value = received[name];
        if (value !== undefined && !HOP_BY_HOP.has(name)) passed[name] = value;
      }
      response.writeHead(status, passed);
    },
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once("drain", () => controller.resume());
    },
    onResponseEnd: () => response.end(),
    // A cut answer tells the load generator, which counts it as failed.
    onResponseError: () => response.destroy(),
  });
}

server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
// Its parent's end closes this pipe, whatever way the parent ended.
process.stdin.resume().once("close", () => process.exit(0));
