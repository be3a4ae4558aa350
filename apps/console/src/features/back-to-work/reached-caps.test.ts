import type { MeterRow } from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { createTranslator } from "next-intl";
import { expect, it } from "vitest";
import { createFormat } from "#i18n/format.ts";
import { messages } from "#i18n/messages.ts";
import { reachedCaps } from "./reached-caps.ts";

const format = createFormat({
  ...{ locale: "en", timeZone: "Asia/Shanghai", currency: "CNY" },
  now: new Date("2026-11-28T04:00:00Z"),
});
const translate = createTranslator({ locale: "en", messages: messages.en, namespace: "limits" });
const meter = (changes: Partial<MeterRow>): MeterRow => ({
  ...{ ...noLimits, scope: "user", holderId: "a", holderName: "", capNanos: 5_000_000_000n, capPeriod: "day" },
  ...{ usedRequests: 0, usedTokens: 0, runningRequests: 0, spentNanos: 0n, reservedNanos: 0n, beginsAnewAt: null },
  ...changes,
});

it("names the caps that stop every request, with what is reserved, and leaves keys' own to the keys page", () => {
  const full = { spentNanos: 4_000_000_000n, reservedNanos: 1_000_000_000n };
  const rows = [
    meter({ ...full, beginsAnewAt: new Date("2026-11-28T16:00:00Z") }),
    meter({ ...full, reservedNanos: 974_000_000n }),
    meter({ ...full, capNanos: null }),
    meter({ ...full, reservedNanos: 976_000_000n, scope: "member", holderName: "vip", capPeriod: "total" }),
    meter({ ...full, scope: "key", holderName: "laptop" }),
  ];
  expect(reachedCaps(rows, format, translate)).toEqual([
    { group: "", cap: "¥5.00 per day", anew: "29 Nov 00:00" },
    { group: "vip", cap: "¥5.00 in total", anew: null },
  ]);
});
