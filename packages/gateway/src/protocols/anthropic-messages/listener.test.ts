import { describe, expect, it } from "vitest";
import type { DecodedCall, ReplyContext } from "../../canonical/protocol.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { AnthropicListener } from "./listener.ts";

const context = { model: "public", requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29", inputTokens: 10 } as ReplyContext;
const end = {
  type: "message_delta",
  delta: { stop_reason: "end_turn", stop_sequence: null },
  usage: { output_tokens: 3 },
};
const stop = { type: "message_stop" };
const start = (more: object = {}) => ({
  type: "message_start",
  message: { id: "msg_1", model: "hidden", content: [], ...more },
});
const usage = { input_tokens: 7, output_tokens: 1 };
const text = [
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "message_delta hidden" } },
  { type: "content_block_stop", index: 0 },
];
const frames = (...events: { type: string }[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");

/** What the client gets of a stream, as the relay hands it on. */
function passed(stream: string, names = { requested: "hidden", upstream: "hidden" }) {
  const listener = new AnthropicListener({ choices: 1 } as DecodedCall, names, context);
  let out = "";
  const verdicts: string[] = [];
  const splitter = new SseSplitter((buffer, from, to, data, dataStart, dataEnd) => {
    if (dataStart < 0) return;
    const verdict = listener.judge(data, dataStart, dataEnd);
    verdicts.push(verdict);
    if (verdict === "withhold" || verdict === "error") return;
    const { rename, replacement } = listener;
    if (replacement !== null) out += replacement.toString();
    else if (rename === null) out += buffer.toString("utf8", from, to);
    else out += buffer.toString("utf8", from, rename.start) + rename.text + buffer.toString("utf8", rename.end, to);
  });
  splitter.push(Buffer.from(stream));
  return { out, verdicts, listener };
}

describe("a stream that passes as it is", () => {
  it("comes byte for byte, its end once the charge is durable", () => {
    const stream = frames(start({ usage }), ...text, { type: "ping" }, end, stop);
    const { out, verdicts, listener } = passed(stream);
    expect(out).toBe(stream);
    expect(verdicts).toEqual(["withhold", "pass", "pass", "pass", "pass", "withhold", "end"]);
    expect(listener.facts()).toMatchObject({ usage: { input: 7, output: 3 }, hasOutput: true, isUsageBehind: false });
  });

  it("is under the public name, and nowhere else changed", () => {
    const stream = frames(start({ usage }), ...text, end, stop);
    const { out } = passed(stream, { requested: "public", upstream: "hidden" });
    expect(out).toBe(stream.replace('"model":"hidden"', '"model":"public"'));
  });

  it("starts once and ends once, with what all the ends say together (cases 42, 50)", () => {
    const { out } = passed(
      frames(
        start({ usage }),
        ...text,
        start({ usage }),
        { type: "message_delta", ...{ delta: {}, usage: { output_tokens: 2 } } },
        { ...end, ...{ usage: null } },
        { type: "message_delta", ...{ delta: { stop_reason: null }, usage: { output_tokens: 5 } } },
        stop,
      ),
    );
    const merged = {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      type: "message_delta",
      usage: { input_tokens: 7, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 },
    };
    expect(out).toBe(frames(start({ usage }), ...text, merged, stop));
  });

  it("has a usage even where the upstream has none: clients' libraries insist on it", () => {
    const { out } = passed(frames(start(), ...text, { ...end, ...{ usage: undefined } }, stop), {
      requested: "public",
      upstream: "hidden",
    });
    const events = out
      .split("\n\n")
      .flatMap((frame) => (frame === "" ? [] : [JSON.parse(frame.split("data: ")[1] ?? "")]));
    expect(events[0].message).toMatchObject({ model: "public", usage: { input_tokens: 10, output_tokens: 0 } });
    expect(events.at(-2).usage).toMatchObject({ input_tokens: 10, output_tokens: expect.any(Number) });
    expect(events.at(-2).usage.output_tokens).toBeGreaterThan(0);
  });

  it("ends where the upstream just closes behind the last content, and in the middle where we end it", () => {
    const { listener, out } = passed(frames(start({ usage }), ...text, end));
    expect(listener.isFinished).toBe(true);
    expect(out + listener.encodeEnd().toString()).toBe(frames(start({ usage }), ...text, end, stop));
    const cut = passed(frames(start({ usage }), ...text.slice(0, 2)))
      .listener.encodeLengthEnd(7)
      .toString();
    expect(cut).toMatch(/content_block_stop.*"stop_reason":"max_tokens".*message_stop/s);
    expect(cut).not.toContain("message_start");
  });

  it("is a failure where the upstream says so (case 49)", () => {
    const { verdicts, listener } = passed(
      frames({ type: "error", ...{ error: { type: "overloaded_error", message: "Overloaded" } } }),
    );
    expect(verdicts).toEqual(["error"]);
    expect(listener.error).toEqual({ message: "Overloaded", code: "overloaded_error" });
  });

  it("is one, too, where the event is as llama.cpp's: the error without the word around it", () => {
    const said = '{"code":500,"message":"The model produced output that does not match","type":"server_error"}';
    const { verdicts, listener } = passed(`${frames(start(), ...text.slice(0, 2))}event: error\ndata: ${said}\n\n`);
    expect(verdicts.at(-1)).toBe("error");
    expect(listener.error).toEqual({ message: "The model produced output that does not match", code: "500" });
  });
});
