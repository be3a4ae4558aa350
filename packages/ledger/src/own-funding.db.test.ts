import {
  addCourseStaff,
  endMemberships,
  findTopUse,
  getCourse,
  listAllOwnFundings,
  listAskableCourses,
  listMyRequests,
  listOwnFundings,
} from "@lyceum/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { undoFunding } from "./course-funding-undo.ts";
import { askOwnFunding, decideOwnFunding, withdrawOwnFunding } from "./own-funding.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { admissionOf, draftOf } from "./testing/ledger-fixture.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(async () => {
  expect(await scene.differences()).toEqual([]);
  await scene.drop();
});

const tomorrow = new Date(Date.now() + 86_400_000);
type Person = Awaited<ReturnType<CourseScene["student"]>>;

/** A pool of 100, a student, and two who teach. */
async function setScene() {
  const { courseId, poolId } = await scene.course(100n);
  const [student, ta, colleague] = [await scene.student(true), await scene.student(true), await scene.student(true)];
  await scene.enrol(courseId, [student.studentId]);
  for (const { studentId } of [ta, colleague]) {
    await scene.act((tx) => addCourseStaff(tx, scene.admin, { courseId, studentId, role: "ta" }));
  }
  return { courseId, poolId, student, ta, colleague };
}
const ask = (courseId: string, who: Person, amountNanos: bigint) =>
  scene.act((tx) =>
    askOwnFunding(tx, who.actor, { courseId, mode: "add", amountNanos, reason: "lab 3", deadline: tomorrow }),
  );
const noticesOf = (person: Person) =>
  scene.query("select kind, detail, href from notice where user_id = $1 order by created_at", [person.userId]);

