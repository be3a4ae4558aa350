import { describe, expect, it } from "vitest";
import { readStudentId } from "./student-id.ts";

describe("readStudentId", () => {
  it("keeps IDs as text, with their leading zeros", () => {
    expect(readStudentId("00123456")).toEqual({ ok: true, id: "00123456", changed: false });
    expect(readStudentId(" b2026-001 ")).toEqual({ ok: true, id: "B2026-001", changed: false });
    // A letter E between digits is damage only where a spreadsheet would have written it.
    expect(readStudentId("20E1234")).toEqual({ ok: true, id: "20E1234", changed: false });
  });

  it("makes full-width characters plain and takes off blanks and apostrophes, and says so", () => {
    for (const text of [
      "２０２６００１",
      "'2026001",
      "’2026001",
      "2026 001",
      "2026\u00a0001",
      "\u200b2026001",
      "2026001'",
    ]) {
      expect(readStudentId(text)).toEqual({ ok: true, id: "2026001", changed: true });
    }
    expect(readStudentId("2026–001")).toEqual({ ok: true, id: "2026-001", changed: true });
  });

  it.each([
    ["1.2E+11", "id_scientific"],
    ["2.02E+09", "id_scientific"],
    ["１.２Ｅ+11", "id_scientific"],
    ["1,2E+11", "id_scientific"],
    ["2E+10", "id_scientific"],
    ["1.5E10", "id_scientific"],
    ["2026001.0", "id_decimal"],
    ["2026001.", "id_decimal"],
    ["2026001.50", "id_decimal"],
    ["########", "id_not_shown"],
    ["#REF!", "id_not_shown"],
    ["123", "id_invalid"],
    ["-1234", "id_invalid"],
    ["张三", "id_invalid"],
    ["1234_5", "id_invalid"],
    ["1".repeat(33), "id_invalid"],
  ])("refuses %s as %s", (text, code) => {
    expect(readStudentId(text)).toEqual({ ok: false, code });
  });
});
