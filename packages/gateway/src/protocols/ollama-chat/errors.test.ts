import { AppError, errorCodes, errorTable } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { encodeError, readComplaint } from "./errors.ts";

const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";
const encoded = (error: AppError) => JSON.parse(encodeError(error, ID).toString());

describe("encodeError", () => {
  it.each(errorCodes)("tells %s as a text, in both languages (case 51)", (code) => {
    expect(encoded(new AppError(code))).toEqual({
      error: expect.stringMatching(/\p{Script=Han}.* \/ .*[A-Za-z]/su),
      code,
      whose_move: errorTable[code].move,
      request_id: "req_01a2018478867bfc9e7b46e93c23be29",
    });
  });

  it("says where a key goes", () => {
    const { error } = encoded(new AppError("missing_key"));
    expect(error).toContain("Authorization: Bearer KEY");
    expect(error).toContain("OLLAMA_API_KEY");
  });

  it("names the page that goes on beside the text", () => {
    const error = Object.assign(new AppError("invalid_key"), { consoleUrl: "https://llm.edu/keys" });
    expect(encoded(error)).toMatchObject({ error: expect.any(String), console_url: "https://llm.edu/keys" });
  });

  it("tells neither detail nor cause", () => {
    const error = new AppError("upstream_error", { detail: "secret detail", cause: new Error("secret cause") });
    expect(encodeError(error, ID).toString()).not.toContain("secret");
  });
});

describe("readComplaint", () => {
  it.each([
    ['{"error":"model \'m\' not found"}', "model 'm' not found", ""],
    ['{"error":"busy","status":503}', "busy", "503"],
    ['{"error":{"message":"m","code":429}}', "m", "429"],
    ['{"error":{"why":1}}', '{"why":1}', ""],
  ])("reads %s", (body, message, code) => expect(readComplaint(Buffer.from(body))).toEqual({ message, code }));

  it.each(["<html>502</html>", '{"done":true}', '{"error":null}', "[]", ""])("finds none in %j (case 51)", (body) => {
    expect(readComplaint(Buffer.from(body))).toBeNull();
  });
});
