import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAXIMUM_FRAME_BYTES, SseSplitter } from "./sse-splitter.ts";

type Frame = { raw: string; data: string | null };

function split(packets: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const splitter = new SseSplitter((buffer, start, end, data, dataStart, dataEnd) => {
    frames.push({
      raw: buffer.toString("utf8", start, end),
      data: dataStart < 0 ? null : data.toString("utf8", dataStart, dataEnd),
    });
  });
  for (const packet of packets) splitter.push(packet);
  splitter.end();
  return frames;
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ordered = [...places].map((place) => place % (bytes.length + 1)).sort((one, other) => one - other);
  return [0, ...ordered].map((start, index) => bytes.subarray(start, ordered[index] ?? bytes.length));
}

const line = fc.constantFrom(
  "data: 你好 🎓",
  "data:x",
  "data",
  "data: ",
  ": comment",
  "event: error",
  "id: 7",
  "database: no",
  'data: {"a":1',
);
const ending = fc.constantFrom("\n", "\r\n", "\r");
const stream = fc
  .tuple(fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), ending)
  .map(([frames, end]) => frames.map((lines) => lines.map((each) => each + end).join("") + end).join(""));

/** What the specification says, the slow way. */
function expected(text: string): (string | null)[] {
  const frames = text.split(/\r\n\r\n|\n\n|\r\r/).filter((frame) => frame !== "");
  return frames.map((frame) => {
    const data = frame.split(/\r\n|\n|\r/).filter((each) => /^data(?::|$)/.test(each));
    return data.length === 0 ? null : data.map((each) => each.replace(/^data:? ?/, "")).join("\n");
  });
}

describe("SseSplitter", () => {
  it("gives the same frames wherever the packets end, and loses no byte", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(500), { maxLength: 12 }), (text, places) => {
        const frames = split(cutAt(Buffer.from(text), places));
        expect(frames.map((frame) => frame.data)).toEqual(expected(text));
        expect(frames.map((frame) => frame.raw).join("")).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives the same frames byte by byte", () => {
    const text = "data: 你好\r\n\r\n: ping\r\n\r\ndata: a\r\ndata: b\r\n\r\ndata: [DONE]\r\n\r\n";
    const bytes = Buffer.from(text);
    expect(split([...bytes].map((byte) => Buffer.from([byte]))).map((frame) => frame.data)).toEqual([
      "你好",
      null,
      "a\nb",
      "[DONE]",
    ]);
  });

  it("takes a last frame without its blank line", () => {
    expect(split([Buffer.from("data: a\n\ndata: [DONE]")]).map((frame) => frame.data)).toEqual(["a", "[DONE]"]);
    expect(split([Buffer.from("data: a\n\ndata: [DONE]\n")]).map((frame) => frame.data)).toEqual(["a", "[DONE]"]);
  });

  it("gives the last frame what it lacks, so that frames of our own can follow", () => {
    for (const end of ["", "\n", "\r\n"]) {
      const frames = split([Buffer.from(`data: {"a":1}${end}`)]);
      expect(frames).toEqual([{ raw: `data: {"a":1}${end}${end === "" ? "\n\n" : "\n"}`, data: '{"a":1}' }]);
    }
  });

  it("tells events apart that servers send without blank lines between them (case 46)", () => {
    const text = [
      ': a\nevent: one\ndata: {"a":1}\nevent: two\nid: 7\ndata: {"b":',
      "data: [2]",
      "data: }",
      'data: {"c":3}',
      "data: [DONE]",
    ].join("\n");
    const frames = split([Buffer.from(text)]);
    expect(frames).toEqual([
      { raw: ': a\nevent: one\ndata: {"a":1}\n\n', data: '{"a":1}' },
      { raw: 'event: two\nid: 7\ndata: {"b":\ndata: [2]\ndata: }\n\n', data: '{"b":\n[2]\n}' },
      { raw: 'data: {"c":3}\n\n', data: '{"c":3}' },
      { raw: "data: [DONE]\n\n", data: "[DONE]" },
    ]);
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    expect(split(bytes)).toEqual(frames);
  });

  it("hands frames on before the packet's rest is whole, without keeping the packet", () => {
    const seen: Buffer[] = [];
    const splitter = new SseSplitter((buffer) => seen.push(buffer));
    const packet = Buffer.from("data: a\n\ndata: b");
    splitter.push(packet);
    expect(seen).toEqual([packet]);
    splitter.push(Buffer.from("c\n\n"));
    expect(seen[1]?.buffer).not.toBe(packet.buffer);
    expect(seen[1]?.toString()).toBe("data: bc\n\n");
  });

  it("refuses a frame without end", () => {
    const splitter = new SseSplitter(() => undefined);
    const piece = Buffer.alloc(8 * 1024 * 1024, 0x61);
    expect(() => {
      for (let i = 0; i <= MAXIMUM_FRAME_BYTES / piece.length; i++) splitter.push(piece);
    }).toThrow(RangeError);
  });
});
