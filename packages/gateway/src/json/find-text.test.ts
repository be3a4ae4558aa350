import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPath } from "./find-path.ts";
import { findText } from "./find-text.ts";

const found = (text: string, name: string) => {
  const bytes = Buffer.from(text);
  const place = findText(bytes, Buffer.from(JSON.stringify(name)));
  return place === null ? null : bytes.toString("utf8", place.valueStart, place.valueEnd);
};

describe("findText", () => {
  it("finds the last text of a name, outermost only", () => {
    expect(found('{"a" : "x\\"y", "b":{"a":"z"}}', "a")).toBe('"x\\"y"');
    expect(found('{"a":"1","a":"2"}', "a")).toBe('"2"');
    expect(found('{"b":{"a":"z"},"c":"\\"a\\":\\"w\\""}', "a")).toBeNull();
    expect(found('{"b":["a","x"],"c":"a"}', "a")).toBeNull();
    expect(found('{"a":1}', "a")).toBeNull();
  });

  it("finds nothing in what is cut off", () => {
    for (const text of ['{"a":"x"', '{"a":"x', '{"a":', '{"a', ""]) expect(found(text, "a")).toBeNull();
  });

  it("agrees with findPath wherever the value is a text", () => {
    const value = fc.oneof(fc.string(), fc.json().map(JSON.parse));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", 'c"', "模型"), value), fc.boolean(), (object, isSpaced) => {
        const text = JSON.stringify(object, null, isSpaced ? 2 : 0);
        const bytes = Buffer.from(text);
        for (const name of ["a", "b", "模型"]) {
          const expected = typeof object[name] === "string" ? findPath(bytes, [name]) : null;
          expect(findText(bytes, Buffer.from(JSON.stringify(name)))).toEqual(expected);
        }
      }),
    );
  });
});
