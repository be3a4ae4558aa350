import type { MemberRow } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { noChoices, sentChoices, withEdit, withField, withSame } from "./choices.ts";
import { compareRoster } from "./compare.ts";
import { previewOf } from "./preview.ts";
import { rosterChoices } from "./schema.ts";

const member = (studentId: string, changes: Partial<MemberRow> = {}): MemberRow => ({
  ...{ id: `m${studentId}`, studentId, name: `学生${studentId}`, email: null, section: null },
  ...{ role: "student", state: "active", userId: null },
  ...changes,
});

function look(text: string, members: readonly MemberRow[] = [], choices = noChoices) {
  const sent = rosterChoices.parse(JSON.parse(JSON.stringify(sentChoices(choices))));
  const comparison = compareRoster(new TextEncoder().encode(text), sent, members);
  return { comparison, answer: previewOf(comparison, new Set(choices.edits.keys()), "zh") };
}

function preview(...asked: Parameters<typeof look>) {
  const { answer } = look(...asked);
  if (!answer.ok) throw new Error(answer.message);
  return answer.preview;
}

describe("a list against a course", () => {
  it("says what is new, changed, gone and as it was, and what writing it will count", () => {
    const members = [member("1001"), member("1002"), member("1003"), member("1900", { role: "ta", name: "助教" })];
    const seen = preview("学号,姓名\n1001,学生1001\n1002,改名\n0007,新来\n1900,助教\n", members);
    expect(seen.new.map(({ studentId }) => studentId)).toEqual(["0007"]);
    expect(seen.changed.map(({ changes }) => changes)).toEqual([[{ field: "name", from: "学生1002", to: "改名" }]]);
    expect(seen.gone.map(({ studentId }) => studentId)).toEqual(["1003"]);
    expect(seen.known).toHaveLength(1);
    expect(seen.staffRows).toBe(1);
    expect(seen.expected).toEqual({ added: 1, changed: 1, gone: 1 });
  });

  it("keeps everybody while a bad row could be anybody, until a person says otherwise", () => {
    const list = "学号,姓名\n1001,学生1001\n1.2E+11,谁\n";
    const members = [member("1001"), member("1002")];
    expect(preview(list, members)).toMatchObject({ goneIsSure: false, keepMissing: true, expected: { gone: 0 } });
    const decided = { ...noChoices, keepMissing: false };
    expect(preview(list, members, decided)).toMatchObject({ keepMissing: false, expected: { gone: 1 } });
  });

  it("takes rows as they were mended, and shows them still", () => {
    const list = "学号,姓名\n1.2E+11,甲\n,乙\n";
    expect(preview(list).repairs.map(({ row, bad }) => [row, bad.length])).toEqual([
      [2, 1],
      [3, 1],
    ]);
    const mended = withEdit(noChoices, 2, { field: "studentId", text: "0012" });
    const seen = preview(list, [], withEdit(mended, 3, "drop"));
    expect(seen.repairs).toMatchObject([{ row: 2, bad: [], text: { studentId: "0012", name: "甲" } }]);
    expect(seen).toMatchObject({ bad: 0, expected: { added: 1 } });
    expect(preview(list, [], withEdit(withEdit(mended, 3, "drop"), 3, null)).bad).toBe(1);
  });

  it("lets a column be corrected, and says which is needed where none names anybody", () => {
    const list = "编码,称呼\n0001,甲\n0002,乙\n";
    const swapped = withField(withField(noChoices, 0, "studentId"), 1, "name");
    expect(preview(list, [], swapped).new.map(({ name }) => name)).toEqual(["甲", "乙"]);
    const { answer } = look(list, [], withField(noChoices, 0, null));
    expect(answer).toMatchObject({
      ok: false,
      file: {
        columns: [
          { title: "A", sample: "编码" },
          { title: "B", sample: "称呼" },
        ],
      },
    });
    expect([...withField(swapped, 1, "studentId").fields]).toEqual([[1, "studentId"]]);
  });

  it("asks about rows that match only by e-mail address", () => {
    const members = [member("1001", { email: "a@b.cn" })];
    const list = "学号,姓名,邮箱\n,改名,a@b.cn\n";
    expect(preview(list, members)).toMatchObject({ changed: [{ confirm: "ask" }], expected: { changed: 0, gone: 0 } });
    expect(preview(list, members, withSame(noChoices, 2, "same"))).toMatchObject({ expected: { changed: 1 } });
    const other = preview("学号,姓名,邮箱\n1002,乙,a@b.cn\n", members, withSame(noChoices, 2, "other"));
    expect(other).toMatchObject({ expected: { added: 1, changed: 0, gone: 1 } });
  });

  it("neither reads nor refuses by amounts", () => {
    expect(preview("学号,姓名,金额\n1001,甲,二十\n")).toMatchObject({ bad: 0, new: [{ studentId: "1001" }] });
  });

  it("answers a file that can't be read with one sentence", () => {
    expect(look("").answer).toEqual({ ok: false, message: expect.stringContaining("空") });
  });
});
