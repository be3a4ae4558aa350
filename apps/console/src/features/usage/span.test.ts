import { describe, expect, it } from "vitest";
import { spanBefore, usageSpan } from "./span.ts";

const zone = "Asia/Shanghai";
const now = new Date("2026-10-14T13:41:07Z");

describe("usageSpan", () => {
  it("covers whole days of the zone, today the last", () => {
    const span = usageSpan({ period: "7d", day: null }, now, zone);
    expect(span.starts).toHaveLength(7);
    expect(span.from.toISOString()).toBe("2026-10-07T16:00:00.000Z");
    expect(span.to.toISOString()).toBe("2026-10-14T16:00:00.000Z");
    expect(span.bucket).toBe("day");
  });

  it("cuts a single day into hours, today's or another", () => {
    expect(usageSpan({ period: "today", day: null }, now, zone).starts).toHaveLength(24);
    const span = usageSpan({ period: "30d", day: "2026-10-01" }, now, zone);
    expect(span.from.toISOString()).toBe("2026-09-30T16:00:00.000Z");
    expect(span.bucket).toBe("hour");
  });

  it("falls back to the period for a day that no calendar has", () => {
    expect(usageSpan({ period: "14d", day: "2026-02-31" }, now, zone).starts).toHaveLength(14);
  });
});

describe("spanBefore", () => {
  it("is as long as what has passed of a running span", () => {
    const span = usageSpan({ period: "7d", day: null }, now, zone);
    const before = spanBefore(span, now, zone);
    expect(before.from.toISOString()).toBe("2026-09-30T16:00:00.000Z");
    expect(before.to.getTime() - before.from.getTime()).toBe(now.getTime() - span.from.getTime());
  });
});
