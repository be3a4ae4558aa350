import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CONSOLE_KEEP_ALIVE_MS, createConsoleProxy } from "./console-proxy.ts";

const servers: Server[] = [];

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy in front of a console that answers with `handler`; returns the proxy's address. */
async function proxied(handler: RequestListener, trustProxy = false): Promise<string> {
  const target = await listen(handler);
  return await listen(createConsoleProxy({ target, trustProxy }));
}

const echoHeaders: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("console proxy", () => {
  it("keeps a connection for what comes next, but none that the console may close while something is sent", async () => {
    for (const [keepAliveMs, connections] of [
      [CONSOLE_KEEP_ALIVE_MS, 1],
      [5_000, 2],
    ] as const) {
      const ports = new Set<number | undefined>();
      const target = await listen((request, response) => {
        ports.add(request.socket.remotePort);
        request.resume().once("end", () => response.end("done"));
      });
      const console = servers.at(-1);
      if (console) console.keepAliveTimeout = keepAliveMs;
      const url = await listen(createConsoleProxy({ target, trustProxy: false }));
      for (let sent = 0; sent < 2; sent++)
        expect(await (await fetch(url, { method: "POST", body: "form" })).text()).toBe("done");
      expect(ports.size, `${keepAliveMs} ms`).toBe(connections);
    }
  });

  it("passes method, path, body, status and repeated headers through unchanged", async () => {
    const url = await proxied(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(201, [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-seen", `${request.method} ${request.url}`],
      ]);
      response.end(Buffer.concat(chunks));
    });
    const body = Buffer.from("学".repeat(100_000));
    const response = await fetch(`${url}/keys?q=%E4%B8%AD`, { method: "POST", body });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-seen")).toBe("POST /keys?q=%E4%B8%AD");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it("overwrites forwarded headers that a stranger sent", async () => {
    const url = await proxied(echoHeaders);
    const response = await fetch(url, {
      headers: {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-port": "99",
        "x-real-ip": "6.6.6.6",
        forwarded: "for=6.6.6.6",
        "x-middleware-subrequest": "proxy",
      },
    });
    const seen = (await response.json()) as Record<string, string>;
    const host = new URL(url).host;
    expect(seen).toMatchObject({
      host,
      "x-forwarded-host": host,
      "x-forwarded-proto": "http",
      "x-forwarded-for": "127.0.0.1",
      "x-real-ip": "127.0.0.1",
    });
    expect(JSON.stringify(seen)).not.toMatch(/6\.6\.6\.6|evil|x-forwarded-port|x-middleware/);
  });

  it("believes forwarded headers when told to trust the proxy in front", async () => {
    const url = await proxied(echoHeaders, true);
    const response = await fetch(url, {
      headers: {
        "x-forwarded-host": "llm.campus.example",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "1.1.1.1, 10.0.0.7",
      },
    });
    expect(await response.json()).toMatchObject({
      host: "llm.campus.example",
      "x-forwarded-host": "llm.campus.example",
      "x-forwarded-proto": "https",
      "x-forwarded-for": "1.1.1.1, 10.0.0.7, 127.0.0.1",
      "x-real-ip": "10.0.0.7",
    });
  });

  it("delivers headers and each chunk as soon as the console sends them", async () => {
    let next: (() => void) | undefined;
    const url = await proxied((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      next = () => response.write("one");
    });
    const response = await fetch(url); // resolves only because the headers came before any chunk
    next?.();
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe("one");
    await reader?.cancel();
  });

  it("ends the console's request when the client goes away", async () => {
    const closed = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<IncomingMessage>();
    const url = await proxied((request, response) => {
      arrived.resolve(request);
      response.once("close", () => closed.resolve());
    });
    const client = new AbortController();
    const answer = fetch(url, { signal: client.signal });
    await arrived.promise;
    client.abort();
    await expect(answer).rejects.toThrow();
    await closed.promise;
  });

  it("cuts the client off when the console dies in the middle of an answer", async () => {
    const url = await proxied((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    const response = await fetch(url);
    await expect(response.text()).rejects.toThrow();
  });

  it("answers 503 with Retry-After in both languages while the console is down", async () => {
    const url = await listen(createConsoleProxy({ target: "http://127.0.0.1:1", trustProxy: false }));
    const page = await fetch(url, { headers: { accept: "text/html" } });
    expect(page.status).toBe(503);
    expect(page.headers.get("retry-after")).toBe("5");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toMatch(/控制台[\s\S]*console/);
    const json = await fetch(url, { method: "POST", body: "x", headers: { accept: "application/json" } });
    expect(json.status).toBe(503);
    expect(await json.json()).toMatchObject({ error: { code: "console_unavailable" } });
  });

  it("survives that the console closes an idle connection", async () => {
    let answered = 0;
    const target = createServer((request, response) => {
      answered++;
      // The second request on a connection is met by a closed door, as when a keep-alive timeout strikes.
      if (answered === 2) request.socket.destroy();
      else response.end("ok");
    });
    servers.push(target);
    target.keepAliveTimeout = CONSOLE_KEEP_ALIVE_MS;
    target.listen(0, "127.0.0.1");
    await once(target, "listening");
    const url = await listen(
      createConsoleProxy({ target: `http://127.0.0.1:${(target.address() as AddressInfo).port}`, trustProxy: false }),
    );
    expect(await (await fetch(url)).text()).toBe("ok");
    expect(await (await fetch(url)).text()).toBe("ok");
    expect(answered).toBe(3);
  });
});
