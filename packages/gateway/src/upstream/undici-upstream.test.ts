import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createUpstream } from "./undici-upstream.ts";
import type { Upstream, UpstreamFault } from "./upstream.ts";

const STANDSTILL_MS = 60_000;

/** What the clock is ahead. */
let aheadMs: number;
/** How often somebody has asked for the time. */
let looks: number;
let upstream: Upstream;
const now = performance.now.bind(performance);
beforeEach(() => {
  aheadMs = 0;
  looks = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    looks++;
    return now() + aheadMs;
  });
  upstream = createUpstream();
});
afterEach(async () => {
  await upstream.close();
  vi.restoreAllMocks();
});

/** An answer that has begun, and what becomes of it. */
async function begun(idleMs: number) {
  const answered = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => {
    response.write("one");
    answered.resolve(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const channel = {
    ...{ id: "c", baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, protocol: "openai" },
    ...{ allowPrivate: true, idleTimeoutMs: idleMs, totalTimeoutMs: 600_000 },
  } as ChannelConfig;
  const heard = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<"end" | UpstreamFault["kind"]>();
  upstream.send(
    {
      ...{ channel, credential: null, method: "GET" as const, path: "/", headers: [], requestId: null, body: null },
      startTimeoutMs: idleMs,
    },
    {
      onStart: () => undefined,
      onData: () => heard.resolve(),
      onEnd: () => ended.resolve("end"),
      onFault: ({ kind }) => ended.resolve(kind),
    },
  );
  const response = await answered.promise;
  await heard.promise;
  return { response, ended: ended.promise, close: () => server.close() };
}

/** Until deadlines have been looked at twice: once for what was heard, once for what was not. */
async function untilWatched(): Promise<void> {
  for (const before = looks; looks < before + 2; ) await delay(10);
}

describe("an upstream that says nothing", () => {
  it("is left when its time is over", async () => {
    const { ended, close } = await begun(150);
    expect(await ended).toBe("timeout");
    close();
  });

  it("is not left because this process stood still, in which nothing could be heard", async () => {
    const { response, ended, close } = await begun(5_000);
    await untilWatched();
    aheadMs += STANDSTILL_MS;
    await untilWatched();
    response.end("two");
    expect(await ended).toBe("end");
    close();
  });
});
