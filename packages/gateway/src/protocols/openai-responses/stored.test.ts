import { describe, expect, it } from "vitest";
import { finalResponse, inputItems, itemIdsOf, itemsOf, notStored, referencesIn, withTurns } from "./stored.ts";

const turn = (input: string, output: string) => ({ input, response: `{"id":"r","output":${output},"x":1.0}` });

describe("withTurns", () => {
  it("puts former turns before the new input, as they were written", () => {
    const body = Buffer.from('{"model":"m","input":"\\u4f60","n":1.0}');
    const turns = [turn('[{"role":"user","content":"a"}]', '[{"type":"message","z":1.0}]'), turn("[ ]", "[]")];
    expect(withTurns(body, turns).toString()).toBe(
      '{"model":"m","input":[{"role":"user","content":"a"},{"type":"message","z":1.0},' +
        '{"type":"message","role":"user","content":[{"type":"input_text","text":"\\u4f60"}]}],"n":1.0}',
    );
  });

  it("goes on from a turn without adding anything", () => {
    const body = Buffer.from('{"model":"m"}');
    expect(withTurns(body, [turn('[{"role":"user","content":"a"}]', "[]")]).toString()).toBe(
      '{"model":"m","input":[{"role":"user","content":"a"}]}',
    );
    expect(itemsOf(body)).toBe("[]");
  });
});

describe("referencesIn", () => {
  it("puts items in the place of references to them", () => {
    const body = Buffer.from(
      '{"model":"m","input":[{"role":"user","content":"a"},{"type":"item_reference","id":"fc_1"},{"type":"item_reference","id":"fc_2"}]}',
    );
    const references = referencesIn(body);
    expect(references?.ids).toEqual(["fc_1", "fc_2"]);
    const found = new Map([
      ["fc_1", '{"n":1.0}'],
      ["fc_2", '{"id":"fc_2"}'],
    ]);
    expect(references?.resolve(found).toString()).toBe(
      '{"model":"m","input":[{"role":"user","content":"a"},{"n":1.0},{"id":"fc_2"}]}',
    );
  });

  it("finds none where none are", () => {
    expect(referencesIn(Buffer.from('{"model":"m","input":"what is an item_reference?"}'))).toBeNull();
    expect(referencesIn(Buffer.from('{"model":"m","input":[{"role":"user","content":"x"}]}'))).toBeNull();
  });
});

describe("itemIdsOf", () => {
  it("lists the ids of an output in their places", () => {
    expect(itemIdsOf('{"output":[{"id":"a"},{},{"id":5},{"id":"b"}]}')).toEqual(["a", "", "", "b"]);
  });
});

describe("inputItems", () => {
  it("lists all that a response was made from, each with an id that stays the same", () => {
    const turns = [
      { id: "01a2-03", ...turn('[{"role":"user","content":"a"}]', '[{"id":"msg_1","type":"message"}]') },
      { id: "01a2-04", ...turn('[{"type":"function_call_output","call_id":"c","output":"1"}]', '[{"id":"msg_2"}]') },
    ];
    expect(inputItems(turns)).toEqual([
      { id: "msg_01a203i0000", role: "user", content: "a" },
      { id: "msg_1", type: "message" },
      { id: "item_01a204i0000", type: "function_call_output", call_id: "c", output: "1" },
    ]);
  });
});

describe("finalResponse", () => {
  const frames = (end: string) =>
    Buffer.from(
      `event: a\ndata: {"type":"a","response":{"id":1}}\n\nevent: b\ndata: {"type":"b","response":{"id":2,"store":true}}${end}`,
    );

  it.each(["\n\n", "\n", "", "\r\n\r\n"])("is in the last frame of a stream that ends in %j", (end) => {
    expect(finalResponse(frames(end), true)?.json).toBe('{"id":2,"store":true}');
  });

  it("is the whole body of an answer without a stream", () => {
    expect(finalResponse(Buffer.from('{"id":3}'), false)?.json).toBe('{"id":3}');
    expect(finalResponse(Buffer.from("data: 5\n\n"), true)).toBeNull();
  });

  it("says that it was not kept, and nothing else", () => {
    const answer = frames("\n\n");
    const final = finalResponse(answer, true);
    expect(final && notStored(answer, final.place).toString()).toBe(
      answer.toString().replace('"store":true', '"store":false'),
    );
    const whole = Buffer.from('{"id":3,"store":true}');
    expect(notStored(whole, { start: 0, end: whole.length, path: [] }).toString()).toBe('{"id":3,"store":false}');
  });
});
