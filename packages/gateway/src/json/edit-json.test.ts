import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editJson, type JsonEdit } from "./edit-json.ts";

const edited = (text: string, ...edits: JsonEdit[]) => editJson(Buffer.from(text), edits).toString();

describe("editJson", () => {
  it("changes a value and leaves every other byte", () => {
    expect(edited('{ "a" : 1.0, "b":12345678901234567890 }', { path: ["a"], json: "2" })).toBe(
      '{ "a" : 2, "b":12345678901234567890 }',
    );
  });

  it("adds what is missing, objects on the way included", () => {
    expect(edited('{"a":1}', { path: ["c", "d"], json: "true" })).toBe('{"a":1,"c":{"d":true}}');
    expect(edited("{}", { path: ["c", "d"], json: "true" })).toBe('{"c":{"d":true}}');
    expect(edited('{"c":{"x":1}}', { path: ["c", "d"], json: "true" })).toBe('{"c":{"x":1,"d":true}}');
    expect(edited('{"c":null}', { path: ["c", "d"], json: "true" })).toBe('{"c":{"d":true}}');
  });

  it("takes members away wherever they stand", () => {
    expect(edited('{"a":1, "b":2, "c":3}', { path: ["a"], json: null })).toBe('{"b":2, "c":3}');
    expect(edited('{"a":1, "b":2, "c":3}', { path: ["c"], json: null })).toBe('{"a":1, "b":2}');
    expect(edited('{"a":1}', { path: ["a"], json: null })).toBe("{}");
    expect(edited('{"a":1}', { path: ["a"], json: null }, { path: ["b"], json: "2" })).toBe('{"b":2}');
    expect(edited('{"a":1}', { path: ["x", "y"], json: null })).toBe('{"a":1}');
  });

  it("does what setting and deleting does on the value", () => {
    const name = fc.constantFrom("a", "b", "c", "é", '"');
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, fc.integer(), fc.string(), fc.constant(null), tie("object")),
      object: fc.dictionary(name, tie("any"), { maxKeys: 4 }),
    })).object;
    const edits = fc.uniqueArray(
      fc.record({ key: name, inner: fc.option(name), json: fc.option(fc.integer().map(String)) }),
      { selector: ({ key }) => key, maxLength: 4 },
    );
    fc.assert(
      fc.property(value, edits, fc.constantFrom(undefined, 2), (object, list, indent) => {
        const expected = structuredClone(object) as Record<string, unknown>;
        const steps: JsonEdit[] = [];
        for (const { key, inner, json } of list) {
          steps.push({ path: inner === null ? [key] : [key, inner], json });
          if (inner === null) {
            if (json === null) delete expected[key];
            else define(expected, key, Number(json));
            continue;
          }
          const child = expected[key];
          const isObject = typeof child === "object" && child !== null;
          if (json === null) {
            if (isObject) delete (child as Record<string, unknown>)[inner];
          } else if (isObject) define(child as Record<string, unknown>, inner, Number(json));
          else define(expected, key, { [inner]: Number(json) });
        }
        const result = JSON.parse(editJson(Buffer.from(JSON.stringify(object, null, indent)), steps).toString());
        expect(result).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 500 },
    );
  });
});

function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
