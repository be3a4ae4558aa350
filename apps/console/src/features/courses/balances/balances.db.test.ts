import {
  type Actor,
  addCourseStaff,
  applyRoster,
  commandLine,
  createCourse,
  createUser,
  listCourseMembers,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { fund, undoFunding } from "@lyceum/ledger";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { useDatabase } from "#server/testing/next-edges.ts";
import { applyBalances, previewBalances } from "./read-balances.ts";

vi.mock("server-only", () => ({}));

let drop: () => Promise<void>;
let courseId: string;
let ta: Actor;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  const db = getDb();
  const endsAt = new Date(Date.now() + 86_400_000);
  const password = "correct horse battery";
  await db.$transaction(async (tx) => {
    const course = await createCourse(tx, commandLine, { code: "A", name: "A", endsAt });
    courseId = course.id;
    await fund(tx, commandLine, {
      accountId: course.accountId,
      amountNanos: 100_000_000_000n,
      reason: "r",
      endsAt: null,
    });
    const made = await createUser(tx, commandLine, { studentId: "T001", name: "ta", role: "student", password });
    ta = { id: made.userId, name: "ta" };
    const rows = [
      { studentId: "00123456", name: "甲" },
      { studentId: "00123457", name: "乙" },
    ];
    await applyRoster(tx, commandLine, { courseId, rows, fileName: "f", digest: "d" });
    await addCourseStaff(tx, commandLine, { courseId, studentId: "T001", role: "ta" });
  });
});
afterAll(() => drop());

const bytes = (text: string) => new TextEncoder().encode(text);
const list = bytes("学号,金额\n00123456,30\n00123457,40\n99999999,1\n");
const how = { mode: "set-to", reason: "r", skipBad: true } as const;
const has = async () =>
  (await listCourseMembers(getDb(), commandLine, courseId, { role: "student" })).rows.map(
    (row) => (row.balanceNanos + row.waitingNanos) / 1_000_000_000n,
  );

describe("balances by a file", () => {
  it("shows who has how much, and each row that can't be taken with why", async () => {
    expect(await previewBalances(ta, courseId, list, "zh")).toEqual({
      ok: true,
      rows: [
        { row: 2, studentId: "00123456", name: "甲", now: "0", amount: "30" },
        { row: 3, studentId: "00123457", name: "乙", now: "0", amount: "40" },
      ],
      bad: [{ row: 4, studentId: "99999999", name: "", sentence: "99999999 不在这门课里。" }],
      available: "100",
    });
    expect(await previewBalances(ta, courseId, bytes("学号,姓名\n00123456,甲\n"), "en")).toMatchObject({
      ok: false,
      message: expect.stringContaining("no column of amounts"),
    });
  });

  it("is done for all or for none; the same file again changes nothing; it is undone as one", async () => {
    await expect(applyBalances(ta, courseId, list, { ...how, skipBad: false })).rejects.toMatchObject({
      parameters: { reason_en: expect.stringContaining("Row 4") },
    });
    const dear = bytes("学号,金额\n00123456,30\n00123457,71\n");
    await expect(applyBalances(ta, courseId, dear, how)).rejects.toMatchObject({
      parameters: { reason_en: expect.stringContaining("lacks 1;") },
    });
    expect(await has()).toEqual([0n, 0n]);
    const done = await applyBalances(ta, courseId, list, how);
    expect(done).toMatchObject({ changed: 2, before: "100", after: "30" });
    expect(await has()).toEqual([30n, 40n]);
    const trail = await getDb().auditEntry.count();
    expect(await applyBalances(ta, courseId, list, how)).toMatchObject({ fundingId: null, changed: 0, after: "30" });
    expect(await getDb().auditEntry.count()).toBe(trail);
    await getDb().$transaction((tx) => undoFunding(tx, ta, { courseId, fundingId: done.fundingId ?? "" }));
    expect(await has()).toEqual([0n, 0n]);
  });

  it("adds once what is sent again because no reply came, and as often as it is meant", async () => {
    const add = { ...how, mode: "add", actId: crypto.randomUUID() } as const;
    const done = await applyBalances(ta, courseId, list, add);
    await expect(applyBalances(ta, courseId, list, add)).rejects.toMatchObject({
      parameters: { reason_en: expect.stringContaining("only the answer got lost") },
    });
    expect(await has()).toEqual([30n, 40n]);
    const less = await applyBalances(ta, courseId, bytes("学号,金额\n00123456,1\n"), add);
    expect(await has()).toEqual([31n, 40n]);
    for (const { fundingId } of [less, done])
      await getDb().$transaction((tx) => undoFunding(tx, ta, { courseId, fundingId: fundingId ?? "" }));
    expect(await has()).toEqual([0n, 0n]);
  });

  it("lets nobody raise the own balance, and a stranger find nothing", async () => {
    const own = bytes("学号,金额\nT001,5\n00123456,5\n");
    await expect(applyBalances(ta, courseId, own, how)).rejects.toMatchObject({ code: "invalid_request" });
    const stranger = { id: "00000000-0000-7000-8000-000000000000", name: "x" };
    await expect(previewBalances(stranger, courseId, list, "zh")).rejects.toMatchObject({ code: "not_found" });
    await expect(applyBalances(stranger, courseId, list, how)).rejects.toMatchObject({ code: "not_found" });
    expect(await has()).toEqual([0n, 0n]);
  });
});
