import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { bodyLimitBytes } from "./delivery/read-body.ts";
import { type DemoUpstream, demoModels, startDemoUpstream } from "./index.ts";
import { chat, complete, openChat } from "./testing/chat-client.ts";

const running: DemoUpstream[] = [];
afterEach(() => Promise.all(running.splice(0).map((upstream) => upstream.close())));

async function start(options?: Parameters<typeof startDemoUpstream>[0]) {
  const upstream = await startDemoUpstream(options);
  running.push(upstream);
  return upstream;
}

describe("startDemoUpstream", () => {
  it("rejects when the port is taken", async () => {
    const { port } = await start();
    await expect(startDemoUpstream({ port })).rejects.toThrow("EADDRINUSE");
  });

  it("closes with streams still open", async () => {
    const upstream = await start();
    const response = await openChat(upstream.url, "demo-silent", { stream: true }).response;
    response.on("error", () => undefined);
    await upstream.close();
    await expect(fetch(`${upstream.url}/v1/models`)).rejects.toThrow();
  });

  it("lists every demo model", async () => {
    const upstream = await start();
    const list = (await (await fetch(`${upstream.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(demoModels.map(({ name }) => name));
  });

  it("answers other paths with 404 in JSON", async () => {
    const upstream = await start();
    for (const path of ["/", "/v1/completions", "/v1/chat/completions", "/__demo/nothing"]) {
      const reply = await fetch(upstream.url + path);
      expect(reply.status).toBe(404);
      expect(await reply.json()).toMatchObject({ error: { message: expect.stringContaining(path) } });
    }
  });

  it("refuses a body over 64 MB, and stays on the connection", async () => {
    const upstream = await start();
    const post = (body: Buffer) =>
      fetch(`${upstream.url}/v1/chat/completions`, { method: "POST", body: new Uint8Array(body) });
    expect((await post(Buffer.alloc(bodyLimitBytes + 1))).status).toBe(413);
    expect((await post(Buffer.from("{}"))).status).toBe(400);
  });
});

describe("with a credential", () => {
  it("answers 401 in OpenAI's shape to every other one", async () => {
    const upstream = await start({ credential: "sk-right" });
    expect((await chat(upstream.url, "demo-fast", {}, "sk-right")).status).toBe(200);
    const wrong = await chat(upstream.url, "demo-fast", {}, "sk-wrong");
    expect([wrong.status, JSON.parse(wrong.body.toString())]).toMatchObject([
      401,
      { error: { code: "invalid_api_key" } },
    ]);
    expect((await fetch(`${upstream.url}/v1/models`)).status).toBe(401);
    expect(upstream.requests()).toHaveLength(3);
  });
});

describe("the log", () => {
  it("holds what arrived, byte for byte", async () => {
    const upstream = await start();
    await fetch(`${upstream.url}/v1/chat/completions?x=1`, {
      method: "POST",
      headers: { "x-trace": "7" },
      body: '{ "model":"demo-fast", "messages":[{"role":"user","content":"\\u4f60"}] , "seed": 1.0}',
    });
    const [seen] = upstream.requests();
    expect(seen).toMatchObject({
      method: "POST",
      path: "/v1/chat/completions?x=1",
      model: "demo-fast",
      finished: true,
    });
    expect(seen?.headers["x-trace"]).toBe("7");
    expect(seen?.body.toString()).toContain('"\\u4f60"}] , "seed": 1.0}');
    expect(Math.abs(Date.now() - (seen?.at ?? 0))).toBeLessThan(60_000);
  });

  it("can be read, counted and cleared over HTTP, without being in it", async () => {
    const upstream = await start({ credential: "sk" });
    await chat(upstream.url, "demo-fast", { seed: 1 }, "sk");
    await chat(upstream.url, "demo-text", {}, "sk");
    await fetch(`${upstream.url}/v1/chat/completions`, {
      method: "POST",
      body: "{",
      headers: { authorization: "Bearer sk" },
    });
    const read = async (path: string, method = "GET") => (await fetch(upstream.url + path, { method })).json();

    const [first, , broken] = upstream.requests();
    const body = first?.body ?? Buffer.alloc(0);
    expect(await read("/__demo/requests")).toMatchObject([
      {
        model: "demo-fast",
        body: body.toString("base64"),
        json: JSON.parse(body.toString()),
        digest: createHash("sha256").update(body).digest("hex"),
      },
      { model: "demo-text" },
      { body: Buffer.from("{").toString("base64") },
    ]);
    expect(broken?.model).toBeUndefined();
    expect(await read("/__demo/requests?last=1")).toHaveLength(1);
    expect(await read("/__demo/count")).toEqual({ received: 3, perModel: { "demo-fast": 1, "demo-text": 1 } });
    await read("/__demo/requests", "DELETE");
    expect(await read("/__demo/count")).toEqual({ received: 0, perModel: {} });
    expect(upstream.requests()).toEqual([]);
  });

  it("gives every answer an id of its own", async () => {
    const upstream = await start();
    const ids = [await complete(upstream.url, "demo-fast"), await complete(upstream.url, "demo-fast")].map(
      ({ id }) => id,
    );
    expect(ids).toEqual(["chatcmpl-demo-1", "chatcmpl-demo-2"]);
  });
});

describe("disguises", () => {
  const status = async (url: string, model: string, credential?: string) =>
    (await chat(url, model, {}, credential)).status;

  it("have a model, or a credential, behave as another model for a while", async () => {
    const upstream = await start({ credential: ["sk-one", "sk-two"] });
    const { url } = upstream;
    upstream.disguise({ model: "demo-fast" }, "demo-500");
    expect([await status(url, "demo-fast", "sk-one"), await status(url, "demo-text", "sk-one")]).toEqual([500, 200]);
    upstream.disguise({ credential: "sk-two" }, "demo-429");
    expect([await status(url, "demo-fast", "sk-two"), await status(url, "demo-text", "sk-two")]).toEqual([429, 429]);
    upstream.disguise({ model: "demo-text", credential: "sk-two" }, "demo-text");
    expect(await status(url, "demo-text", "sk-two")).toBe(200);
    upstream.disguise({ model: "demo-fast" }, null);
    expect(await status(url, "demo-fast", "sk-one")).toBe(200);
    expect(upstream.requests().at(-1)).toMatchObject({ model: "demo-fast" });
    expect(await status(url, "demo-fast", "sk-three")).toBe(401);
  });

  it("are put on from another process, too", async () => {
    const { url } = await start();
    const put = (body: unknown, method = "PUT") =>
      fetch(`${url}/__demo/disguises`, { method, ...(method === "PUT" && { body: JSON.stringify(body) }) });
    expect(await (await put({ model: "demo-fast", as: "demo-403" })).json()).toEqual([
      { model: "demo-fast", credential: null, as: "demo-403" },
    ]);
    expect(await status(url, "demo-fast")).toBe(403);
    expect((await put({ model: 7, as: "demo-403" })).status).toBe(400);
    expect((await put({ model: "demo-fast" })).status).toBe(400);
    expect(await (await put(null, "DELETE")).json()).toEqual([]);
    expect(await status(url, "demo-fast")).toBe(200);
  });
});
