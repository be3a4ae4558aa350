import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { chat, openChat, parseEvents, streamChunks } from "../testing/chat-client.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
beforeEach(() => upstream.clear());
afterAll(() => upstream.close());

const streamed = { stream: true };
const patience = { timeout: 25_000 };
const lastSeen = () => upstream.requests().at(-1);

describe("refusals", () => {
  it.each([
    ["demo-401", 401, "invalid_api_key"],
    ["demo-403", 403, "access_denied"],
    ["demo-404-model", 404, "model_not_found"],
    ["demo-429", 429, "rate_limit_exceeded"],
    ["demo-500", 500, "internal_error"],
    ["a-model-nobody-has", 404, "model_not_found"],
  ])("%s answers %i %s in OpenAI's shape, streamed or not", async (model, status, code) => {
    for (const body of [{}, streamed]) {
      const reply = await chat(upstream.url, model, body);
      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.body.toString())).toMatchObject({ error: { code, message: expect.any(String) } });
    }
  });

  it("demo-401 repeats the credential, demo-403 says access denied, demo-429 says when to come back", async () => {
    expect((await chat(upstream.url, "demo-401", {}, "sk-secret")).body.toString()).toContain("sk-secret");
    expect((await chat(upstream.url, "demo-403")).body.toString()).toContain("access denied");
    expect((await chat(upstream.url, "demo-429")).headers["retry-after"]).toBe("7");
  });

  it("demo-502-html answers with a page", async () => {
    const reply = await chat(upstream.url, "demo-502-html");
    expect(reply.status).toBe(502);
    expect(reply.headers["content-type"]).toContain("text/html");
    expect(reply.body.toString()).toContain("<h1>");
  });

  it("demo-error-200 hides an error under status 200", async () => {
    const whole = await chat(upstream.url, "demo-error-200");
    expect([whole.status, JSON.parse(whole.body.toString())]).toMatchObject([200, { error: { code: "overloaded" } }]);
    const stream = await chat(upstream.url, "demo-error-200", streamed);
    expect(stream.headers["content-type"]).toContain("text/event-stream");
    expect(parseEvents(stream.body.toString())).toMatchObject([{ error: { code: "overloaded" } }]);
  });

  it("demo-no-top-p-1 refuses top_p 1 by name, and nothing else", async () => {
    const reply = await chat(upstream.url, "demo-no-top-p-1", { top_p: 1.0 });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ error: { param: "top_p" } });
    expect((await chat(upstream.url, "demo-no-top-p-1", { top_p: 0.99 })).status).toBe(200);
    expect((await chat(upstream.url, "demo-no-top-p-1")).status).toBe(200);
  });

  it("demo-flaky-N fails every N-th time, counted anew after clear", async () => {
    const statuses = async (count: number) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index++) seen.push((await chat(upstream.url, "demo-flaky-3")).status);
      return seen;
    };
    expect(await statuses(7)).toEqual([200, 200, 500, 200, 200, 500, 200]);
    upstream.clear();
    expect(await statuses(3)).toEqual([200, 200, 500]);
  });
});

