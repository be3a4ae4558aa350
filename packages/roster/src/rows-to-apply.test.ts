import { describe, expect, it } from "vitest";
import { diffRoster, type KnownStudent } from "./diff-roster.ts";
import { rowsToApply } from "./rows-to-apply.ts";
import { rosterOf } from "./testing/read-whole.ts";

const known = (id: string, changes: Partial<KnownStudent> = {}): KnownStudent => ({
  ...{ id, studentId: id, name: `学生${id}`, email: `${id}@b.cn`, section: null, state: "active" },
  ...changes,
});

describe("the rows that are written", () => {
  const { rows } = rosterOf("学号,姓名,邮箱\n0007,新来,\n,改名,1001@b.cn\n2002,别人,1002@b.cn\n,走了,1003@b.cn\n");
  const diff = diffRoster(rows, [known("1001"), known("1002"), known("1003", { state: "left" })]);

  it("leave a student as they are whom only an address names, and don't bring back who has left", () => {
    expect(rowsToApply(diff)).toEqual([
      { studentId: "0007", name: "新来", email: null, section: null },
      { studentId: "1001" },
      { studentId: "1002" },
    ]);
  });

  it("take what a person has confirmed, but never another ID", () => {
    const written = rowsToApply(diff, new Set([3, 4, 5]));
    expect(written.slice(1)).toEqual([
      { studentId: "1001", name: "改名", email: "1001@b.cn", section: null },
      { studentId: "1002" },
      { studentId: "1003", name: "走了", email: "1003@b.cn", section: null },
    ]);
    expect(rowsToApply(diff, "all")).toEqual(written);
  });
});

describe("an ID that corrects a typing error", () => {
  const { rows } = rosterOf("学号,姓名,邮箱,班级\n20260012,张三,,甲\n20260099,李四,,甲\n20260031,王五,,乙\n");
  const students = [
    known("20260011", { name: "张三", section: "甲" }),
    known("20260021", { name: "李四", section: "甲" }),
    known("20260032", { name: "王五", section: "甲" }),
  ];
  const options = { offerCorrections: true };

  it("is offered for the same name and section, stays undecided until a person says so, and is somebody new where nobody is asked", () => {
    const diff = diffRoster(rows, students, options);
    expect(diff.changed.map(({ row, student, matchedBy }) => [row.studentId, student.id, matchedBy])).toEqual([
      ["20260012", "20260011", "correction"],
    ]);
    expect(diff.gone.map(({ id }) => id)).toEqual(["20260021", "20260032"]);
    expect(rowsToApply(diff).at(-1)).toEqual({ studentId: "20260011" });
    expect(rowsToApply(diff, "all").at(-1)).toEqual({ studentId: "20260011" });
    expect(rowsToApply(diff, new Set([2])).at(-1)).toEqual({
      ...{ studentId: "20260012", insteadOf: "20260011", name: "张三", email: null, section: "甲" },
    });
    expect(diffRoster(rows, students).counts).toMatchObject({ new: 3, gone: 3, changed: 0 });
    const other = diffRoster(rows, students, { ...options, notSame: new Set([2]) });
    expect(other.counts).toMatchObject({ new: 3, gone: 3, changed: 0 });
  });

  it("is not offered where two students, or two rows, could be meant", () => {
    const twin = known("20260013", { name: "张三", section: "甲" });
    expect(diffRoster(rows, [...students, twin], options).changed).toEqual([]);
    const two = rosterOf("学号,姓名,班级\n20260012,张三,甲\n20260013,张三,甲\n").rows;
    expect(diffRoster(two, students, options).changed).toEqual([]);
  });
});
