import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let secret: string;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("c", gateway.upstreamUrl);
  await gateway.model("m", [channel], { upstreamModel: "demo-echo" });
  ({ secret } = await gateway.person(1_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const origin = "http://localhost:3000";

describe("apps in a browser, on pages from elsewhere", () => {
  it.each([
    ["/v1/chat/completions", "POST"],
    ["/v1/messages", "POST"],
    ["/v1beta/models/m:streamGenerateContent?alt=sse", "POST"],
    ["/api/tags", "GET"],
    ["/v1/models", "GET"],
    ["/v1/responses/resp_1", "DELETE"],
  ])("are told before they call %s that they may", async (path, method) => {
    const asked = "authorization,content-type,x-stainless-os,anthropic-version";
    const answer = await fetch(`${gateway.url}${path}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": asked },
    });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    const told = (name: string) => answer.headers.get(`access-control-allow-${name}`);
    expect([told("origin"), told("headers"), told("credentials")]).toEqual(["*", asked, null]);
    expect(told("methods")?.split(", ")).toContain(method);
  });

  it("read answers and their headers, streamed or not, and errors", async () => {
    for (const body of [{ messages: hello }, { messages: hello, stream: true }, { messages: [] }]) {
      const answer = await gateway.chat(secret, { model: "m", ...body }, { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-expose-headers")).toBe("*");
      await answer.text();
    }
    const stranger = await fetch(`${gateway.url}/api/tags`, { headers: { origin } });
    expect([stranger.status, stranger.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
  });

  it("are the only ones to hear of it", async () => {
    const answer = await gateway.chat(secret, { model: "m", messages: hello });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    const options = await fetch(`${gateway.url}/v1/chat/completions`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([200, "POST, OPTIONS"]);
    expect((await fetch(`${gateway.url}/v1/nothing`, { method: "OPTIONS" })).status).toBe(404);
  });
});

describe("a body", () => {
  it("may begin with the mark that editors put there", async () => {
    const body = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(JSON.stringify({ model: "m", messages: hello })),
    ]);
    expect((await gateway.chat(secret, body)).status).toBe(200);
    expect(gateway.upstream.requests().at(-1)?.body[0]).toBe(0x7b);
  });

  it("is answered as events where Google's clients ask with a dollar", async () => {
    const body = { contents: [{ parts: [{ text: "hi" }] }] };
    const answer = await gateway.chat(secret, body, { path: "/v1beta/models/m:streamGenerateContent?$alt=sse" });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    await answer.text();
  });
});
