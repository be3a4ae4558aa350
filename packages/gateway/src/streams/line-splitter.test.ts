import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";
import { MAXIMUM_FRAME_BYTES } from "./sse-splitter.ts";

type Line = { raw: string; data: string | null };

function split(packets: readonly Buffer[]): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter((buffer, start, end, data, dataStart, dataEnd) => {
    lines.push({
      raw: buffer.toString("utf8", start, end),
      data: dataStart < 0 ? null : data.toString("utf8", dataStart, dataEnd),
    });
  });
  for (const packet of packets) splitter.push(packet);
  splitter.end();
  return lines;
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ordered = [...places].map((place) => place % (bytes.length + 1)).sort((one, other) => one - other);
  return [0, ...ordered].map((start, index) => bytes.subarray(start, ordered[index] ?? bytes.length));
}

const stream = fc
  .tuple(
    fc.array(fc.constantFrom('{"a":"你好 🎓"}', "{}", "", " ", '{"b":1}'), { maxLength: 8 }),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
  )
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ""));

describe("LineSplitter", () => {
  it("hands on lines with their ends, and gives the last one its own where it lacks it", () => {
    expect(split([Buffer.from('{"a":1}\r\n\n{"b":2}\n{"c":3}')])).toEqual([
      { raw: '{"a":1}\r\n', data: '{"a":1}' },
      { raw: "\n", data: null },
      { raw: '{"b":2}\n', data: '{"b":2}' },
      { raw: '{"c":3}\n', data: '{"c":3}' },
    ]);
    expect(split([])).toEqual([]);
    expect(split([Buffer.alloc(0)])).toEqual([]);
  });

  it("gives the same lines wherever a stream is cut, and loses no byte (case 46)", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 10 }), (text, places) => {
        const bytes = Buffer.from(text);
        const lines = split(cutAt(bytes, places));
        expect(lines).toEqual(split([bytes]));
        const added = text === "" || text.endsWith("\n") ? "" : "\n";
        expect(lines.map((line) => line.raw).join("")).toBe(text + added);
      }),
    );
  });

  it("keeps no packet: what it holds of an unfinished line is a copy", () => {
    const packet = Buffer.from('{"a":');
    const lines: string[] = [];
    const splitter = new LineSplitter((_buffer, _start, _end, data, start, end) => {
      lines.push(data.toString("utf8", start, end));
    });
    splitter.push(packet);
    packet.fill(0x20);
    splitter.push(Buffer.from("1}\n"));
    expect(lines).toEqual(['{"a":1}']);
  });

  it("refuses a line that never ends", () => {
    const splitter = new LineSplitter(() => undefined);
    const packet = Buffer.alloc(MAXIMUM_FRAME_BYTES / 4, 0x61);
    for (let count = 0; count < 4; count++) splitter.push(packet);
    expect(() => splitter.push(packet)).toThrow(RangeError);
  });
});
