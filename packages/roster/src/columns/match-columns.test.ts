import { describe, expect, it } from "vitest";
import { codesOf, rosterOf, tableOf } from "../testing/read-whole.ts";
import { matchColumns } from "./match-columns.ts";

const fieldsOf = (file: string, choices = {}) =>
  Object.fromEntries(
    matchColumns(tableOf(file), choices)
      .columns.filter(({ field }) => field !== null)
      .map(({ field, title }) => [field, title]),
  );

describe("matchColumns", () => {
  it.each([
    ["学号,姓名,邮箱,班级,金额", ["学号", "姓名", "邮箱", "班级", "金额"]],
    ["*学 号（必填）,姓名：,电子邮箱,行政班,额度(元)", ["*学 号（必填）", "姓名：", "电子邮箱", "行政班", "额度(元)"]],
    ["student_id,name,e-mail,section,amount", ["student_id", "name", "e-mail", "section", "amount"]],
    ["SID,Full Name,Email Address,Class,Allowance", ["SID", "Full Name", "Email Address", "Class", "Allowance"]],
    [
      "学号 Student ID,姓名/Name,邮箱 Email,班级 Class,金额",
      ["学号 Student ID", "姓名/Name", "邮箱 Email", "班级 Class", "金额"],
    ],
  ])("knows the headings %s", (head, [studentId, name, email, section, amount]) => {
    const fields = fieldsOf(`${head}\n2026001,张三,zs@b.cn,甲,20\n2026002,李四,ls@b.cn,甲,20\n`);
    expect(fields).toEqual({ studentId, name, email, section, amount });
  });

  it("knows what Canvas, Moodle, 正方 and 超星 export", () => {
    const canvas = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (123)\n";
    expect(fieldsOf(`${canvas}"Zhang, San",9001,2026001,zs@b.cn,A,5\n"Li, Si",9002,2026002,ls@b.cn,A,7\n`)).toEqual({
      studentId: "SIS User ID",
      name: "Student",
      email: "SIS Login ID",
      section: "Section",
    });
    // A teaching assistant's export has no student IDs; Canvas's own number must not be taken for one.
    expect(fieldsOf('Student,ID,SIS Login ID,Section\n"Zhang, San",9001,zs@b.cn,A\n"Li, Si",9002,ls@b.cn,A\n')).toEqual(
      {
        name: "Student",
        email: "SIS Login ID",
        section: "Section",
      },
    );
    expect(fieldsOf("First name,Last name,ID number,Email address,Groups\nSan,Zhang,2026001,zs@b.cn,G1\n")).toEqual({
      givenName: "First name",
      familyName: "Last name",
      studentId: "ID number",
      email: "Email address",
      section: "Groups",
    });
    expect(
      fieldsOf("序号,学号,姓名,性别,学院,专业,行政班,教学班\n1,2026001,张三,男,物理学院,物理,物理2601,热力学-01\n"),
    ).toEqual({
      studentId: "学号",
      name: "姓名",
      section: "行政班",
    });
    expect(fieldsOf("姓名,学号/工号,院系,专业,班级,手机号\n张三,2026001,物理,物理,2601,13800000000\n")).toEqual({
      studentId: "学号/工号",
      name: "姓名",
      section: "班级",
    });
  });

  it("joins names from two columns", () => {
    expect(rosterOf("姓,名,学号\n欧阳,娜娜,1001\n").rows[0]?.name).toBe("欧阳娜娜");
    expect(rosterOf("First name,Last name,ID number\nSan,Zhang,1001\n").rows[0]?.name).toBe("San Zhang");
  });

  it("says how well a guess fits, with what else it could be", () => {
    const lines = Array.from({ length: 17 }, (_, index) => `${2026001 + index},生${index}`);
    const { columns } = matchColumns(tableOf(`学号,姓名\n${lines.join("\n")}\n1.2E+11,坏\n`));
    expect(columns[0]?.field).toBe("studentId");
    expect(Math.round((columns[0]?.fit ?? 0) * 100)).toBe(94);
    expect(columns[0]?.alternatives[0]?.field).toBe("studentId");
    expect(columns[0]?.samples).toEqual(["2026001", "2026002", "2026003"]);
  });

  it("guesses by content where there are no headings", () => {
    const file =
      "张三,2026001,zs@b.cn,甲班\n李四,2026002,ls@b.cn,甲班\n王五,2026003,ww@b.cn,乙班\n赵六,2026004,zl@b.cn,乙班\n";
    expect(fieldsOf(file)).toEqual({ name: "A", studentId: "B", email: "C", section: "D" });
    expect(matchColumns(tableOf(file)).headerRow).toBeNull();
    expect(rosterOf(file).rows).toHaveLength(4);
  });

  it("doesn't take a tutor for the name or a faculty for the section", () => {
    const lines = Array.from(
      { length: 8 },
      (_, index) => `${2026001 + index},李老师${"甲乙丙丁戊己庚辛"[index]},物理学院`,
    );
    expect(fieldsOf(`学号,辅导员,学院\n${lines.join("\n")}\n`)).toEqual({ studentId: "学号" });
  });

  it("never takes telephone numbers or a running number for IDs", () => {
    const { columns, problems } = matchColumns(tableOf("手机,名单\n13800000001,x1\n13800000002,x2\n"));
    expect(columns.map(({ field }) => field)).toEqual([null, null]);
    expect(codesOf(problems)).toEqual(["no_key_column", "column_unknown", "column_unknown"]);
  });

  it("does what a person says, and guesses the rest from what is left", () => {
    const file = "号码,姓名,学号\n9001,张三,2026001\n9002,李四,2026002\n";
    expect(fieldsOf(file)).toEqual({ studentId: "学号", name: "姓名" });
    expect(fieldsOf(file, { fields: new Map([[0, "studentId"]]) })).toEqual({ studentId: "号码", name: "姓名" });
    expect(fieldsOf(file, { fields: new Map([[2, null]]) })).toMatchObject({ name: "姓名" });
    const double = matchColumns(tableOf(file), {
      fields: new Map([
        [0, "studentId"],
        [2, "studentId"],
      ]),
    });
    expect(codesOf(double.problems)).toEqual(["column_taken"]);
    expect(matchColumns(tableOf(file), { headerRow: null }).headerRow).toBeNull();
    expect(rosterOf(file, { headerRow: 2 }).rows.map(({ row }) => row)).toEqual([3]);
  });

  it("reports every column that isn't used, also two of one heading", () => {
    const { problems, columns } = matchColumns(tableOf("学号,姓名,备注,备注\n1001,张三,a,b\n"));
    expect(problems.map(({ code, column }) => [code, column])).toEqual([
      ["column_unknown", 2],
      ["column_unknown", 3],
    ]);
    expect(columns.map(({ title }) => title)).toEqual(["学号", "姓名", "备注", "备注 (D)"]);
    expect(rosterOf("学号,姓名,备注,备注\n1001,张三,a,b\n").rows[0]?.other).toEqual({ 备注: "a", "备注 (D)": "b" });
  });
});
