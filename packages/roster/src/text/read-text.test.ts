import { csvLine } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchColumns } from "../columns/match-columns.ts";
import { readRoster } from "../read-roster.ts";
import { readRows } from "../rows/read-rows.ts";
import { encodeGb18030, encodeUtf16, joinBytes, utf8 } from "../testing/encode-gb18030.ts";
import { tableOf } from "../testing/read-whole.ts";

const cellsOf = (file: Uint8Array | string) => tableOf(file).rows.map(({ cells }) => cells);
const list = "学号,姓名\n00123456,张三\n00123457,欧阳娜娜\n";

describe("encodings", () => {
  it("reads the same list from each of them, and says which it was", () => {
    const encoded = {
      "UTF-8": [utf8(list), utf8(`\uFEFF${list}`)],
      GB18030: [encodeGb18030(list)],
      "UTF-16LE": [encodeUtf16(list, true), encodeUtf16(list, true, false)],
      "UTF-16BE": [encodeUtf16(list, false), encodeUtf16(list, false, false)],
    };
    for (const [encoding, files] of Object.entries(encoded)) {
      for (const file of files) {
        expect(cellsOf(file)).toEqual([
          ["学号", "姓名"],
          ["00123456", "张三"],
          ["00123457", "欧阳娜娜"],
        ]);
        expect(tableOf(file).source).toMatchObject({ kind: "text", encoding });
      }
    }
  });

  it("takes European names for UTF-8 and hanzi that are valid UTF-8 for GB18030", () => {
    expect(cellsOf("1001,José Núñez\n1002,Αθηνά\n1003,Иван")[0]).toEqual(["1001", "José Núñez"]);
    // 通指模, whose bytes would be three letters of three scripts.
    const pairs = Uint8Array.from([0xcd, 0xa8, 0xd6, 0xb8, 0xc4, 0xa3]);
    expect(tableOf(joinBytes(utf8("1001,"), pairs)).source).toMatchObject({ encoding: "GB18030" });
  });

  it("names the line where the encoding changes, whichever is the rarer", () => {
    const problemOf = (bytes: Uint8Array) => {
      const result = readRoster(bytes);
      return result.ok ? null : result.problem;
    };
    const gbLine = encodeGb18030("00123458,李四\n");
    expect(problemOf(joinBytes(utf8(list), gbLine))).toMatchObject({ code: "encoding_mixed", row: 4 });
    const utf8Line = utf8("00123458,王小二\n");
    expect(problemOf(joinBytes(encodeGb18030(list), utf8Line))).toMatchObject({ code: "encoding_mixed", row: 4 });
    expect(problemOf(joinBytes(utf8(`\uFEFF${list}`), gbLine))).toMatchObject({ code: "encoding_mixed", row: 4 });
  });

  it("doesn't take Western or Japanese code pages for GB18030", () => {
    const western = joinBytes(
      utf8("id,name\n1001,J"),
      Uint8Array.of(0xe9),
      utf8("r"),
      Uint8Array.of(0xf4),
      utf8("me\n"),
    );
    expect(readRoster(western)).toMatchObject({ ok: false, problem: { code: "encoding_unknown", row: 2 } });
    const shiftJis = joinBytes(utf8("id,name\n1001,"), Uint8Array.of(0x8e, 0x52, 0x93, 0x63), utf8("\n"));
    expect(readRoster(shiftJis)).toMatchObject({ ok: false, problem: { code: "encoding_unknown" } });
  });
});

