import { describe, expect, it } from "vitest";
import { codesOf, rosterOf } from "../testing/read-whole.ts";
import { checkRow } from "./check-row.ts";
import { isBad } from "./roster-row.ts";

const head = "学号,姓名,邮箱,班级,金额,导师\n";

describe("readRows", () => {
  it("reads fields, amounts in nanos, and keeps what isn't used", () => {
    const { rows } = rosterOf(`${head}00123456,张 三,ZS@Example.edu.cn,甲班,¥20.50,李老师\n`);
    expect(rows).toMatchObject([
      {
        row: 2,
        studentId: "00123456",
        name: "张 三",
        email: "zs@example.edu.cn",
        section: "甲班",
        amountNanos: 20_500_000_000n,
        other: { 导师: "李老师" },
        problems: [],
      },
    ]);
  });

  it("says what is wrong with a row, with both languages, and keeps the others", () => {
    const lines = [
      ",张三,,,,",
      "1.2E+11,李四,,,,",
      "1003,王五,not-an-address,,,",
      "1004,赵\u0007六,,,,",
      "1005,钱七,,,二十,",
      "1006,,,,,",
      "１００７,孙八,,,,",
      ",周九,zj@example.edu.cn,,,",
      "1009,吴十,,,20,",
    ];
    const { rows } = rosterOf(head + lines.join("\n"));
    expect(rows.map(({ row, problems }) => [row, ...codesOf(problems)])).toEqual([
      [2, "id_missing"],
      [3, "id_scientific"],
      [4, "email_invalid"],
      [5, "name_invalid"],
      [6, "amount_invalid"],
      [7, "name_missing"],
      [8, "id_normalised"],
      [9, "id_missing_email_key"],
      [10],
    ]);
    expect(rows.filter(isBad).map(({ row }) => row)).toEqual([2, 3, 4, 5, 6]);
    expect(rows[1]?.problems[0]?.zh).toContain("“1.2E+11”");
    expect(rows[1]?.problems[0]?.en).toContain("Format the column as text");
  });

  it("merges rows that say the same, and refuses both of two that don't", () => {
    const { rows } = rosterOf(
      `${head}1001,张三,,甲,,\n1001,张三,,甲,,x\n1002,李四,,甲,,\n1002,李四,,乙,,\n1002,李四,,甲,,\n`,
    );
    expect(rows.map(({ row, mergedInto, problems }) => [row, mergedInto, ...codesOf(problems)])).toEqual([
      [2, undefined],
      [3, 2, "duplicate_same"],
      [4, undefined, "duplicate_different"],
      [5, undefined, "duplicate_different"],
      [6, undefined, "duplicate_different"],
    ]);
    expect(rows[3]?.problems[0]?.en).toContain("row 4");
    expect(rows[4]?.problems[0]?.en).toContain("row 5");
  });

  it("doesn't merge a row with one whose address can't be read, in either order", () => {
    for (const lines of ["1001,张三,坏,,,\n1001,张三,,,,\n", "1001,张三,,,,\n1001,张三,坏,,,\n"]) {
      expect(rosterOf(head + lines).rows.map((row) => [row.mergedInto, isBad(row)])).toEqual([
        [undefined, true],
        [undefined, true],
      ]);
    }
  });

  it("checks the whole list anew after an edit or with a row taken out", () => {
    const file = `${head}1001,张三,,,,\n1001,李四,,,,\n1.2E+11,王五,,,,\n`;
    const mended = rosterOf(
      file,
      {},
      new Map<number, { studentId: string } | "drop">([
        [3, { studentId: "1002" }],
        [4, "drop"],
      ]),
    );
    expect(mended.rows.map(({ studentId }) => studentId)).toEqual(["1001", "1002"]);
    expect(mended.rows.some(isBad)).toBe(false);
    expect(mended.skipped).toContainEqual({ row: 4, why: "dropped" });
    const text = { studentId: "1.2E+11", name: "王五", email: "", section: "", amount: "" };
    expect(codesOf(checkRow({ row: 4, text }).problems)).toEqual(["id_scientific"]);
    expect(checkRow({ row: 4, text: { ...text, studentId: "1003" } }).problems).toEqual([]);
  });

  it("points at numbers shorter than nearly all others, whose zeros a spreadsheet may have eaten", () => {
    const ids = ["00123401", "00123402", "00123403", "00123404", "123405"];
    const { rows } = rosterOf(`学号\n${ids.join("\n")}\n`);
    expect(rows.map(({ problems }) => codesOf(problems).filter((code) => code === "id_short").length)).toEqual([
      0, 0, 0, 0, 1,
    ]);
    expect(rows.some(isBad)).toBe(false);
    const mixed = rosterOf("学号\n1001\n10021\n100322\n1004\n").rows.flatMap(({ problems }) => codesOf(problems));
    expect(mixed).not.toContain("id_short");
  });

  it("says of rows with one e-mail address that it can't match", () => {
    const { rows } = rosterOf(`${head}1001,张三,a@b.cn,,,\n1002,李四,A@B.cn,,,\n,王五,a@b.cn,,,\n`);
    expect(rows.map(({ problems }) => codesOf(problems))).toEqual([
      ["email_repeated"],
      ["email_repeated"],
      ["id_missing_email_key", "email_repeated"],
    ]);
    expect(rows.map(isBad)).toEqual([false, false, true]);
  });

  it("skips headings that come again, what Canvas adds, and a title above", () => {
    const { rows, skipped } = rosterOf(
      "2026 秋 名单\nStudent,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n" +
        '"Zhang, San",91,1001,zs@b.cn,01\nStudent,ID,SIS User ID,SIS Login ID,Section\n"Student, Test",99,,x9,01\n"Li, Si",92,1002,ls@b.cn,01\n',
    );
    expect(rows.map(({ studentId, name }) => [studentId, name])).toEqual([
      ["1001", "San Zhang"],
      ["1002", "Si Li"],
    ]);
    expect(skipped.map(({ row, why }) => [row, why])).toEqual([
      [1, "title"],
      [2, "header"],
      [3, "canvas"],
      [5, "header_again"],
      [6, "canvas"],
    ]);
  });

  it("takes 20,000 rows of one ID without their square in time", () => {
    const lines = Array.from({ length: 19_990 }, (_, index) => `1001,甲${index % 7}`).join("\n");
    const begin = process.cpuUsage().user;
    const { rows } = rosterOf(`学号,姓名\n${lines}\n`);
    expect(rows.every(isBad)).toBe(true);
    expect((process.cpuUsage().user - begin) / 1000).toBeLessThan(5000);
  });
});
