import type { Tx } from "@lyceum/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addCourseAllowance } from "./course-allowances.ts";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { grantFromCourse } from "./courses.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());

describe("a course's money for many", () => {
  /** How often rows of accounts and of credits were changed by this. */
  const changesOf = <T>(run: (tx: Tx) => Promise<T>) =>
    scene.act(async (tx) => {
      const before = await countOf(tx);
      const result = await run(tx);
      const after = await countOf(tx);
      return { result, accounts: after.account - before.account, credits: after.credit - before.credit };
    });
  async function countOf(tx: Tx): Promise<{ account: number; credit: number }> {
    const rows = await tx.$queryRaw<
      { relname: "account" | "credit"; changed: number }[]
    >`select relname, n_tup_upd::int as changed from pg_stat_xact_user_tables where relname in ('account', 'credit') and schemaname = 'public'`;
    const of = (name: string) => rows.find((row) => row.relname === name)?.changed ?? 0;
    return { account: of("account"), credit: of("credit") };
  }
  const MANY = 30;

  it("changes the pool's row and its credit's once, not once for each", async () => {
    const { courseId, poolId } = await scene.course(10_000n);
    const students = await Promise.all(Array.from({ length: MANY }, () => scene.student(true)));
    await scene.enrol(
      courseId,
      students.map((each) => each.studentId),
    );
    const memberIds = [...(await scene.members(courseId)).values()].map((member) => member.id);
    const common = { courseId, reason: "r" };
    const give = { ...common, memberIds, mode: "add", amountNanos: 20n } as const;
    const funded = await changesOf((tx) => fundMembers(tx, scene.admin, give));
    expect(funded).toMatchObject({ accounts: MANY + 1, credits: 1 });

    const lower = { ...give, mode: "set-to", amountNanos: 15n } as const;
    const lowered = await changesOf((tx) => fundMembers(tx, scene.admin, lower));
    expect(lowered).toMatchObject({ accounts: MANY + 1, credits: MANY + 1 });

    const { fundingId } = funded.result;
    if (fundingId === null) throw new Error("nothing was funded");
    const undone = await changesOf((tx) => undoFunding(tx, scene.admin, { courseId, fundingId }));
    expect(undone.result.takenNanos).toBe(15n * BigInt(MANY));
    // What is undone also ends.
    expect(undone).toMatchObject({ accounts: MANY + 1, credits: 2 * MANY + 1 });

    const accountIds = students.map((each) => each.accountId);
    const granted = await changesOf((tx) =>
      grantFromCourse(tx, scene.admin, { ...common, accountIds, amountNanos: 1n }),
    );
    expect(granted).toMatchObject({ accounts: MANY + 1, credits: 1 });
    expect(granted.result.changes.map((change) => change.entryIds.length)).toEqual(accountIds.map(() => 1));

    const allowance = {
      ...common,
      memberIds: null,
      mode: "set-to",
      amountNanos: 20n,
      period: "week",
      endsAt: null,
    } as const;
    await scene.act((tx) => addCourseAllowance(tx, scene.admin, allowance));
    const past = "clock_timestamp() - interval '1 second'";
    await scene.query(`update credit set ends_at = ${past} where pool_id = $1 and is_open`, [poolId]);
    await scene.query(`update course_allowance set next_at = ${past} where course_id = $1`, [courseId]);
    const drawn = await changesOf((tx) => tx.$queryRaw`select draw_course_allowances('Asia/Shanghai')`);
    // What ended goes back, what is due is given, what waits is set aside, and when it comes next is noted.
    expect(drawn).toMatchObject({ accounts: 3 * MANY + 3, credits: 2 * MANY + 2 });
    expect(await scene.differences()).toEqual([]);
  });
});
