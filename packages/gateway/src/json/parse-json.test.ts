import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("parseJson", () => {
  it("keeps the digits of what is passed on", () => {
    const text = '{"input":{"id":12345678901234567890,"x":1.0,"y":1e-7}}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it("gives plain numbers everywhere else", () => {
    expect(parseJson('{"temperature":1.0,"list":[1e2],"input":{"n":2}}')).toEqual({
      temperature: 1,
      list: [100],
      input: { n: 2 },
    });
  });

  it("is undefined for what is no JSON", () => {
    for (const text of ["", "{", "<html>", '{"a":1.0,}']) expect(parseJson(text)).toBeUndefined();
  });

  it("takes JSON of any depth, and refuses what breaks off deep down", () => {
    const opening = "[".repeat(50_000);
    const closing = "]".repeat(50_000);
    expect(parseJson(`${opening}1.0${closing}`)).toBeInstanceOf(Array);
    expect(parseJson(`${opening}1.0`)).toBeUndefined();
  });

  it("agrees with JSON.parse wherever that loses nothing", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });
});
