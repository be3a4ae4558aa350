import { describe, expect, it } from "vitest";
import { ledgerHref, ledgerSpan, readLedgerView } from "./filter.ts";

describe("the filter of the ledger", () => {
  it("reads what its own addresses say, and takes nonsense for nothing", () => {
    const view = { search: "张三", kind: "top-up", from: "2026-11-01", to: "2026-11-30", page: 2 } as const;
    const query = new URLSearchParams(ledgerHref(view, { page: 2 }).split("?")[1]);
    expect(readLedgerView(Object.fromEntries(query))).toEqual(view);
    expect(ledgerHref(readLedgerView({ kind: "theft", from: "2026-02-30", to: "x", page: "-1" }))).toBe(
      "/admin/ledger",
    );
    expect(ledgerHref(view, { kind: undefined })).not.toContain("page=");
  });

  it("covers whole days of the campus, the last one too", () => {
    const view = readLedgerView({ from: "2026-11-01", to: "2026-11-01" });
    expect(ledgerSpan(view, "Asia/Shanghai")).toEqual({
      from: new Date("2026-10-31T16:00:00Z"),
      to: new Date("2026-11-01T16:00:00Z"),
    });
    expect(ledgerSpan(readLedgerView({}), "Asia/Shanghai")).toEqual({});
  });
});
