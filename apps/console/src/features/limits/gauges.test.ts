import type { MeterRow } from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { createFormat } from "#i18n/format.ts";
import { messages } from "#i18n/messages.ts";
import { gaugeSetOf, limitWordsOf } from "./gauges.ts";

const now = new Date("2026-11-28T04:00:00Z");
const format = createFormat({ locale: "en", timeZone: "Asia/Shanghai", currency: "CNY", now });
const translate = createTranslator({ locale: "en", messages: messages.en, namespace: "limits" });
const row: MeterRow = {
  ...{ ...noLimits, scope: "key", holderId: "k", holderName: "lab" },
  ...{ usedRequests: 3, usedTokens: 12_800, runningRequests: 1 },
  ...{ spentNanos: 2_000_000_000n, reservedNanos: 500_000_000n, beginsAnewAt: null },
};

describe("gauges", () => {
  it("are drawn for limits alone, in words that say what counts", () => {
    expect(gaugeSetOf(row, format, translate).gauges).toEqual([]);
    const beginsAnewAt = new Date("2026-11-29T16:00:00Z");
    const limits = {
      rpmLimit: 60,
      tpmLimit: 20_000,
      parallelLimit: 4,
      capNanos: 5_000_000_000n,
      capPeriod: "week",
    } as const;
    const { gauges } = gaugeSetOf({ ...row, ...limits, beginsAnewAt }, format, translate);
    expect(gauges.map((gauge) => gauge.words)).toEqual([
      "3 / 60 requests in the last minute",
      "12.8 k / 20.0 k tokens in the last minute",
      "1 / 4 running",
      "¥2.50 / ¥5.00 per week",
    ]);
    // What running requests have reserved counts, as it does at admission.
    expect(gauges.at(-1)).toMatchObject({ kind: "spent", used: 2.5, limit: 5, anew: "anew 30 Nov 00:00" });
  });

  it("limits in a few words leave out what is not limited", () => {
    expect(limitWordsOf(noLimits, format, translate)).toEqual([]);
    const limits = { ...noLimits, parallelLimit: 8, capNanos: 10_000_000_000n, capPeriod: "total" as const };
    expect(limitWordsOf(limits, format, translate)).toEqual(["8 at a time", "¥10.00 in total"]);
  });
});