describe("separated text", () => {
  it("finds the separator", () => {
    for (const separator of ["\t", ",", ";", "|", "，"]) {
      const text = `学号${separator}姓名${separator}班级\n1001${separator}张三${separator}甲\n`;
      expect(cellsOf(text)).toEqual([
        ["学号", "姓名", "班级"],
        ["1001", "张三", "甲"],
      ]);
    }
    expect(cellsOf("id;name\n1001;Zhang, San\n1002;Li, Si\n")[1]).toEqual(["1001", "Zhang, San"]);
    expect(tableOf("sep=;\nid;name\n1001;A,b\n").rows.map(({ number }) => number)).toEqual([2, 3]);
  });

  it("reads what Excel puts on the clipboard: tabs, line breaks in quotes, quotes that enclose nothing", () => {
    const pasted = '学号\t备注\r\n1001\t"两行\n备注 ""引"""\r\n1002\t"好" 学生\r\n1003\t他说"好"';
    expect(cellsOf(pasted)).toEqual([
      ["学号", "备注"],
      ["1001", '两行\n备注 "引"'],
      ["1002", '"好" 学生'],
      ["1003", '他说"好"'],
    ]);
  });

  it("reads numbers that a list keeps as text by a formula or a tab", () => {
    expect(cellsOf(`学号,姓名\n="00123456",张三\n"=""00123457""",李四\n`)).toEqual([
      ["学号", "姓名"],
      ["00123456", "张三"],
      ["00123457", "李四"],
    ]);
    expect(cellsOf("学号,姓名,手机\n\t00123456,张三,\t138\n\t00123457,李四,\t139\n")[1]?.slice(0, 2)).toEqual([
      "\t00123456",
      "张三",
    ]);
    expect(cellsOf(csvLine(["x", `="1"`]))).toEqual([["x", `="1"`]]);
  });

  it("counts rows as a spreadsheet does, over mixed line ends and blank rows", () => {
    const rows = tableOf('学号,姓名\r\n1001,"甲\n乙"\r\r1002,丙\n,,\n1003,丁').rows;
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 4, 6]);
  });

  it("ends a quoted cell that is never closed with its place, in time that doesn't grow with the square", () => {
    expect(readRoster(utf8('学号,姓名\n1001,"张三\n1002,李四\n'))).toMatchObject({
      ok: false,
      problem: { code: "quote_unclosed", row: 2, column: 1 },
    });
    const begin = process.cpuUsage().user;
    expect(readRoster(utf8(`a,b\n${'"x"y,'.repeat(500_000)}`)).ok).toBe(false);
    expect((process.cpuUsage().user - begin) / 1000).toBeLessThan(5000);
  });

  it.each([
    ["one word with a letter beyond ASCII", `${"x".repeat(1_000_000)}é`],
    ["apostrophes", `学号\n${`${"'".repeat(990)}x\n`.repeat(9000)}`],
    ["blanks in amounts", `学号,金额\n${`1001,1${" ".repeat(900)}x\n`.repeat(9000)}`],
    ["brackets", `${"(".repeat(900)},学号\n`.repeat(1000)],
  ])("takes time that grows with the length of a file only: %s", (_, text) => {
    const begin = process.cpuUsage().user;
    const result = readRoster(utf8(text));
    if (result.ok) readRows(result.table, matchColumns(result.table));
    expect((process.cpuUsage().user - begin) / 1000).toBeLessThan(2000);
  });

  it("is not misled by line ends in quoted cells beside other signs that separate", () => {
    const rows = [
      ["x", "a\r\nb", "=1+1", "，；|", "x"],
      ["x", "a\r\nb", "", "，；|", "x"],
      ["x", "", "，；|", "", "x"],
    ];
    const file = [["学号", "a", "b", "c", "姓名"], ...rows].map(csvLine).join("");
    expect(cellsOf(file).slice(1)).toEqual(rows);
  });

  it("gives back every cell that our own export wrote, formulas too", () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom("=1+1", "'=1", "''@x", "-123", "-1.5", "＝SUM(A1)", "\t=1", '"', "'", "a\r\nb", "，；|"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        // Blank cells at the end and NULs aren't what a table keeps.
        const clean = rows.map((row) => row.map((text) => `${text.replaceAll(/[\0\uFEFF]/g, "")}`));
        const file = clean.map((row) => csvLine(["x", ...row, "x"])).join("");
        const read = cellsOf(csvLine(["学号", "a", "b", "c", "姓名"]) + file).slice(1);
        const kept = clean.map((row) => ["x", ...row.map((text) => (text.trim() === "" ? "" : text)), "x"]);
        expect(read).toEqual(kept);
      }),
      { numRuns: 200 },
    );
  });
});
