import { csvLine } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDiff, diffRoster, type KnownStudent } from "./diff-roster.ts";
import type { RosterRow } from "./rows/roster-row.ts";
import { encodeGb18030, encodeUtf16, utf8 } from "./testing/encode-gb18030.ts";
import { makeXlsx } from "./testing/make-xlsx.ts";
import { codesOf, rosterOf } from "./testing/read-whole.ts";

const student = (id: string, more: Partial<KnownStudent> = {}): KnownStudent => ({
  id: `e${id}`,
  studentId: id,
  name: "张三",
  email: null,
  section: null,
  state: "active",
  ...more,
});
const rowsOf = (body: string) => rosterOf(`学号,姓名,邮箱,班级\n${body}`).rows;
const newId = (row: RosterRow) => `new-${row.studentId}`;

describe("diffRoster", () => {
  it("tells new, known, changed and gone students apart, with what changes", () => {
    const known = [
      student("1001", { section: "甲" }),
      student("1002", { name: "李四" }),
      student("1004"),
      student("1003"),
      student("1005", { state: "left" }),
      student("1006", { state: "left" }),
    ];
    const diff = diffRoster(rowsOf("1001,张三,,\n1002,李思,ls@b.cn,乙\n1009,王五,,\n1005,张三,,\n"), known);
    expect(diff.new.map(({ studentId }) => studentId)).toEqual(["1009"]);
    expect(diff.known.map(({ student: { id } }) => id)).toEqual(["e1001"]);
    expect(
      diff.changed.map(({ student: { id }, changes, needsConfirmation }) => [id, changes, needsConfirmation]),
    ).toEqual([
      [
        "e1002",
        [
          { field: "name", from: "李四", to: "李思" },
          { field: "email", from: null, to: "ls@b.cn" },
          { field: "section", from: null, to: "乙" },
        ],
        false,
      ],
      ["e1005", [{ field: "state", from: "left", to: "active" }], false],
    ]);
    expect(diff.gone.map(({ id }) => id)).toEqual(["e1003", "e1004"]);
    expect(diff.counts).toEqual({ new: 1, known: 1, changed: 2, gone: 2, held: 0, bad: 0, toConfirm: 0 });
  });

  it("matches by a unique e-mail address where the ID doesn't, to be confirmed", () => {
    const known = [student("1001", { email: "A@b.cn" }), student("1002", { email: "c@b.cn" })];
    const rows = rowsOf(",张三丰,a@b.cn,\n1003,张三,c@b.cn,\n");
    const diff = diffRoster(rows, known);
    expect(
      diff.changed.map(({ student: { id }, matchedBy, needsConfirmation }) => [id, matchedBy, needsConfirmation]),
    ).toEqual([
      ["e1001", "email", true],
      ["e1002", "email", true],
    ]);
    expect(diff.changed[1]?.changes).toEqual([{ field: "studentId", from: "1002", to: "1003" }]);
    // Not confirmed, nothing of it is applied; said to be somebody else, it is a new student.
    expect(applyDiff(known, diff, { confirmed: new Set(), newId })).toEqual(known);
    const apart = diffRoster(rows, known, { notSame: new Set([3]) });
    expect([apart.new.length, apart.gone.map(({ id }) => id)]).toEqual([1, ["e1002"]]);
  });

  it("calls a row bad that has no ID and an address of nobody, or of two", () => {
    const known = [student("1001", { email: "a@b.cn" }), student("1002", { email: "a@b.cn" })];
    const diff = diffRoster(rowsOf(",李四,x@b.cn,\n,李四,a@b.cn,\n"), known);
    expect(diff.bad.map(({ problems }) => codesOf(problems))).toEqual([
      ["id_missing_email_key", "id_unknown_email"],
      ["id_missing_email_key", "id_unknown_email"],
    ]);
  });

  it("never ends the access of a student whom a bad row names", () => {
    const known = [
      student("1001"),
      student("1002", { name: "李四" }),
      student("1003", { name: "王五", email: "ww@b.cn" }),
      student("1004", { name: "赵六" }),
    ];
    const diff = diffRoster(rowsOf("1001,张三,坏,\n1.2E+11,李四,,\n,王五 ,ww@b.cn,\n#,谁,,\n"), known);
    expect(diff.held.map(({ student: { id }, row }) => [id, row])).toEqual([
      ["e1001", 2],
      ["e1002", 3],
    ]);
    expect(diff.known.map(({ student: { id } }) => id)).toEqual(["e1003"]);
    expect(diff.gone.map(({ id }) => id)).toEqual(["e1004"]);
    expect(diff.goneIsSure).toBe(false);
  });
});

