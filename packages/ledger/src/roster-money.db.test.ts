import { addCourseStaff } from "@lyceum/db";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applyRosterWithMoney, type RosterMoney, undoRosterWithMoney } from "./roster-money.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());
afterEach(async () => expect(await scene.differences()).toEqual([]));

const ids = (count: number) => Array.from({ length: count }, () => scene.unknownId());
const bring = (
  courseId: string,
  studentIds: string[],
  money: Partial<RosterMoney> = {},
  actor = scene.admin,
  keepMissing = false,
) =>
  scene.act((tx) =>
    applyRosterWithMoney(
      tx,
      actor,
      {
        courseId,
        rows: studentIds.map((studentId) => ({ studentId, name: "甲" })),
        fileName: "f.csv",
        digest: newId(),
        keepMissing,
      },
      { every: "once", mode: "top-up-to", amountNanos: 20n, endsAt: null, reason: "r", ...money },
    ),
  );
const count = async (table: string, courseId: string) =>
  Number((await scene.one<{ count: string }>(`select count(*) from ${table} where course_id = $1`, [courseId])).count);
const lines = async () => Number((await scene.one<{ count: string }>("select count(*) from ledger_entry")).count);

describe("a roster with money", () => {
  it.each(["once", "week"] as const)(
    "is one act, %s: the same again writes nothing, and it is undone as one",
    async (every) => {
      const { courseId, poolId } = await scene.course(5_000n);
      const proven = [await scene.student(true), await scene.student(true)].map((each) => each.studentId);
      const list = [...proven, ...ids(195)];
      const first = await bring(courseId, list, { every });
      expect(first).toMatchObject({ added: 197, money: { people: 197, givenNanos: 3_940n } });
      expect(await scene.pool(poolId)).toEqual({ balance: 4_960n, waiting: 3_900n, available: 1_060n });
      const before = [
        await lines(),
        await count("course_funding", courseId),
        await count("course_member_change", courseId),
      ];
      expect(await bring(courseId, list, { every })).toMatchObject({
        importId: null,
        known: 197,
        money: { people: 0, givenNanos: 0n },
      });
      expect([
        await lines(),
        await count("course_funding", courseId),
        await count("course_member_change", courseId),
      ]).toEqual(before);
      const undone = await scene.act((tx) =>
        undoRosterWithMoney(tx, scene.admin, { courseId, importId: first.importId ?? "" }),
      );
      expect(undone).toMatchObject({ undone: 197, returnedNanos: 3_940n });
      expect(await scene.pool(poolId)).toEqual({ balance: 5_000n, waiting: 0n, available: 5_000n });
      expect(
        await scene.query("select id from course_allowance where course_id = $1 and next_at is not null", [courseId]),
      ).toEqual([]);
      await expect(
        scene.act((tx) => undoRosterWithMoney(tx, scene.admin, { courseId, importId: first.importId ?? "" })),
      ).rejects.toThrow(AppError);
    },
  );

  it.each(["once", "month"] as const)("that the pool can't pay, %s, changes no roster either", async (every) => {
    const { courseId } = await scene.course(3_900n);
    await expect(bring(courseId, ids(197), { every })).rejects.toMatchObject({
      code: "invalid_request",
      parameters: { reason_en: expect.stringContaining("lacks 0.00000004") },
    });
    expect(await count("course_member", courseId)).toBe(0);
  });

  it("reaches whoever is named in other letters than the course keeps", async () => {
    const { courseId } = await scene.course(100n);
    const [studentId = ""] = ids(1);
    expect(await bring(courseId, [studentId.toLowerCase()])).toMatchObject({ added: 1, money: { people: 1 } });
  });

  it("of two TAs at the same moment can't overspend the pool", async () => {
    const { courseId, poolId } = await scene.course(3_000n);
    const tas = [await scene.student(true), await scene.student(true)];
    for (const { studentId } of tas) {
      await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId, role: "ta" }));
    }
    const outcomes = await Promise.allSettled(
      tas.map((ta, place) =>
        bring(courseId, ids(100), { mode: "add", every: place === 0 ? "once" : "day" }, ta.actor, true),
      ),
    );
    expect(outcomes.map((each) => each.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await scene.pool(poolId)).available).toBe(1_000n);
    expect(await count("course_member", courseId)).toBe(102);
  });
});
