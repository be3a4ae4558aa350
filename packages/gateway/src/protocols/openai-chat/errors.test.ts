import { AppError, errorCodes, errorTable } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { complaintIn, encodeError, encodeStreamError } from "./errors.ts";

const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";

describe("encodeError", () => {
  it.each(errorCodes)("puts %s into OpenAI's shape, in both languages", (code) => {
    const { error } = JSON.parse(encodeError(new AppError(code), ID).toString());
    expect(Object.keys(error)).toEqual(["message", "type", "code", "param", "whose_move", "request_id"]);
    expect(error).toMatchObject({
      code,
      param: null,
      whose_move: errorTable[code].move,
      request_id: "req_01a2018478867bfc9e7b46e93c23be29",
    });
    expect(error.message).toMatch(/\p{Script=Han}.* \/ .*[A-Za-z]/su);
  });

  it("names the page that goes on, once it is known", () => {
    const error = Object.assign(new AppError("missing_key"), { consoleUrl: "https://llm.edu/keys" });
    expect(JSON.parse(encodeError(error, ID).toString()).error.console_url).toBe("https://llm.edu/keys");
  });

  it("tells neither detail nor cause", () => {
    const error = new AppError("upstream_error", { detail: "secret detail", cause: new Error("secret cause") });
    expect(encodeStreamError(error, ID).toString()).not.toContain("secret");
  });

  it("frames the same for a stream", () => {
    const error = new AppError("upstream_timeout");
    expect(encodeStreamError(error, ID).toString()).toBe(`data: ${encodeError(error, ID)}\n\n`);
  });
});

describe("complaintIn", () => {
  it.each([
    [{ error: { message: "m", code: "c", type: "t" } }, "m", "c"],
    [{ error: { message: "m", code: 429 } }, "m", "429"],
    [{ error: "m" }, "m", ""],
    [{ detail: "m" }, "m", ""],
    [{ detail: [{ msg: "bad" }] }, '[{"msg":"bad"}]', ""],
    [{ object: "error", message: "m", code: 40_001 }, "m", "40001"],
    [[{ error: { message: "m", type: "t" } }], "m", "t"],
    [{ message: "m" }, "m", ""],
  ])("reads %j", (value, message, code) => expect(complaintIn(value)).toEqual({ message, code }));

  it("finds none in an answer", () => {
    for (const value of [{ choices: [], error: null }, null, 5, "text", {}]) expect(complaintIn(value)).toBeNull();
  });
});
