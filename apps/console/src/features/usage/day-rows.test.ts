import type { UsagePoint } from "@lyceum/db";
import { expect, it } from "vitest";
import { dayRows } from "./day-rows.ts";

const days = [0, 1, 2, 3, 4].map((day) => new Date(Date.UTC(2026, 9, 10 + day)));
const span = { from: days[0] as Date, to: new Date(Date.UTC(2026, 9, 15)), bucket: "day" as const, starts: days };
const point = (day: number, requests: number) =>
  ({
    ...{ start: days[day], series: "all", label: "", requests, failures: 1, inputTokens: 2, cachedInputTokens: 1 },
    ...{ outputTokens: 3, reasoningTokens: 0, chargeNanos: 5n, uncollectedNanos: 0n },
  }) as UsagePoint;

it("gives each day that could be measured a row, 0 where nothing was used, none before the account or after today", () => {
  const times = { since: new Date(Date.UTC(2026, 9, 11, 12)), now: new Date(Date.UTC(2026, 9, 13, 9)) };
  const rows = dayRows([point(1, 4), point(1, 2), point(3, 1)], span, times, (start) => String(start.getUTCDate()));
  expect(rows.map((row) => [row.label, row.requests, row.chargeNanos])).toEqual([
    ["13", 1, 5n],
    ["12", 0, 0n],
    ["11", 6, 10n],
  ]);
});
