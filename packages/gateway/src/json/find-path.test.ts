import { describe, expect, it } from "vitest";
import { findPath } from "./find-path.ts";

const found = (text: string, ...path: string[]) => {
  const bytes = Buffer.from(text);
  const place = findPath(bytes, path);
  return place === null ? null : bytes.toString("utf8", place.valueStart, place.valueEnd);
};

describe("findPath", () => {
  it("finds values at any depth, the last of a name that stands twice", () => {
    expect(found('{"a": {"模型" : [1, {"x":2}]}}', "a", "模型")).toBe('[1, {"x":2}]');
    expect(found('{"a":1,"a": 2}', "a")).toBe("2");
    expect(found('{"b":{"a":1}}', "a")).toBeNull();
    expect(found('{"a":[1]}', "a", "b")).toBeNull();
    expect(found('{"a":', "a")).toBeNull();
  });
});
