import { describe, expect, it } from "vitest";
import { kindOfBody, withoutMark } from "./kind-of-body.ts";

const bytes = (text: string) => Buffer.from(text);

describe("the first bytes of a body", () => {
  it.each(["data: {}", ": comment", "event: a", "\r\n\n data:", "\ufeffdata: {}", "retry: 1", "upstream error"])(
    "%j begin a stream of events",
    (text) => {
      expect(kindOfBody(bytes(text), "sse")).toBe("stream");
    },
  );

  it.each(['{"a":1}', "\n\t [1]", "\ufeff{", "<html>"])("%j begin a document", (text) => {
    expect(kindOfBody(bytes(text), "sse")).toBe("whole");
  });

  it("are a line of JSON, or JSON in several lines", () => {
    expect(kindOfBody(bytes('{"model":"m"}\n'), "lines")).toBe("stream");
    expect(kindOfBody(bytes('{\n  "model": "m"'), "lines")).toBe("whole");
    expect(kindOfBody(bytes("[{"), "lines")).toBe("whole");
  });

  it.each(["", " \n", "\ufeff"])("tell nothing where there are only %j", (text) => {
    expect(kindOfBody(bytes(text), "sse")).toBe("unknown");
  });

  it("tell nothing yet where they may be a piece of a byte order mark, or of a line", () => {
    expect(kindOfBody(bytes("\ufeff").subarray(0, 2), "sse")).toBe("unknown");
    expect(kindOfBody(bytes("{"), "lines")).toBe("unknown");
  });
});

it("takes a byte order mark off, once, and nothing else", () => {
  expect(withoutMark(bytes("\ufeff\ufeffa")).toString()).toBe("\ufeffa");
  const plain = bytes("ï");
  expect(withoutMark(plain)).toBe(plain);
});
