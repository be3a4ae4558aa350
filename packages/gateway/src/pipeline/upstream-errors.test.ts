import { readFileSync } from "node:fs";
import { errorTable } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolId } from "../canonical/signature.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { failureInStream, failureOfFault, failureOfReply, failureOfStatus } from "./upstream-errors.ts";

const CREDENTIAL = "sk-lyceum_0123456789abcdefABCDEF";
const names = { requested: "public", upstream: "hidden-model-7", credential: CREDENTIAL };
const refusals = readFileSync(new URL("../health/fixtures/refusals.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"));

describe("an upstream's refusal", () => {
  it("never shows a client our credential, the upstream's address or its name for the model, nor the log the credential", () => {
    const secret = fc.constantFrom(CREDENTIAL, `Bearer ${CREDENTIAL}`, "https://10.1.2.3:8000/v1", "hidden-model-7");
    const anywhere = fc.tuple(fc.constantFrom(...refusals), secret, fc.nat({ max: 80 }));
    fc.assert(
      fc.property(anywhere, ([[, status = "", protocol = "", , body = ""], hidden, at]) => {
        const said = body.replace(/("(?:message|error|detail)":")/, (start) => `${start}${"x ".repeat(at)}${hidden} `);
        const complaint = protocolOf(protocol as ProtocolId).readComplaint(Buffer.from(said));
        const headers = { "www-authenticate": CREDENTIAL };
        for (const { error } of [
          failureOfStatus({ status: Number(status), headers, complaint, text: said }, names),
          failureOfReply(complaint, names),
          failureInStream(complaint, names),
        ]) {
          const shown = `${error.sentence("zh")} ${error.sentence("en")} ${JSON.stringify(error.parameters)}`;
          for (const each of [CREDENTIAL, "10.1.2.3", "hidden-model-7"]) expect(shown).not.toContain(each);
          expect(error.detail ?? "").not.toContain(CREDENTIAL);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["our credential", 400, "API key not valid. Please pass a valid API key.", 503],
    ["our balance", 400, "Your credit balance is too low to access the API.", 503],
    ["a model that isn't there", 404, "The model `x` does not exist.", 503],
    ["too many requests", 429, "slow down", 429],
    ["the request", 422, "temperature must not be negative", 422],
    ["a request that no allowance is large enough for", 429, "Request too large for gpt-5 on tokens per min", 400],
    ["a full house", 529, "Overloaded", 503],
    ["a fault of the upstream's", 500, "boom", 502],
  ])("about %s has a status that says whose move it is", (_about, status, message, expected) => {
    const { error } = failureOfStatus({ status, headers: {}, complaint: { message, code: "" }, text: "" }, names);
    const shown = error.code === "upstream_rejected" ? error.parameters.status : errorTable[error.code].status;
    expect(shown).toBe(expected);
  });

  it("is tried elsewhere unless the request is at fault", () => {
    for (const [sign, status = "", protocol = "", , body = ""] of refusals) {
      const complaint = protocolOf(protocol as ProtocolId).readComplaint(Buffer.from(body));
      const failure = failureOfStatus({ status: Number(status), headers: {}, complaint, text: body }, names);
      expect(failure.isRetryable).toBe(sign !== "request");
    }
  });
});

describe("an error in the middle of a stream", () => {
  it("is no fault of the upstream's where an inspector of texts disliked what was written, nor the client's any more", () => {
    const complaint = { code: "data_inspection_failed", message: "Output data may contain inappropriate content." };
    const { error, sign } = failureInStream(complaint, names);
    expect([error.code, sign]).toEqual(["upstream_error", "request"]);
    expect(failureInStream({ code: "server_error", message: "boom" }, names).sign).toBe("failure");
  });
});

describe("an exchange that breaks", () => {
  it.each(["address", "connect", "timeout", "broken"] as const)("by %s is tried elsewhere", (kind) => {
    const cause = new Error(`no way to ${CREDENTIAL}`);
    const { error, ...failure } = failureOfFault({ kind, cause }, names);
    expect(failure).toMatchObject({ sign: "failure", isRetryable: true });
    expect(error.detail).not.toContain(CREDENTIAL);
  });

  it("because the client has gone says nothing of the upstream", () => {
    expect(failureOfFault({ kind: "aborted", cause: null }, names)).toMatchObject({ sign: null, isRetryable: false });
  });
});
