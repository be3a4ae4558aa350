import { describe, expect, it } from "vitest";
import { makeXlsx } from "../testing/make-xlsx.ts";
import { codesOf, rosterOf, tableOf } from "../testing/read-whole.ts";

const raw = (attributes: string, inside: string) => ({ attributes, inside });
const head = ["学号", "姓名", "班级"];

describe("readXlsx", () => {
  it("reads inline, shared and rich text, booleans, errors and numbers as they are shown", () => {
    const table = tableOf(
      makeXlsx({
        strings: ["共享"],
        formats: ["General", "00000000", "0.00", '"¥"#,##0.00', "yyyy-mm-dd", "0%", "0.00E+00"],
        sheets: [
          {
            name: "S",
            rows: [
              [
                raw('t="s"', "<v>0</v>"),
                raw('t="inlineStr"', "<is><r><t>富</t></r><r><t>文本</t></r><rPh><t>ふ</t></rPh></is>"),
              ],
              [
                raw('t="b"', "<v>1</v>"),
                raw('t="e"', "<v>#REF!</v>"),
                raw('t="inlineStr"', "<is><t>a_x000D_b&amp;&#65;</t></is>"),
              ],
              [
                raw('s="1"', "<v>123456</v>"),
                raw('s="2"', "<v>20</v>"),
                raw('s="3"', "<v>1234.5</v>"),
                raw('s="4"', "<v>46265</v>"),
              ],
              [
                raw('s="5"', "<v>0.94</v>"),
                raw('s="6"', "<v>1.20210123456E11</v>"),
                raw('s="0"', "<v>0.30000000000000004</v>"),
                raw('s="4"', "<v>46265.5</v>"),
              ],
            ],
          },
        ],
      }),
    );
    expect(table.rows.map(({ cells }) => cells)).toEqual([
      ["共享", "富文本"],
      ["TRUE", "#REF!", "a\rb&A"],
      ["00123456", "20.00", "1234.50", "2026-08-31"],
      ["94%", "120210123456", "0.3", "2026-08-31 12:00"],
    ]);
  });

  it("takes the first visible sheet with data, or the one asked for", () => {
    const file = makeXlsx({
      sheets: [
        { name: "空", rows: [] },
        { name: "藏", hidden: true, rows: [["hidden"]] },
        { name: "名单", rows: [head] },
        { name: "二", rows: [["two"]] },
      ],
    });
    expect(tableOf(file).source).toEqual({ kind: "xlsx", sheet: "名单", sheets: ["空", "藏", "名单", "二"] });
    expect(tableOf(file, "二").rows[0]?.cells).toEqual(["two"]);
    expect(() => tableOf(file, "三")).toThrow("xlsx_sheet_missing");
  });

  it("repeats cells merged downwards, not titles merged sideways", () => {
    const rows = [["热力学名单"], head, ["1001", "张三", "甲班"], ["1002", "李四"], ["1003", "王五"]];
    const after = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="C3:C5"/></mergeCells>';
    const roster = rosterOf(makeXlsx({ sheets: [{ name: "S", rows, after }] }));
    expect(roster.matched.headerRow).toBe(2);
    expect(roster.rows.map(({ section }) => section)).toEqual(["甲班", "甲班", "甲班"]);
    expect(roster.skipped).toEqual([
      { row: 1, why: "title" },
      { row: 2, why: "header" },
    ]);
  });

  it("uses the last result of formulas and says so, and refuses those without one", () => {
    const rows = [head, [raw('t="str"', '<f>"10"&amp;"01"</f><v>1001</v>'), "张三"], [raw("", "<f>A2+1</f>"), "李四"]];
    const roster = rosterOf(makeXlsx({ sheets: [{ name: "S", rows }] }));
    expect(roster.rows[0]).toMatchObject({
      studentId: "1001",
      problems: [{ code: "formula_value", severity: "note" }],
    });
    expect(roster.rows[1]).toMatchObject({ studentId: null, problems: [{ code: "formula_empty", severity: "bad" }] });
  });

  it("refuses numbers of more digits than a spreadsheet keeps, and takes those of up to 15", () => {
    const rows = [head, [120210123456, "张三"], [raw("", "<v>1.23456789012346E+17</v>"), "李四"]];
    const roster = rosterOf(makeXlsx({ sheets: [{ name: "S", rows }] }));
    expect(roster.rows[0]?.studentId).toBe("120210123456");
    expect(roster.rows[1]).toMatchObject({ row: 3, studentId: null });
    expect(codesOf(roster.rows[1]?.problems ?? [])).toEqual(["id_rounded"]);
  });

  it("doesn't mind long texts that pack badly where no student stands, and refuses them where one does", () => {
    const long = Array.from({ length: 32_767 }, (_, index) =>
      String.fromCharCode(0x4e00 + ((index * 7919) % 20_000)),
    ).join("");
    const rows = [head, ["1001", "张三"]];
    expect(tableOf(makeXlsx({ sheets: [{ name: "S", rows }], strings: [long] })).rows).toHaveLength(2);
    const used = makeXlsx({
      sheets: [{ name: "S", rows: [head, ["1001", raw('t="s"', "<v>0</v>")]] }],
      strings: [long],
    });
    expect(() => tableOf(used)).toThrow("cell_too_long");
    const many = Array.from({ length: 20_001 }, (_, index) => [String(1000 + index)]);
    expect(() => tableOf(makeXlsx({ sheets: [{ name: "S", rows: many }] }))).toThrow("too_many_rows");
    expect(tableOf(makeXlsx({ sheets: [{ name: "S", rows: many.slice(1) }] })).rows).toHaveLength(20_000);
  });

  it("ignores macros, and reads names with prefixes and cells without references", () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>学号</x:t></x:is></x:c></x:row><x:row><x:c><x:v>1001</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const table = tableOf(
      makeXlsx({
        sheets: [{ name: "S", rows: [] }],
        parts: { "xl/worksheets/sheet1.xml": sheet },
        more: { "xl/vbaProject.bin": Uint8Array.of(1, 2, 3) },
      }),
    );
    expect(table.rows.map(({ number, cells }) => [number, ...cells])).toEqual([
      [1, "学号"],
      [2, "1001"],
    ]);
    expect(codesOf(table.notes)).toEqual(["macros_ignored"]);
  });

  it("reads 5,000 students in well under a second of processor time", () => {
    const rows = Array.from({ length: 5000 }, (_, index) => [
      String(2026000000 + index),
      `学生${index}`,
      `s${index}@example.edu.cn`,
      `${index % 40} 班`,
      "计算机学院",
      20,
    ]);
    const file = makeXlsx({
      sheets: [{ name: "S", rows: [["学号", "姓名", "邮箱", "班级", "学院", "金额"], ...rows] }],
    });
    const begin = process.cpuUsage();
    const roster = rosterOf(file);
    const { user, system } = process.cpuUsage(begin);
    expect(roster.rows).toHaveLength(5000);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
