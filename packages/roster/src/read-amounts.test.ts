import { describe, expect, it } from "vitest";
import { readAmounts } from "./read-amounts.ts";
import { encodeGb18030 } from "./testing/encode-gb18030.ts";

const UNIT = 1_000_000_000n;
const members = new Set(["00123456", "00123457", "00123458"]);
const read = (text: string) => readAmounts(new TextEncoder().encode(text), members);
function rows(text: string) {
  const answer = read(text);
  if (!answer.ok) throw new Error(answer.problem.en);
  return answer;
}

describe("a file of student IDs and amounts", () => {
  it.each(["学号,金额", "student_id,amount", "SID,allowance", "学号,姓名,额度"])(
    "is read under the headings %s",
    (head) => {
      const middle = head.includes("姓名") ? ",甲" : "";
      const { rows: read, bad } = rows(`${head}\n00123456${middle},20\n00123457${middle},¥0.50\n`);
      expect(read).toEqual([
        { row: 2, studentId: "00123456", amountNanos: 20n * UNIT },
        { row: 3, studentId: "00123457", amountNanos: UNIT / 2n },
      ]);
      expect(bad).toEqual([]);
    },
  );

  it("is read in GB18030, too, and keeps leading zeros", () => {
    const answer = readAmounts(encodeGb18030("学号,姓名,金额\n00123456,赵钱,20\n"), members);
    expect(answer).toMatchObject({ ok: true, rows: [{ studentId: "00123456" }] });
  });

  it("names each row that can't be taken, with why: none is dropped", () => {
    const { rows: good, bad } = rows(
      "学号,姓名,金额\n00123456,甲,20\n00123457,乙,twenty\n00123458,丙,\n99999999,丁,5\n,戊,5\n1.2E+11,己,5\n00123456,甲,30\n",
    );
    expect(good).toEqual([]);
    expect(bad.map(({ row, problems }) => [row, problems.map(({ code }) => code)])).toEqual([
      [2, ["duplicate_different"]],
      [3, ["amount_invalid"]],
      [4, ["amount_missing"]],
      [5, ["not_a_member"]],
      [6, ["id_missing"]],
      [7, ["id_scientific"]],
      [8, ["duplicate_different"]],
    ]);
  });

  it("counts a row that says the same twice once", () => {
    expect(rows("学号,金额\n00123456,20\n00123456,20\n").rows).toHaveLength(1);
  });

  it.each([
    ["姓名,金额\n甲,20\n", "no_key_column"],
    ["邮箱,金额\na@x.cn,20\n", "no_student_id_column"],
    ["学号,姓名\n00123456,甲\n", "no_amount_column"],
    ["学号,金额\n", "header_only"],
  ])("%j is refused with one sentence", (text, code) => {
    expect(read(text)).toMatchObject({ ok: false, problem: { code } });
  });
});