describe("a student asks for more", () => {
  it("and the staff are told, see what he has and spent, and grant it with one act", async () => {
    const { courseId, poolId, student, ta, colleague } = await setScene();
    const { requestId } = await ask(courseId, student, 20n);
    for (const each of [ta, colleague]) {
      expect(await noticesOf(each)).toEqual([
        {
          ...{ kind: "course-ask", href: `/courses/${courseId}/requests?request=${requestId}` },
          detail: expect.objectContaining({ who: student.studentId, amount: "0.00000002", reason: "lab 3" }),
        },
      ]);
    }
    await expect(ask(courseId, student, 1n)).rejects.toMatchObject({ code: "invalid_request" });
    const seen = await listOwnFundings(scene.db, ta.actor, courseId);
    expect(seen).toMatchObject([
      {
        studentId: student.studentId,
        role: "student",
        amountNanos: 20n,
        hasNanos: 0n,
        spentNanos: 0n,
        deadline: tomorrow,
      },
    ]);
    expect((await listAllOwnFundings(scene.db, ta.actor)).map((each) => each.id)).toEqual([requestId]);
    expect(await listAllOwnFundings(scene.db, student.actor)).toEqual([]);
    expect((await getCourse(scene.db, ta.actor, courseId)).numbers).toMatchObject({ requests: 1 });

    const decide = () => scene.act((tx) => decideOwnFunding(tx, ta.actor, { courseId, requestId, grant: true }));
    const both = await Promise.allSettled([decide(), decide()]);
    expect(both.map((each) => each.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await scene.account(student.accountId)).balance).toBe(20n);
    expect(await scene.pool(poolId)).toMatchObject({ balance: 80n });
    const [mine] = await listMyRequests(scene.db, student.actor);
    expect(mine).toMatchObject({ outcome: "granted", grantedNanos: 20n, decidedBy: "n", isUndone: false });
    expect(await noticesOf(student)).toMatchObject([
      { kind: "course-ask-decided", href: "/balance", detail: { granted: true, amount: "0.00000002" } },
    ]);

    // What he uses of it stands beside the next request; undoing the first says so.
    const ledger = await scene.ledger();
    const request = admissionOf(student, 5n);
    expect(await ledger.admit(request)).toMatchObject({ admitted: true });
    await ledger.settle(draftOf(student, 5n, { requestId: request.requestId }));
    await ask(courseId, student, 3n);
    expect(await listOwnFundings(scene.db, ta.actor, courseId)).toMatchObject([{ hasNanos: 15n, spentNanos: 5n }]);
    expect(await findTopUse(scene.db, student.userId)).toEqual({ key: "k", requests: 1, percent: 100 });
    const funding = await scene.one<{ id: string }>("select funding_id as id from own_funding where id = $1", [
      requestId,
    ]);
    await scene.act((tx) => undoFunding(tx, colleague.actor, { courseId, fundingId: funding.id }));
    expect((await listOwnFundings(scene.db, ta.actor, courseId, "decided"))[0]).toMatchObject({ isUndone: true });
  });

  it("is given another amount, or refused with a sentence, or nothing where the pool lacks it", async () => {
    const { courseId, student, ta } = await setScene();
    const decide = (requestId: string, more: { grant: boolean; amountNanos?: bigint; answer?: string }) =>
      scene.act((tx) => decideOwnFunding(tx, ta.actor, { courseId, requestId, ...more }));
    const first = await ask(courseId, student, 150n);
    await expect(decide(first.requestId, { grant: true })).rejects.toMatchObject({
      parameters: { reason_en: expect.stringContaining("lacks 0.00000005") },
    });
    expect((await listMyRequests(scene.db, student.actor))[0]).toMatchObject({ outcome: null });
    await decide(first.requestId, { grant: true, amountNanos: 7n, answer: "That must do." });
    expect((await scene.account(student.accountId)).balance).toBe(7n);
    const second = await ask(courseId, student, 1n);
    await expect(decide(second.requestId, { grant: false, answer: " " })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await decide(second.requestId, { grant: false, answer: "Come to office hours." });
    expect((await scene.account(student.accountId)).balance).toBe(7n);
    expect(await listMyRequests(scene.db, student.actor)).toMatchObject([
      { outcome: "refused", answer: "Come to office hours.", grantedNanos: null },
      { outcome: "granted", answer: "That must do.", grantedNanos: 7n, amountNanos: 150n },
    ]);
  });

  it("takes it back while nobody has decided, and nobody else does", async () => {
    const { courseId, student, ta, colleague } = await setScene();
    const { requestId } = await ask(courseId, student, 1n);
    const withdraw = (who: Person) => scene.act((tx) => withdrawOwnFunding(tx, who.actor, { courseId, requestId }));
    await expect(withdraw(ta)).rejects.toMatchObject({ code: "not_found" });
    await withdraw(student);
    await expect(withdraw(student)).rejects.toMatchObject({ code: "not_found" });
    const decide = scene.act((tx) => decideOwnFunding(tx, ta.actor, { courseId, requestId, grant: true }));
    await expect(decide).rejects.toMatchObject({ code: "not_found" });
    expect(await listOwnFundings(scene.db, ta.actor, courseId)).toEqual([]);
    // A colleague's request stands in the same list, and is nobody's own to decide.
    await ask(courseId, colleague, 2n);
    expect(await listOwnFundings(scene.db, colleague.actor, courseId)).toMatchObject([{ role: "ta", isOwn: true }]);
  });

  it("only of a course that goes on, and while belonging to it", async () => {
    const { courseId, student, ta } = await setScene();
    expect(await listAskableCourses(scene.db, student.actor)).toMatchObject([{ id: courseId }]);
    expect(await listAskableCourses(scene.db, ta.actor)).toEqual([]);
    const { requestId } = await ask(courseId, student, 1n);
    const memberIds = [(await scene.members(courseId)).get(student.studentId)?.id ?? ""];
    await scene.act((tx) => endMemberships(tx, ta.actor, { courseId, memberIds }));
    expect(await listOwnFundings(scene.db, ta.actor, courseId)).toEqual([]);
    const decide = scene.act((tx) => decideOwnFunding(tx, ta.actor, { courseId, requestId, grant: true }));
    await expect(decide).rejects.toMatchObject({ code: "not_found" });
    await expect(ask(courseId, student, 1n)).rejects.toMatchObject({ code: "not_found" });
    await scene.query("update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = $1", [
      courseId,
    ]);
    await expect(ask(courseId, ta, 1n)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await listAllOwnFundings(scene.db, ta.actor)).toEqual([]);
  });
});
