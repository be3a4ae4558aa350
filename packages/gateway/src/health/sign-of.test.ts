import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ProtocolId } from "../canonical/signature.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { signOf } from "./sign-of.ts";

// Refusals as the vendors' documentation, or their servers, word them; one a line: sign, status, protocol, vendor, body.
const samples = readFileSync(new URL("fixtures/refusals.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [sign = "", status = "", protocol = "", vendor = "", body = ""] = line.split("\t");
    return { sign, status: Number(status), protocol: protocol as ProtocolId, vendor, body };
  });

describe("signOf", () => {
  it.each(samples)("says $sign of $vendor's $status $body", ({ sign, status, protocol, body }) => {
    const complaint = protocolOf(protocol).readComplaint(Buffer.from(body));
    expect(signOf({ status, complaint, text: body })).toBe(sign);
  });

  it("says the same of an error of which only code and words remain", () => {
    const others = samples.filter(({ sign, status, protocol, body }) => {
      const complaint = protocolOf(protocol).readComplaint(Buffer.from(body));
      return signOf({ status, complaint }) !== sign;
    });
    expect(others.map(({ vendor, status, sign }) => `${vendor} ${status} ${sign}`)).toEqual([]);
  });

  it("takes no words of the client's own, far behind in a message, for ours", () => {
    const message = `Invalid message: ${"x".repeat(700)} insufficient_quota invalid api key model not found`;
    expect(signOf({ status: 400, complaint: { message, code: "" } })).toBe("request");
  });

  const model = "qwen-7b";
  const sentWith = (given: unknown) => ({ body: Buffer.from(JSON.stringify({ model, given })), model });

  it.each([
    ["a value", "Invalid value: 'The model qwen-7b does not exist'.", "The model qwen-7b does not exist"],
    ["a name", "Unknown parameter: 'incorrect api key'.", { "incorrect api key": 1 }],
    ["a balance", "Invalid value: 'insufficient balance'.", ["insufficient balance"]],
    ["a limit", "Invalid value: 'rate limit, try again in 1 h'.", "rate limit, try again in 1 h"],
    ["a model of a tool's", "The model 'qwen-7b-none' does not exist.", { type: "image", model: "qwen-7b-none" }],
    ["half a sentence", "Invalid type for 'model': 'does not exist'", "does not exist"],
  ])("takes %s of the request's, repeated by an upstream, for no sign of health", (_what, message, given) => {
    for (const status of [400, 404, 422]) {
      const refusal = { status, complaint: { message, code: "" }, text: message };
      if (status !== 404) expect(signOf(refusal)).not.toBe("request");
      expect(signOf({ ...refusal, sent: sentWith(given) })).toBe("request");
    }
    const escaped = JSON.stringify({ given }).replace(/[a-z]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`);
    const sent = { body: Buffer.from(escaped), model };
    expect(signOf({ status: 400, complaint: { message, code: "" }, sent })).toBe("request");
  });

  it("takes no codes out of what a body repeats of the request", () => {
    const input = { type: "model_not_found", code: "insufficient_quota" };
    const text = JSON.stringify({ detail: [{ type: "missing", msg: "Field required", input }] });
    const refusal = { status: 422, complaint: { message: "Field required", code: "" }, text };
    expect(signOf(refusal)).toBe("quota");
    expect(signOf({ ...refusal, sent: sentWith(input) })).toBe("request");
    // Nor where it makes a server fail.
    expect(signOf({ ...refusal, status: 500, sent: sentWith(input) })).toBe("failure");
  });

  it("still hears what is said of our own, whatever the request talks about", () => {
    const given = ["please pass a valid key", "this one does not exist, or so it seems", "x".repeat(3_000_000)];
    for (const { sign, status, protocol, body } of samples) {
      const complaint = protocolOf(protocol).readComplaint(Buffer.from(body));
      expect(signOf({ status, complaint, text: body, sent: sentWith(given.slice(0, 2)) }), body).toBe(sign);
    }
    const message = "The model `qwen-7b` does not exist.";
    expect(signOf({ status: 404, complaint: { message, code: "" }, sent: sentWith(given) })).toBe("model-missing");
  });

  it("takes the status where a request is too long to be looked through", () => {
    const complaint = { message: "The model `qwen-7b` does not exist.", code: "" };
    const sent = sentWith("x".repeat(9_000_000));
    expect(signOf({ status: 400, complaint, sent })).toBe("request");
    expect(signOf({ status: 401, complaint: { message: "who?", code: "" }, sent })).toBe("refused");
  });
});
