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
});
