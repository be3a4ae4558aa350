import { describe, expect, it } from "vitest";
import { diffRoster, type KnownStudent } from "./diff-roster.ts";
import { encodeReceipt, receiptLines } from "./receipt.ts";
import { rosterOf, tableOf } from "./testing/read-whole.ts";

const known: KnownStudent[] = [
  { id: "e1", studentId: "1001", name: "张三", email: null, section: "甲", state: "active" },
  { id: "e2", studentId: "1002", name: "李四", email: "ls@b.cn", section: null, state: "active" },
  { id: "e3", studentId: "1003", name: "王五", email: null, section: null, state: "active" },
];
const { rows } = rosterOf("学号,姓名,邮箱,班级\n0009,=1+1,,\n1001,张三,,乙\n,李四四,ls@b.cn,\n1.2E+11,赵六,,\n");
const diff = diffRoster(rows, known);

describe("encodeReceipt", () => {
  it("has a line for each row of the file and for each student it doesn't name", () => {
    const lines = receiptLines(diff);
    expect(lines.map(({ result, row, studentId }) => [result, row, studentId])).toEqual([
      ["new", 2, "0009"],
      ["changed", 3, "1001"],
      ["to_confirm", 4, ""],
      ["bad", 5, "1.2E+11"],
      ["gone", null, "1003"],
    ]);
    expect(receiptLines(diff, new Set([4]))[2]?.result).toBe("changed");
    const text = encodeReceipt(lines, "zh", [
      { title: "发放", of: ({ result }) => (result === "new" ? "20.5" : null) },
    ]);
    expect(text.split("\r\n").slice(0, 3)).toEqual([
      "\uFEFF学号,姓名,邮箱,班级,结果,说明,文件行号,发放",
      "0009,'=1+1,,,新增,,2,20.5",
      "1001,张三,,乙,已更新,班级 甲 → 乙,3,",
    ]);
    expect(encodeReceipt(lines, "en")).toContain("section 甲 → 乙");
  });

  it("runs nothing in a spreadsheet, and read again gives the names back", () => {
    const table = tableOf(encodeReceipt(receiptLines(diff), "en"));
    expect(table.rows[1]?.cells.slice(0, 2)).toEqual(["0009", "=1+1"]);
    expect(
      rosterOf(encodeReceipt(receiptLines(diff), "zh"))
        .matched.columns.slice(0, 4)
        .map(({ field }) => field),
    ).toEqual(["studentId", "name", "email", "section"]);
  });
});
