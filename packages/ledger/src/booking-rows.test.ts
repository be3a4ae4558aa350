import { noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { expect, it } from "vitest";
import { admissionRow, usageRow } from "./booking-rows.ts";
import type { AdmissionRequest, UsageDraft } from "./types.ts";

const draft: UsageDraft = {
  requestId: "r",
  accountId: "a",
  userId: null,
  keyId: null,
  groupId: "default",
  protocol: "openai-chat",
  requestedModel: "m",
  model: "m",
  channelId: null,
  deploymentId: null,
  upstreamModel: null,
  isStream: false,
  attempts: 1,
  usage: { ...noUsage, input: 10, output: 5 },
  priceId: null,
  multiplierPpm: 1_000_000,
  costNanos: 7n,
  outcome: "finished",
  errorCode: null,
  httpStatus: 200,
  isEstimated: false,
  queueMs: 0,
  ttftMs: null,
  totalMs: 2,
  upstreamUsage: null,
  client: "c",
  ip: "::1",
};
const admission: AdmissionRequest = {
  ...draft,
  keyVersion: 1,
  inputNanos: 1n,
  outputNanos: 2n,
  minimumNanos: 1n,
  tokenEstimate: 15,
  inputTokens: 10,
  inputCostNanos: 1n,
};

/** Texts with all that JSON escapes and PostgreSQL refuses, and with what merely looks like it. */
const text = fc
  .array(fc.constantFrom("\u0000", "\ud800", "\udc00", "\ud83d\ude00", "\\u0000", "\\", '"', "\n", "\u001f", "中", "a"))
  .map((parts) => parts.join(""));
const plain = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.double(), fc.boolean(), fc.constant(null), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(text, tie("value"), { maxKeys: 4 }),
})).value;

/** What is stored of a value, letter by letter. */
function expected(value: unknown): unknown {
  if (typeof value === "string") return value.split("\u0000").join("").toWellFormed();
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [expected(key), expected(each)]));
}

it("writes what an upstream reported as it came, without what PostgreSQL can't hold", () => {
  fc.assert(
    fc.property(plain, text, text, (upstreamUsage, requestedModel, client) => {
      const row = usageRow({ ...draft, upstreamUsage, requestedModel, client });
      const tail = JSON.stringify({
        upstream_usage: expected(upstreamUsage) ?? undefined,
        client: expected(client),
        ip: "::1",
      });
      expect(row.endsWith(`,${tail.slice(1)}`)).toBe(true);
      expect(JSON.parse(row)).toMatchObject({ requested_model: expected(requestedModel) });
      expect(JSON.parse(admissionRow({ ...admission, requestedModel, client }))).toMatchObject({
        requested_model: expected(requestedModel),
        client: expected(client),
      });
    }),
  );
});

it("keeps a number that PostgreSQL may not have as the text that it came in", () => {
  const upstreamUsage = JSON.parse('{"input":[1e999999]}', (_key, value, context?: { source?: string }) =>
    typeof value === "number"
      ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(context?.source ?? "")
      : value,
  );
  expect(JSON.parse(usageRow({ ...draft, upstreamUsage }))).toMatchObject({
    upstream_usage: { input: [{ rawJSON: "1e999999" }] },
  });
});
