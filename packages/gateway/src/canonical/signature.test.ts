import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carryInId, decodeSignature, encodeSignature, protocolIds, splitId } from "./signature.ts";

const protocol = fc.constantFrom(...protocolIds);
const base64 = fc.base64String({ minLength: 1 });

describe("signatures", () => {
  it("come back as whose they are through the field of any face (cases 22, 24)", () => {
    fc.assert(
      fc.property(protocol, protocol, base64, (owner, face, value) => {
        const signature = { protocol: owner, value };
        expect(decodeSignature(encodeSignature(signature, face), face)).toEqual(signature);
      }),
    );
  });

  it("stay byte for byte in a face of their own vendor", () => {
    expect(encodeSignature({ protocol: "anthropic-messages", value: "EqQB/+=" }, "anthropic-messages")).toBe("EqQB/+=");
  });

  it("come back through the id of a call, which stays legal", () => {
    fc.assert(
      fc.property(protocol, base64, fc.stringMatching(/^[a-z0-9-]{1,20}$/), (owner, value, id) => {
        const carried = carryInId(id, { protocol: owner, value });
        expect(carried).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(splitId(carried)).toEqual({ id, signature: { protocol: owner, value } });
      }),
    );
    expect(carryInId("call_1", null)).toBe("call_1");
  });

  it("are not seen in ids that carry none", () => {
    for (const id of ["call_1", "", "x__sig_", "x__sig_!!", `x__sig_${Buffer.from("nobody~1").toString("base64url")}`])
      expect(splitId(id)).toEqual({ id, signature: null });
  });
});
