import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { closedLoop, type Load, openLoop } from "./loops.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function serve(listener: RequestListener): Promise<Load> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  cleanUps.push(() => server.close());
  cleanUps.push(() => server.closeAllConnections());
  await once(server, "listening");
  const message = { path: "/", headers: ["content-type", "text/plain"], body: Buffer.from("hello") };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    message: () => message,
    isStream: false,
    signal: new AbortController().signal,
  };
}

it("counts an open loop's latency from the time a request was due, though it waited for a connection", async () => {
  const load = await serve((_, response) => {
    setTimeout(() => response.end("ok"), 20);
  });
  // Ten a millisecond apart on one connection: the last waits for nine answers before it is even sent.
  const { tally, sent } = await openLoop(load, { perSecond: 1_000, total: 10, connections: 1 });
  expect([sent, tally.ended, tally.failed]).toEqual([10, 10, 0]);
  expect(Math.max(...tally.latencies)).toBeGreaterThan(150);
});

it("goes on sending by the timetable while the target answers nothing", async () => {
  const waiting: ServerResponse[] = [];
  const load = await serve((_, response) => {
    waiting.push(response);
    // A loop that waited for answers would never send the twentieth.
    if (waiting.length === 20) for (const each of waiting) each.end("ok");
  });
  const { tally } = await openLoop(load, { perSecond: 1_000, total: 20, connections: 20 });
  expect([tally.ended, tally.failed]).toEqual([20, 0]);
  expect(Math.max(...tally.latencies)).toBeGreaterThanOrEqual(19);
});

it("keeps no more requests in flight than a closed loop has connections", async () => {
  let open = 0;
  let most = 0;
  const load = await serve((_, response) => {
    most = Math.max(most, ++open);
    setImmediate(() => {
      open--;
      response.end("ok");
    });
  });
  const { tally, sent } = await closedLoop(load, { connections: 3, requests: 50 });
  expect([sent, tally.ended, tally.failed]).toEqual([50, 50, 0]);
  expect(most).toBeLessThanOrEqual(3);
});

it("counts as failed what was not answered with 200, and stops", async () => {
  const load = await serve((_, response) => {
    response.writeHead(503).end("away");
  });
  const { tally, sent } = await closedLoop(load, { connections: 1, requests: 50 });
  expect([sent, tally.failed, tally.firstProblem]).toEqual([1, 1, "status 503: away"]);
});

it("counts as failed a stream that ends without its last event", async () => {
  const load = await serve((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: {}\n\n");
    response.end(request.headers["x-whole"] === "1" ? "data: [DONE]\n\n" : "data: {}\n\n");
  });
  const whole = { path: "/", headers: ["x-whole", "1"], body: Buffer.from("") };
  const stream = { ...load, isStream: true };
  expect((await closedLoop(stream, { connections: 1, requests: 1 })).tally.failed).toBe(1);
  expect((await closedLoop({ ...stream, message: () => whole }, { connections: 1, requests: 1 })).tally.failed).toBe(0);
});
