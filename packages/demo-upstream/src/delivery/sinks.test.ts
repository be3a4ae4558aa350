import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { shortText } from "../scripts/passages.ts";
import type { Framing } from "../scripts/plan.ts";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { type Completion, chat, contentOf, openChat, parseEvents } from "../testing/chat-client.ts";
import { openSink } from "./sinks.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const streamed = { stream: true };
const patience = { timeout: 25_000 };
/** What a sink writes, apart: on their way the network may put parts together. */
async function writesOf(framing: Framing, text: string): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  const response = Object.assign(new EventEmitter(), { write: (part: Buffer) => parts.push(part) > 0 });
  const sink = openSink(framing, response as unknown as ServerResponse);
  sink.write(text);
  await new Promise<void>((resolve) => sink.onceDrained(resolve));
  return parts;
}
const answerIn = (body: Buffer) => (JSON.parse(body.toString()) as Completion).choices[0]?.message.content;

describe("demo-gzip", () => {
  it("encodes the reply, streamed and not", async () => {
    const whole = await chat(upstream.url, "demo-gzip");
    expect(whole.headers["content-encoding"]).toBe("gzip");
    expect(answerIn(gunzipSync(whole.body))).toBe(shortText);
    const stream = await chat(upstream.url, "demo-gzip", streamed);
    expect(stream.headers["content-encoding"]).toBe("gzip");
    expect(contentOf(parseEvents(gunzipSync(stream.body).toString()))).toBe(shortText);
  });
});

describe("demo-brotli", () => {
  it("encodes the reply, streamed and not", async () => {
    const whole = await chat(upstream.url, "demo-brotli");
    expect(whole.headers["content-encoding"]).toBe("br");
    expect(answerIn(brotliDecompressSync(whole.body))).toBe(shortText);
    const stream = await chat(upstream.url, "demo-brotli", streamed);
    expect(contentOf(parseEvents(brotliDecompressSync(stream.body).toString()))).toBe(shortText);
  });
});

describe("demo-half-utf8", () => {
  it("cuts events inside a character, and loses nothing", async () => {
    for (const body of [{}, streamed]) {
      const response = await openChat(upstream.url, "demo-half-utf8", body).response;
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      await once(response, "end");
      const text = Buffer.concat(parts).toString();
      expect("stream" in body ? contentOf(parseEvents(text)) : answerIn(Buffer.from(text))).toBe(shortText);
    }
    // A continuation byte comes first only where a character was cut.
    const parts = await writesOf("half-utf8", shortText);
    expect(parts.some((part) => ((part[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
  });
});

describe("demo-crlf", () => {
  it("ends every line in CRLF and puts comments between the events", async () => {
    const text = (await chat(upstream.url, "demo-crlf", streamed)).body.toString();
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text).toContain(": keep-alive\r\n\r\ndata: {");
    expect(contentOf(parseEvents(text.replaceAll("\r\n", "\n")))).toBe(shortText);
  });
});

describe("demo-split", () => {
  it("sends one byte at a time, and all of them", async () => {
    for (const body of [{}, streamed]) {
      const response = await openChat(upstream.url, "demo-split", body).response;
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      await once(response, "end");
      const text = Buffer.concat(parts).toString();
      expect("stream" in body ? contentOf(parseEvents(text)) : answerIn(Buffer.from(text))).toBe(shortText);
    }
    expect((await writesOf("split", shortText)).map(({ length }) => length)).toEqual(
      Array(Buffer.byteLength(shortText)).fill(1),
    );
  });

  it("stops when the client goes", async () => {
    const call = openChat(upstream.url, "demo-split", streamed);
    const response = await call.response;
    response.on("error", () => undefined);
    call.hangUp();
    await vi.waitFor(
      () => expect(upstream.requests().at(-1)).toMatchObject({ closedEarly: true, finished: false }),
      patience,
    );
  });
});

describe("a plain stream", () => {
  it("reaches a client that reads late, whole and in order", async () => {
    const response = await openChat(upstream.url, "demo-chunks-100000", streamed).response;
    const seen = upstream.requests().at(-1);
    expect(seen?.finished).toBe(false);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const expected = Array.from({ length: 100_000 }, (_, index) => `${index} `).join("");
    expect(contentOf(parseEvents(Buffer.concat(parts).toString()))).toBe(expected);
    expect(seen).toMatchObject({ finished: true, chunksSent: 100_000 });
  });
});
