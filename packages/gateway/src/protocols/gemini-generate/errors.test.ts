import { AppError, errorCodes } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { encodeError, readComplaint } from "./errors.ts";

const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";
const encoded = (error: AppError) => JSON.parse(encodeError(error, ID).toString()).error;

describe("encodeError", () => {
  it.each(errorCodes)("tells %s as google.rpc.Status, in both languages", (code) => {
    const error = new AppError(code);
    expect(encoded(error)).toEqual({
      code: error.status,
      message: expect.stringMatching(/\p{Script=Han}.* \/ .*[A-Za-z]/su),
      status: expect.stringMatching(/^[A-Z_]+$/),
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: code.toUpperCase(),
          domain: "lyceum",
          metadata: { requestId: "req_01a2018478867bfc9e7b46e93c23be29", whoseMove: error.move },
        },
      ],
    });
  });

  it("says when to come again, and which field is at fault", () => {
    const error = new AppError("rpm_exceeded", { retryAfterMs: 2_500, parameters: { param: "p", scope: "key" } });
    expect(encoded(error).details).toEqual([
      expect.objectContaining({ metadata: expect.objectContaining({ param: "p", scope: "key" }) }),
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3s" },
    ]);
  });

  it("names the page that goes on as google.rpc.Help", () => {
    const error = Object.assign(new AppError("invalid_key"), { consoleUrl: "https://llm.edu/keys" });
    expect(encoded(error).details[1]).toEqual({
      "@type": "type.googleapis.com/google.rpc.Help",
      links: [{ description: expect.stringContaining("How to go on"), url: "https://llm.edu/keys" }],
    });
  });

  it("keeps the status of a refusal that is passed on (case 51)", () => {
    const error = new AppError("upstream_rejected", { parameters: { message: "gone", status: 404 } });
    expect(encoded(error)).toMatchObject({ code: 404, status: "NOT_FOUND" });
  });

  it("tells neither detail nor cause", () => {
    const error = new AppError("upstream_error", { detail: "secret detail", cause: new Error("secret cause") });
    expect(encodeError(error, ID).toString()).not.toContain("secret");
  });
});

describe("readComplaint (case 51)", () => {
  it.each([
    ['{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}', "bad", "INVALID_ARGUMENT"],
    ['[{"error":{"code":429,"message":"slow"}}]', "slow", "429"],
    ['{"error":"x"}', "x", ""],
    ['{"error":{"why":1}}', '{"why":1}', ""],
  ])("reads %s", (body, message, code) => expect(readComplaint(Buffer.from(body))).toEqual({ message, code }));

  it.each(["<html>502</html>", "[]", '{"error":null}', '{"candidates":[]}', ""])("finds none in %j", (body) => {
    expect(readComplaint(Buffer.from(body))).toBeNull();
  });
});
