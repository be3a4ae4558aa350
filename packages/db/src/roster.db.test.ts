import { defaultSettings, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, PASSWORD } from "./acts-fixture.ts";
import {
  addCourseStaff,
  applyRoster,
  beginEmail,
  claimByCode,
  confirmEmail,
  confirmMember,
  countRoster,
  courseAsOf,
  createCourse,
  endMemberships,
  issueActivationCodes,
  listCourseMembers,
  listImportedMembers,
  listRosterImports,
  listRosterMembers,
  type RosterInput,
  type RosterRow,
  registerStudent,
  removeEmail,
  type Tx,
  undoRoster,
  verifyUser,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
const inAYear = new Date(Date.now() + 365 * 86_400_000);
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const act = <T>(run: (tx: Tx) => Promise<T>) => fixture.db.$transaction(run);
let counter = 0;
async function newCourse(): Promise<string> {
  counter += 1;
  const code = `C${counter}`;
  return (await act((tx) => createCourse(tx, staff, { code, name: code, endsAt: inAYear }))).id;
}
const people = (from: number, to: number, prefix = `2026${counter}`): RosterRow[] =>
  Array.from({ length: to - from }, (_, i) => ({ studentId: `${prefix}${1000 + from + i}`, name: `学生 ${from + i}` }));
const apply = (courseId: string, rows: readonly RosterRow[], more: Partial<RosterInput> = {}) =>
  act((tx) => applyRoster(tx, staff, { courseId, rows, fileName: "roster.csv", digest: "d", ...more }));
const membersOf = async (courseId: string, state: "active" | "left" = "active") =>
  (await listCourseMembers(fixture.db, staff, courseId, { state, pageSize: 200 })).rows;
const register = (studentId: string, activationCode?: string) =>
  registerStudent(fixture.db, {
    studentId,
    name: "张三",
    password: PASSWORD,
    termsVersion: defaultSettings.terms.version,
    activationCode,
  });
const counts = (added: number, changed: number, gone: number, known: number) => ({ added, changed, gone, known });

describe("applyRoster", () => {
  it("adds, changes and ends memberships, and a second import of the same rows writes nothing", async () => {
    const courseId = await newCourse();
    const first = people(0, 5);
    expect(await apply(courseId, first)).toMatchObject(counts(5, 0, 0, 0));
    const again = await apply(courseId, first);
    expect(again).toEqual({ ...counts(0, 0, 0, 5), importId: null, releasedNanos: 0n });
    const next = [...first.slice(1, 4), { studentId: first[4]?.studentId ?? "", name: "改名", section: "2 班" }];
    expect(await apply(courseId, [...next, ...people(7, 9)])).toMatchObject(counts(2, 1, 1, 3));
    expect((await membersOf(courseId)).map((each) => [each.name, each.section])).toEqual([
      ["学生 1", null],
      ["学生 2", null],
      ["学生 3", null],
      ["改名", "2 班"],
      ["学生 7", null],
      ["学生 8", null],
    ]);
    expect(await fixture.db.rosterImport.count({ where: { courseId } })).toBe(2);
    expect(await fixture.trail(courseId)).toEqual(["course.create", "course.import-roster", "course.import-roster"]);
  });

  it("keeps zeros, what the file has no column for, and with keepMissing whoever is not in it", async () => {
    const courseId = await newCourse();
    await apply(courseId, [{ studentId: " 00123456 ", name: "李四", email: "li@example.edu", section: "1" }]);
    expect(await apply(courseId, [{ studentId: "00123456", name: "李四" }])).toMatchObject({ importId: null });
    const sameAddress = { studentId: "00123456", email: "LI@example.edu" };
    expect(await apply(courseId, [sameAddress])).toMatchObject({ importId: null });
    const applied = await apply(courseId, [{ studentId: "00123457" }], { keepMissing: true });
    expect(applied).toMatchObject(counts(1, 0, 0, 0));
    expect((await membersOf(courseId)).map((each) => [each.studentId, each.name, each.email])).toEqual([
      ["00123456", "李四", "li@example.edu"],
      ["00123457", "00123457", null],
    ]);
    const [first] = await membersOf(courseId);
    expect(await apply(courseId, [], { heldIds: [first?.id ?? ""] })).toMatchObject(counts(0, 0, 1, 0));
    expect((await membersOf(courseId)).map((each) => each.studentId)).toEqual(["00123456"]);
  });

  it("refuses a bad row, a repeated ID and a course changed since the preview, and writes nothing", async () => {
    const courseId = await newCourse();
    const rows = people(0, 3);
    const wrong: [RosterRow[], RegExp][] = [
      [[...rows, { studentId: "1.2E+11", name: "x" }], /row 4:/],
      [[...rows, { studentId: rows[1]?.studentId ?? "", name: "x" }], /row 4 .* of row 2/],
      [[...rows, { studentId: "20269999", name: " " }], /row 4: a name/],
      [[...rows, { studentId: "20269999", name: "x", section: "a\u0000b" }], /row 4: the section/],
      [[...rows, { studentId: "20269999", name: "x", section: "a\ud83d" }], /row 4: the section/],
      [[...rows, { studentId: "20269999", name: "x\udc00" }], /row 4: a name/],
    ];
    for (const [some, text] of wrong) await expect(apply(courseId, some)).rejects.toThrow(text);
    const expected = { added: 2, changed: 0, gone: 0 };
    await expect(apply(courseId, rows, { expected })).rejects.toThrow(/changed since the preview/);
    expect(await fixture.db.courseMember.count({ where: { courseId } })).toBe(0);
    expect(await apply(courseId, rows, { expected: { ...expected, added: 3 } })).toMatchObject({ added: 3 });
  });

  it.each([false, true])(
    "counts as a preview by the same rows has counted, with keepMissing %s",
    async (keepMissing) => {
      const courseId = await newCourse();
      const [one, two, three, four] = people(0, 4);
      if (!one || !two || !three || !four) throw new Error("four people were made");
      await apply(courseId, [one, two, three]);
      await apply(courseId, [one, two]);
      const rows = [{ ...one, name: "改名" }, three, four];
      const expected = countRoster(await listRosterMembers(fixture.db, staff, courseId), { rows, keepMissing });
      expect(expected).toEqual({ added: 1, changed: 2, gone: keepMissing ? 0 : 1 });
      expect(await apply(courseId, rows, { keepMissing, expected })).toMatchObject(expected);
    },
  );

  it("leaves staff as they are, in the file or not", async () => {
    const courseId = await newCourse();
    const ta = await fixture.person();
    await act((tx) => addCourseStaff(tx, staff, { courseId, studentId: ta.studentId, role: "ta" }));
    const rows = [...people(0, 1), { studentId: ta.studentId, name: "another name" }];
    expect(await apply(courseId, rows)).toMatchObject(counts(1, 0, 0, 1));
    expect(await apply(courseId, people(0, 1))).toMatchObject(counts(0, 0, 0, 1));
    const [member] = (await listCourseMembers(fixture.db, staff, courseId, { role: "ta" })).rows;
    expect(member).toMatchObject({ studentId: ta.studentId, name: "person 1", state: "active" });
  });

  it("makes members of those who have proven their ID, and of nobody else", async () => {
    const courseId = await newCourse();
    const proven = await fixture.person();
    await register("UNPROVEN-1");
    const ids = [proven.studentId, "UNPROVEN-1", "UNPROVEN-2"];
    await apply(
      courseId,
      ids.map((studentId) => ({ studentId, name: "x" })),
    );
    const standings = Object.fromEntries((await membersOf(courseId)).map((each) => [each.studentId, each.standing]));
    expect(standings).toEqual({
      [proven.studentId]: "proven",
      "UNPROVEN-1": "registered",
      "UNPROVEN-2": "missing",
    });
  });

  it("takes two imports at once one after the other", async () => {
    const courseId = await newCourse();
    const rows = people(0, 50);
    const applied = await Promise.all([1, 2, 3, 4].map(() => apply(courseId, rows)));
    expect(applied.map((each) => each.added).sort((a, b) => a - b)).toEqual([0, 0, 0, 50]);
  });

  it("finds a member whose ID is proven while the import runs", async () => {
    for (let round = 0; round < 5; round++) {
      const courseId = await newCourse();
      const studentId = `RACE-${round}`;
      const { userId } = await register(studentId);
      await Promise.all([apply(courseId, [{ studentId, name: "x" }]), act((tx) => verifyUser(tx, staff, { userId }))]);
      expect(await membersOf(courseId)).toMatchObject([{ standing: "proven" }]);
    }
  });

  it("takes 5,000 rows in no more statements than five", async () => {
    const apply = async (courseId: string, rows: readonly RosterRow[]) => {
      let statements = 0;
      const done = await act((tx) => {
        const counted = new Proxy(tx, {
          get(target, name) {
            statements += 1;
            return Reflect.get(target, name);
          },
        });
        return applyRoster(counted, staff, { courseId, rows, fileName: "f", digest: "d" });
      });
      return { ...done, statements };
    };
    const few = await apply(await newCourse(), people(0, 5, "8"));
    const courseId = await newCourse();
    const rows = people(0, 5000, "9");
    const many = await apply(courseId, rows);
    expect([few.added, many.added]).toEqual([5, 5000]);
    expect(many.statements).toBe(few.statements);
    expect(await apply(courseId, rows)).toMatchObject({ importId: null, known: 5000 });
  });
});

describe("undoRoster", () => {
  it("takes the last import back, then the one before, and each once", async () => {
    const courseId = await newCourse();
    const rows = people(0, 4);
    const { importId: one } = await apply(courseId, rows);
    const { importId: two } = await apply(courseId, [{ ...rows[0], name: "改名" } as RosterRow, ...people(8, 9)]);
    const undo = (importId: string | null) =>
      act((tx) => undoRoster(tx, staff, { courseId, importId: importId ?? newId() }));
    await expect(undo(one)).rejects.toThrow(/undo the later imports first/);
    expect(await codeOf(undo(newId()))).toBe("not_found");
    expect(await undo(two)).toEqual({ undone: 5, kept: 0, releasedNanos: 0n });
    expect((await membersOf(courseId)).map((each) => each.name)).toEqual(["学生 0", "学生 1", "学生 2", "学生 3"]);
    await expect(undo(two)).rejects.toThrow(/undone already/);
    expect(await undo(one)).toMatchObject({ undone: 4 });
    expect(await membersOf(courseId)).toEqual([]);
    expect(await apply(courseId, rows)).toMatchObject(counts(0, 4, 0, 0));
  });

  it("leaves whoever was changed since, and is refused after 24 hours", async () => {
    const courseId = await newCourse();
    const { importId } = await apply(courseId, people(0, 2));
    const [gone] = await membersOf(courseId);
    await act((tx) => endMemberships(tx, staff, { courseId, memberIds: [gone?.id ?? ""] }));
    const undo = () => act((tx) => undoRoster(tx, staff, { courseId, importId: importId ?? "" }));
    await fixture.db.$executeRaw`update roster_import set at = at - interval '25 hours' where id = ${importId}::uuid`;
    await expect(undo()).rejects.toThrow(/24 hours/);
    expect((await listRosterImports(fixture.db, staff, courseId))[0]?.canUndo).toBe(false);
    await fixture.db.$executeRaw`update roster_import set at = at + interval '2 hours' where id = ${importId}::uuid`;
    expect((await listRosterImports(fixture.db, staff, courseId))[0]?.canUndo).toBe(true);
    expect(await undo()).toMatchObject({ undone: 1, kept: 1 });
  });

  it("leaves a history that says who belonged to the course at any moment", async () => {
    const courseId = await newCourse();
    const { importId } = await apply(courseId, people(0, 2));
    // The database rounds to the millisecond, which may be the next one.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
    await pause();
    const between = new Date();
    await pause();
    await act((tx) => undoRoster(tx, staff, { courseId, importId: importId ?? "" }));
    const states = async (at: Date) =>
      (await courseAsOf(fixture.db, staff, courseId, at)).map((each) => each.facts.state);
    expect(await states(between)).toEqual(["active", "active"]);
    await pause();
    expect(await states(new Date())).toEqual(["left", "left"]);
    expect(await states(new Date(0))).toEqual([]);
  });
});

describe("an ID is proven", () => {
  async function course(studentId: string) {
    const courseId = await newCourse();
    await apply(courseId, [{ studentId, name: "x" }]);
    const [member] = await membersOf(courseId);
    return { courseId, memberId: member?.id ?? "" };
  }
  const issue = async (courseId: string) => (await act((tx) => issueActivationCodes(tx, staff, { courseId })))[0];
  const standing = async (courseId: string) => (await membersOf(courseId))[0]?.standing;

  it("by an activation code at registration, in every course that has the ID, and the code works once", async () => {
    const [one, two] = [await course("CODE-01"), await course("CODE-01")];
    const issued = await issue(one.courseId);
    expect(issued?.code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(await codeOf(register("CODE-02", issued?.code))).toBe("invalid_request");
    expect(await fixture.db.user.count({ where: { studentId: "CODE-02" } })).toBe(0);
    const { userId } = await register("CODE-01", issued?.code.toLowerCase().replaceAll("-", " "));
    expect([await standing(one.courseId), await standing(two.courseId)]).toEqual(["proven", "proven"]);
    // What one transaction writes has one time.
    const trail = (await fixture.trail(userId)).toSorted();
    expect(trail).toEqual(["course.claim", "course.claim", "user.register", "user.verify"]);
    const again = act((tx) => claimByCode(tx, staff, { userId, code: issued?.code ?? "" }));
    expect(await codeOf(again)).toBe("invalid_request");
  });

  it("by a code entered later, but not one that was replaced or has expired", async () => {
    const { courseId } = await course("CODE-03");
    const { userId } = await register("CODE-03");
    const claim = (code = "") => codeOf(act((tx) => claimByCode(tx, staff, { userId, code })));
    const first = await issue(courseId);
    const second = await issue(courseId);
    expect(await claim(first?.code)).toBe("invalid_request");
    await fixture.db.activationCode.updateMany({ data: { expiresAt: new Date(0) } });
    expect(await claim(second?.code)).toBe("invalid_request");
    expect(await standing(courseId)).toBe("registered");
    expect(await claim((await issue(courseId))?.code)).toBeNull();
    expect(await standing(courseId)).toBe("proven");
    expect(await issue(courseId)).toBeUndefined();
  });

  it("by a code against whoever had registered the ID without proof, who is out of the account then", async () => {
    const { courseId } = await course("CODE-06");
    const squatter = await register("CODE-06");
    const { userId, accountId } = squatter;
    await fixture.db
      .$executeRaw`insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id)
      values (new_id(), ${userId}::uuid, ${accountId}::uuid, 'k', 'h', 'p', 'l', 'default')`;
    const before = await fixture.db.user.findUniqueOrThrow({ where: { id: userId } });
    expect(await codeOf(register("CODE-06"))).toBe("student_id_taken");
    expect(await codeOf(register("CODE-06", "0000-0000-0000"))).toBe("invalid_request");
    const issued = await issue(courseId);
    expect(await register("CODE-06", issued?.code)).toEqual(squatter);
    const after = await fixture.db.user.findUniqueOrThrow({ where: { id: userId }, include: { keys: true } });
    expect(after.sessionVersion).toBe(before.sessionVersion + 1);
    expect(after.passwordHash).not.toBe(before.passwordHash);
    expect(after.keys.map((key) => key.status)).toEqual(["deleted"]);
    expect(await standing(courseId)).toBe("proven");
    expect(await codeOf(register("CODE-06", issued?.code))).toBe("student_id_taken");
    const trail = (await fixture.trail(userId)).toSorted();
    expect(trail).toEqual(["course.claim", "user.register", "user.take-over", "user.verify"]);
  });

  it("by the link to an address that the course has for the ID, and by no other address", async () => {
    const courseId = await newCourse();
    await apply(courseId, [{ studentId: "MAIL-01", name: "x", email: "Zhang@campus.example" }]);
    const { userId } = await register("MAIL-01");
    const open = async (email: string, who = userId) => {
      const { token } = await act((tx) => beginEmail(tx, { userId: who, email }));
      // Who asks again has to wait otherwise.
      await fixture.db.emailVerification.update({ where: { userId: who }, data: { sentAt: new Date(0) } });
      return act((tx) => confirmEmail(tx, { id: who, name: "x" }, { userId: who, token }));
    };
    expect((await open("other@campus.example")).claimed).toEqual([]);
    const stranger = await register("MAIL-02");
    expect((await open("zhang@campus.example", stranger.userId)).claimed).toEqual([]);
    expect(await standing(courseId)).toBe("registered");
    await act((tx) => removeEmail(tx, staff, { userId: stranger.userId }));
    expect((await open("zhang@campus.example")).claimed).toMatchObject([{ courseId }]);
    expect(await standing(courseId)).toBe("proven");
  });

  it("by staff who confirm the person, once somebody has registered the ID", async () => {
    const { courseId, memberId } = await course("CODE-04");
    const confirm = () => act((tx) => confirmMember(tx, staff, { courseId, memberId }));
    await expect(confirm()).rejects.toThrow(/nobody has registered/);
    const { userId } = await register("CODE-04");
    expect(await confirm()).toMatchObject([{ courseId, grantedNanos: 0n }]);
    expect(await confirm()).toEqual([]);
    expect((await fixture.db.user.findUniqueOrThrow({ where: { id: userId } })).verifiedAt).not.toBeNull();
  });

  it("keeps codes as hashes only", async () => {
    const { courseId, memberId } = await course("CODE-05");
    const issued = await issue(courseId);
    const row = await fixture.db.activationCode.findUniqueOrThrow({ where: { memberId } });
    expect(row.hash).toHaveLength(32);
    const audits = await fixture.db.auditEntry.findMany({ where: { targetId: courseId } });
    expect(JSON.stringify(audits)).not.toContain(issued?.code);
  });
});

describe("an ID that a roster corrects", () => {
  it("keeps the member, the code and what waits, and goes back with the import", async () => {
    const courseId = await newCourse();
    await apply(courseId, [{ studentId: "70010011", name: "张三" }]);
    const [before] = await membersOf(courseId);
    const [code] = await act((tx) => issueActivationCodes(tx, staff, { courseId }));
    const rows = [{ studentId: "70010012", insteadOf: "70010011", name: "张三", section: "甲" }];
    const members = await listRosterMembers(fixture.db, staff, courseId);
    expect(countRoster(members, { rows })).toEqual({ added: 0, changed: 1, gone: 0 });
    const { importId } = await apply(courseId, rows);
    const [after] = await membersOf(courseId);
    expect(after).toMatchObject({ id: before?.id, studentId: "70010012", section: "甲", hasCode: true });
    expect(await codeOf(apply(courseId, rows))).toBe("invalid_request");
    expect((await listImportedMembers(fixture.db, staff, courseId, importId ?? "")).members).toMatchObject([
      { kind: "changed", before: { studentId: "70010011" }, after: { studentId: "70010012" } },
    ]);
    expect(await codeOf(listImportedMembers(fixture.db, staff, courseId, "a\0"))).toBe("not_found");
    await act((tx) => undoRoster(tx, staff, { courseId, importId: importId ?? "" }));
    expect(await membersOf(courseId)).toMatchObject([{ id: before?.id, studentId: "70010011", section: null }]);
    await apply(courseId, rows);
    await register("70010012", code?.code);
    expect(await membersOf(courseId)).toMatchObject([{ studentId: "70010012", standing: "proven" }]);
  });

  it("is refused where the old one is proven, the new one is another's, or nobody has the old one", async () => {
    const courseId = await newCourse();
    const proven = await fixture.person();
    const elsewhere = await fixture.person();
    await apply(courseId, [{ studentId: proven.studentId }, { studentId: "70020011" }, { studentId: "70020021" }]);
    const correct = (insteadOf: string, studentId: string) =>
      codeOf(apply(courseId, [{ studentId, insteadOf }], { keepMissing: true }));
    for (const [from, to] of [
      [proven.studentId, "70020099"],
      ["70020011", "70020021"],
      ["70020098", "70020099"],
      ["70020011", elsewhere.studentId],
    ] as const) {
      expect(await correct(from, to)).toBe("invalid_request");
    }
    expect(await correct("70020011", "70020012")).toBeNull();
  });

  it("stays corrected where somebody has proven it before the import is undone", async () => {
    const courseId = await newCourse();
    await apply(courseId, [{ studentId: "70030011" }]);
    const { importId } = await apply(courseId, [{ studentId: "70030012", insteadOf: "70030011" }]);
    const { userId } = await register("70030012");
    await act((tx) => verifyUser(tx, staff, { userId }));
    expect(await act((tx) => undoRoster(tx, staff, { courseId, importId: importId ?? "" }))).toMatchObject({ kept: 1 });
    expect(await membersOf(courseId)).toMatchObject([{ studentId: "70030012", standing: "proven" }]);
  });
});
