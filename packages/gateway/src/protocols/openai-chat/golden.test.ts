import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fold } from "../../canonical/fold.ts";
import { Notes } from "../../canonical/notes.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { findProvider } from "../../providers/find-provider.ts";
import { openai } from "../../providers/openai.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { chatRequest } from "../../testing/chat-request.ts";
import { target } from "../../testing/target.ts";
import { decodeReply } from "./reply-decode.ts";
import { encodeReply } from "./reply-encode.ts";
import { decodeRequest } from "./request-decode.ts";
import { encodeRequest } from "./request-encode.ts";
import { decodeStream } from "./stream.ts";
import { encodeStream } from "./stream-encode.ts";

const bytes = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const text = (name: string) => bytes(name).toString("utf8");
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const context = {
  model: "public",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_000,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => chatRequest(),
};

function eventsOf(stream: Buffer): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  const splitter = new SseSplitter((_buffer, _start, _end, data, from, to) => {
    if (from >= 0) decoder.decode(data.toString("utf8", from, to));
  });
  splitter.push(stream);
  splitter.end();
  expect(decoder.isComplete).toBe(true);
  return events;
}

describe("fixtures", () => {
  it.each(["llamacpp-noise", "deepseek-thinking-calls", "openrouter-signed"])(
    "stream %s as told in reply.sse",
    (name) => {
      const encoder = encodeStream(context);
      const events = eventsOf(bytes(`${name}/upstream.sse`));
      const written = events.map((event) => encoder.encode(event)).join("") + encoder.end();
      expect(written).toBe(text(`${name}/reply.sse`));
    },
  );

  it.each(["deepseek-thinking-calls", "openrouter-signed"])("answer %s in one as told in reply.json", (name) => {
    const reply = decodeReply(JSON.parse(text(`${name}/upstream.json`)));
    expect(reply).not.toBeNull();
    if (reply === null) return;
    expect(fold(eventsOf(bytes(`${name}/upstream.sse`)))).toEqual(reply);
    const whole: unknown = JSON.parse(encodeReply(reply, context).toString("utf8"));
    expect(pretty(whole)).toBe(text(`${name}/reply.json`));
  });

  it("ask everything as told in canonical.json, and each vendor in its own words", () => {
    const request = decodeRequest(bytes("client-everything/client.json"));
    expect(pretty(request)).toBe(text("client-everything/canonical.json"));
    for (const [id, upstreamModel] of [
      ["openai", "gpt-5.2"],
      ["vllm", "qwen3"],
      ["qwen", "qwen3-max"],
    ] as const) {
      const notes = new Notes();
      const to = target({ provider: findProvider(id) ?? openai, upstreamModel });
      const body: unknown = JSON.parse(encodeRequest(request, to, notes).body.toString("utf8"));
      const { dropped, clamped } = notes;
      expect(pretty({ body, dropped, clamped })).toBe(text(`client-everything/${id}.json`));
    }
  });
});