describe("answers that go wrong", () => {
  it("demo-error-mid-stream sends 3 chunks, then an error event", async () => {
    const chunks = await streamChunks(upstream.url, "demo-error-mid-stream");
    expect(chunks).toHaveLength(1 + 3 + 1);
    expect(chunks.at(-1)?.error?.message).toBeTruthy();
    expect(lastSeen()?.chunksSent).toBe(3);
    expect((await chat(upstream.url, "demo-error-mid-stream")).status).toBe(500);
  });

  it("demo-slow-MS sends nothing, not even headers, for that long", async () => {
    for (const body of [{}, streamed]) {
      const startedAt = performance.now();
      const response = await openChat(upstream.url, "demo-slow-60", body).response;
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
      response.resume();
    }
  });

  it("demo-silent sends headers of a stream and nothing more, and sees the client go", async () => {
    const call = openChat(upstream.url, "demo-silent", streamed);
    const response = await call.response;
    expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "text/event-stream; charset=utf-8"]);
    expect(lastSeen()).toMatchObject({ finished: false, closedEarly: false, chunksSent: 0 });
    response.on("error", () => undefined);
    call.hangUp();
    await vi.waitFor(() => expect(lastSeen()).toMatchObject({ finished: false, closedEarly: true }), patience);
  });

  it("demo-silent, not streamed, has not answered when a later request has", async () => {
    const call = openChat(upstream.url, "demo-silent");
    const outcome = call.response.then(
      () => "answered",
      () => "hung up",
    );
    await vi.waitFor(() => expect(lastSeen()?.model).toBe("demo-silent"), patience);
    await chat(upstream.url, "demo-chunks-3-every-10ms");
    expect(upstream.requests()[0]).toMatchObject({ finished: false, closedEarly: false });
    call.hangUp();
    expect(await outcome).toBe("hung up");
    await vi.waitFor(() => expect(upstream.requests()[0]?.closedEarly).toBe(true), patience);
  });

  it("demo-silent-after-N stops talking after N chunks", async () => {
    const call = openChat(upstream.url, "demo-silent-after-40", streamed);
    const response = await call.response;
    let text = "";
    for await (const part of response) {
      text += part;
      if (text.includes('"39 "')) break;
    }
    expect(text.endsWith("\n\n")).toBe(true);
    expect(text).not.toContain('"40 "');
    call.hangUp();
    await vi.waitFor(
      () => expect(lastSeen()).toMatchObject({ chunksSent: 40, closedEarly: true, finished: false }),
      patience,
    );
  });

  it("demo-breaks-N delivers N whole chunks before the connection breaks", async () => {
    const response = await openChat(upstream.url, "demo-breaks-30", streamed).response;
    const { text, error } = await readUntilBroken(response);
    expect(error).toBeInstanceOf(Error);
    expect(text.match(/"content":"\d+ "/g)).toHaveLength(30);
    expect(text.endsWith("\n\n")).toBe(true);
    expect(lastSeen()).toMatchObject({ chunksSent: 30, finished: false, closedEarly: false });
  });

  it("demo-breaks-N, not streamed, breaks in the middle of the body", async () => {
    const response = await openChat(upstream.url, "demo-breaks-3").response;
    const { text, error } = await readUntilBroken(response);
    expect(error).toBeInstanceOf(Error);
    expect(text.length).toBe(Number(response.headers["content-length"]) >> 1);
  });

  it("demo-breaks-0 breaks before any byte", async () => {
    for (const body of [{}, streamed]) {
      await expect(openChat(upstream.url, "demo-breaks-0", body).response).rejects.toThrow("socket hang up");
    }
  });

  it("demo-usage-every-breaks-N has told the usage of N chunks when the connection breaks", async () => {
    const response = await openChat(upstream.url, "demo-usage-every-breaks-3", streamed).response;
    const { text, error } = await readUntilBroken(response);
    expect(error).toBeInstanceOf(Error);
    expect(text.match(/(?<="completion_tokens":)\d+/g)).toEqual(["0", "1", "2", "3"]);
  });

  it("demo-ends-N ends in order without its last words", async () => {
    const stream = (await chat(upstream.url, "demo-ends-3", streamed)).body.toString();
    expect(stream.match(/"content":"\d+ "/g)).toHaveLength(3);
    expect(stream).not.toMatch(/"stop"|DONE/);
    const whole = await chat(upstream.url, "demo-ends-3");
    expect([whole.status, isJson(whole.body.toString())]).toEqual([200, false]);
  });

  it("demo-error-text-N says its error in plain words", async () => {
    const stream = (await chat(upstream.url, "demo-error-text-3", streamed)).body.toString();
    expect(stream.match(/"content":"\d+ "/g)).toHaveLength(3);
    expect(stream.endsWith("\n\nInternal Server Error\n")).toBe(true);
    const whole = await chat(upstream.url, "demo-error-text-3");
    expect([whole.status, whole.body.toString()]).toEqual([200, "Internal Server Error\n"]);
  });

  it("demo-wrong-json cuts an event or the body short", async () => {
    const stream = (await chat(upstream.url, "demo-wrong-json", streamed)).body.toString();
    const events = stream.split("\n\n").filter((event) => event !== "");
    const readable = events.map((event) => event === "data: [DONE]" || isJson(event.slice("data: ".length)));
    expect(readable.flatMap((good, index) => (good ? [] : [index]))).toEqual([2]);
    const whole = await chat(upstream.url, "demo-wrong-json");
    expect([whole.status, isJson(whole.body.toString())]).toEqual([200, false]);
  });
});

async function readUntilBroken(response: AsyncIterable<unknown>): Promise<{ text: string; error: unknown }> {
  let text = "";
  try {
    for await (const part of response) text += part;
  } catch (error) {
    return { text, error };
  }
  return { text, error: undefined };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
