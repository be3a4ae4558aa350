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