describe("a second import of the same file", () => {
  // Small alphabets, so that IDs, addresses and names meet in every way.
  const id = fc.constantFrom("", "1001", "1002", "1003", "0004", "1.2E+11", "１００５", "12");
  const email = fc.constantFrom("", "a@b.cn", "B@b.cn", "c@b.cn", "坏");
  const name = fc.constantFrom("", "张三", "李四", "欧阳娜娜");
  const section = fc.constantFrom("", "甲", "乙");
  const rows = fc.array(fc.tuple(id, name, email, section), { maxLength: 9 });
  const known = fc
    .uniqueArray(fc.constantFrom("1001", "1002", "1003", "0004", "1005", "2001", "null-1", "null-2"), { maxLength: 6 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((one) =>
          fc.record<KnownStudent>({
            id: fc.constant(`e${one}`),
            studentId: fc.constant(one.startsWith("null") ? null : one),
            name: fc.constantFrom(null, "张三", "李四"),
            email: fc.constantFrom(null, "a@b.cn", "b@b.cn", "C@b.cn"),
            section: fc.constantFrom(null, "甲"),
            state: fc.constantFrom("active", "left"),
          }),
        ),
      ),
    );
  const fileOf = (cells: readonly (readonly string[])[]) =>
    [["学号", "姓名", "邮箱", "班级"], ...cells].map((line) => csvLine(line)).join("");

  it("changes nothing once its e-mail matches are confirmed", () => {
    fc.assert(
      fc.property(rows, known, (cells, before) => {
        const list = rosterOf(fileOf(cells)).rows;
        const diff = diffRoster(list, before);
        const after = applyDiff(before, diff, { confirmed: new Set(list.map(({ row }) => row)), newId });
        const again = diffRoster(list, after);
        expect([again.new, again.changed, again.gone]).toEqual([[], [], []]);
        expect(applyDiff(after, again, { confirmed: new Set(), newId })).toEqual(after);
        expect(again.counts.bad).toBe(diff.counts.bad);
      }),
      { numRuns: 500 },
    );
  });

  it("accounts for each row and each student exactly once", () => {
    fc.assert(
      fc.property(rows, known, (cells, before) => {
        const list = rosterOf(fileOf(cells)).rows;
        const diff = diffRoster(list, before);
        const matched = [...diff.known, ...diff.changed];
        const named = [...diff.new, ...diff.bad, ...matched.map(({ row }) => row)].map(({ row }) => row);
        expect(named.sort()).toEqual(
          list
            .filter((row) => row.mergedInto === undefined)
            .map(({ row }) => row)
            .sort(),
        );
        const students = [...matched, ...diff.held].map(({ student: { id: one } }) => one);
        expect(new Set([...students, ...diff.gone.map(({ id: one }) => one)]).size).toBe(
          students.length + diff.gone.length,
        );
        const active = before.filter(({ state }) => state === "active").map(({ id: one }) => one);
        expect([...students, ...diff.gone.map(({ id: one }) => one)]).toEqual(expect.arrayContaining(active));
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same course whatever the order of rows and columns, the encoding and the kind of file", () => {
    const stateOf = (file: Uint8Array | string, before: readonly KnownStudent[]) => {
      const list = rosterOf(file).rows;
      const diff = diffRoster(list, before);
      const after = applyDiff(before, diff, { confirmed: new Set(list.map(({ row }) => row)), newId });
      return after.map((one) => JSON.stringify(one)).sort();
    };
    fc.assert(
      fc.property(
        rows,
        known,
        fc.integer(),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        (cells, before, seed, order) => {
          const shuffled = cells
            .map((line, index) => ({ line, key: Math.imul(seed ^ index, 2654435761) }))
            .sort((a, b) => a.key - b.key)
            .map(({ line }) => line);
          const whole = [["学号", "姓名", "邮箱", "班级"], ...shuffled].map((line) =>
            order.map((index) => line[index] ?? ""),
          );
          const text = whole.map((line) => csvLine(line)).join("");
          const expected = stateOf(fileOf(cells), before);
          const tsv = whole.map((line) => line.join("\t")).join("\r");
          const xlsx = makeXlsx({ sheets: [{ name: "S", rows: whole }] });
          const files = [
            utf8(`\uFEFF${text}`),
            encodeGb18030(text),
            encodeUtf16(text, true),
            encodeUtf16(text, false),
            utf8(tsv),
            xlsx,
          ];
          for (const file of files) expect(stateOf(file, before)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });
});
