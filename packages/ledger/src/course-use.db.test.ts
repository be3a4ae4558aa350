import { addCourseStaff, getCourseMember, getCourseUse, listChosenMembers, listCourseMembers } from "@lyceum/db";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
}, 120_000);
afterAll(() => scene.drop());

it("counts and filters the students of a course by what they use and have, and leaves the staff out", async () => {
  const { act, admin, db } = scene;
  const { courseId, poolId } = await scene.course(1_000n);
  const [busy, quiet, ta] = [await scene.student(true), await scene.student(true), await scene.student(true)];
  const unknown = scene.unknownId();
  await scene.enrol(courseId, [busy.studentId, quiet.studentId, unknown]);
  await act((tx) => addCourseStaff(tx, admin, { courseId, studentId: ta.studentId, role: "ta" }));
  const members = await scene.members(courseId);
  const idOf = (studentId: string) => members.get(studentId)?.id ?? "";
  await scene.query("update course_member set section = 'B1' where id = $1", [idOf(quiet.studentId)]);
  const memberIds = [idOf(quiet.studentId), idOf(unknown)];
  await act((tx) => fundMembers(tx, admin, { courseId, memberIds, mode: "add", amountNanos: 10n, reason: "r" }));
  for (const [daysAgo, model] of [
    [30, "old"],
    [1, "new"],
  ] as const) {
    await scene.query(
      `insert into usage_rollup (account_id, hour, key_id, model, group_id, pool_id, requests, failures, input_tokens, cached_input_tokens,
        output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos)
      values ($1, date_trunc('hour', now() - make_interval(days => $2)), $3, $4, 'default', $5, 1, 0, 1, 0, 1, 0, 4, 0)`,
      [busy.accountId, daysAgo, busy.keyId, model, poolId],
    );
  }

  expect(await getCourseUse(db, admin, courseId, 5n)).toEqual({
    ...{ students: 3, active: 1, unused: 2, low: 1, spentNanos: 8n, leftNanos: 20n, sections: ["B1"] },
  });
  const matching = async (filter: Parameters<typeof listChosenMembers>[3]) =>
    (await listChosenMembers(db, admin, courseId, { role: "student", ...filter })).map((each) => each.studentId);
  expect(await matching({ use: "active" })).toEqual([busy.studentId]);
  expect(await matching({ use: "low", lowNanos: 5n })).toEqual([busy.studentId]);
  expect(await matching({ section: "B1" })).toEqual([quiet.studentId]);
  expect(await matching({ role: "staff" })).toEqual([ta.studentId]);
  const bySpent = await listCourseMembers(db, admin, courseId, { role: "student", sort: "spent", descending: true });
  expect(bySpent.rows[0]).toMatchObject({ studentId: busy.studentId, spentNanos: 8n });

  const { member, notes, money } = await getCourseMember(db, admin, courseId, idOf(quiet.studentId));
  expect(member).toMatchObject({ balanceNanos: 10n, waitingNanos: 0n, standing: "proven" });
  expect(notes.map((note) => note.kind)).toEqual(["joined"]);
  expect(money.map((line) => [line.kind, line.amountNanos])).toEqual([["grant", 10n]]);
});
