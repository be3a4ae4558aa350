import { readFileSync } from "node:fs";
import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { ReplyContext } from "../../canonical/protocol.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { passStream } from "./passing.ts";
import { decodeCall } from "./request.ts";
import { passReply } from "./response.ts";

const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const names = { requested: "课程/m", upstream: "gemini-3-flash" };

function listenerFor(query: string) {
  const call = decodeCall(Buffer.from('{"contents":"x"}'), {
    captures: ["课程/m", "streamGenerateContent"],
    query: new URLSearchParams(query),
    headers: {},
  });
  const context: ReplyContext = {
    model: "课程/m",
    requestId: ID,
    createdAt: 0,
    wantsStreamUsage: true,
    choices: 1,
    inputTokens: 3,
    request: () => expect.unreachable("a stream that passes must not decode its request"),
  };
  return passStream(call, names, context);
}

/** What a client gets of a stream, and the verdicts. */
function relay(listener: ReturnType<typeof passStream>, stream: Buffer) {
  let text = "";
  const verdicts: string[] = [];
  const splitter = new SseSplitter((buffer, start, end, data, dataStart, dataEnd) => {
    if (dataStart < 0) return;
    verdicts.push(listener.judge(data, dataStart, dataEnd));
    const { replacement, rename } = listener;
    if (replacement !== null) text += replacement.toString();
    else if (rename === null) text += buffer.toString("utf8", start, end);
    else text += buffer.toString("utf8", start, rename.start) + rename.text + buffer.toString("utf8", rename.end, end);
  });
  splitter.push(stream);
  splitter.end();
  return { text, verdicts };
}
const renamed = (bytes: Buffer) => bytes.toString().replaceAll('"gemini-3-flash-preview"', '"课程/m"');

describe("passStream", () => {
  it("passes events as they are but for the name, whatever version the upstream calls itself (case 61)", () => {
    const bytes = fixture("text/upstream.sse");
    const listener = listenerFor("alt=sse");
    const { text, verdicts } = relay(listener, bytes);
    expect(text).toBe(renamed(bytes));
    expect(verdicts).toEqual(["pass", "pass", "pass", "tail"]);
    expect(listener.isFinished).toBe(true);
    expect(listener.encodeEnd().toString()).toBe("");
    expect(listener.facts().usage).toMatchObject({ input: 9, output: 24 });
  });

  it("puts a blank behind data: where a server leaves it out, which google-genai can't read", () => {
    const bytes = fixture("text/upstream.sse");
    const bare = Buffer.from(bytes.toString().replaceAll("data: ", "data:"));
    expect(relay(listenerFor("alt=sse"), bare).text).toBe(renamed(bytes).replaceAll("\r\n", "\n"));
  });

  it("puts the same data into one array for a client without alt=sse (case 53)", () => {
    const bytes = fixture("tools/upstream.sse");
    const listener = listenerFor("");
    const { text } = relay(listener, bytes);
    const data = renamed(bytes)
      .split("\r\n\r\n")
      .slice(0, -1)
      .map((frame) => frame.slice("data: ".length));
    expect(text + listener.encodeEnd()).toBe(`[${data.join(",\r\n")}]`);
  });

  it.each(["encodeError", "encodeLengthEnd"] as const)("closes the array after %s (case 48)", (ending) => {
    const begun = listenerFor("");
    const first = fixture("text/upstream.sse").subarray(0, 500);
    const whole = first.subarray(0, first.indexOf("\r\n\r\n") + 4);
    const { text } = relay(begun, whole);
    const end =
      ending === "encodeError" ? begun.encodeError(new AppError("upstream_error"), ID) : begun.encodeLengthEnd(3);
    const elements = JSON.parse(text + end);
    expect(elements).toHaveLength(ending === "encodeError" ? 2 : 2);
    if (ending === "encodeError") expect(elements.at(-1)).toMatchObject({ error: { status: "UNAVAILABLE" } });
    else
      expect(elements.at(-1)).toMatchObject({
        candidates: [{ finishReason: "MAX_TOKENS" }],
        usageMetadata: { promptTokenCount: 3 },
      });
  });

  it("tells an upstream's error from an answer (case 49)", () => {
    const listener = listenerFor("");
    relay(listener, Buffer.from('data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}\n\n'));
    expect(listener.error).toEqual({ message: "busy", code: "UNAVAILABLE" });
    expect(JSON.parse(listener.encodeError(new AppError("overloaded"), ID).toString())).toMatchObject([
      { error: { code: 503 } },
    ]);
  });
});

describe("passReply", () => {
  it("changes nothing but the name", () => {
    const bytes = fixture("text/upstream.json");
    const reply = passReply(bytes, names);
    expect(reply?.body.toString()).toBe(renamed(bytes));
    expect(reply?.facts.usage).toMatchObject({ input: 9, output: 24, reasoning: 20 });
  });

  it("passes a blocked prompt (case 37), and takes an error for none (case 49)", () => {
    expect(passReply(fixture("blocked/upstream.json"), names)?.body.toString()).toContain("PROHIBITED_CONTENT");
    expect(passReply(Buffer.from('{"error":{"message":"x"}}'), names)).toBeNull();
    expect(passReply(Buffer.from("<html>"), names)).toBeNull();
  });
});
