import {
  type Actor,
  addCourseStaff,
  applyRoster,
  archiveCourse,
  confirmMember,
  copyCourse,
  courseAsOf,
  courseBegan,
  courseSeries,
  createAnnouncement,
  createCourse,
  endMemberships,
  findWeekPeople,
  getCourse,
  getCourseMember,
  getCoursePlanning,
  getCourseReport,
  getCourseUse,
  getCourseWeek,
  getOwnCourse,
  getVoucherBatch,
  issueActivationCodes,
  listAnnouncements,
  listChosenMembers,
  listCourseAllowances,
  listCourseMemberIds,
  listCourseMembers,
  listCourseSpenders,
  listFundings,
  listImportedMembers,
  listOwnCourses,
  listOwnFundings,
  listRosterImports,
  listRosterMembers,
  listVoucherBatches,
  moveCourseEnd,
  removeCourseStaff,
  setUserDisabled,
  setUserRole,
  type Tx,
  undoRoster,
  updateCourse,
} from "@lyceum/db";
import { untilBlocked } from "@lyceum/db/testing";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addAllowances } from "./allowances.ts";
import { takeAdvance } from "./course-advances.ts";
import { addCourseAllowance, stopCourseAllowance } from "./course-allowances.ts";
import { fundMembers } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { courseStatement } from "./course-statement.ts";
import { grantFromCourse } from "./courses.ts";
import { fundFile } from "./fund-file.ts";
import { askOwnFunding, decideOwnFunding, withdrawOwnFunding } from "./own-funding.ts";
import { applyRosterWithMoney, undoRosterWithMoney } from "./roster-money.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { createVouchers, revokeVouchers } from "./vouchers.ts";

const roles = [
  ...(["student", "ta", "instructor", "admin", "otherTa", "nobody", "removedTa", "disabledTa", "unknown"] as const),
  ...(["auditor", "auditingTa"] as const),
];
type Role = (typeof roles)[number];
const staff: Role[] = ["ta", "instructor", "admin"];
/** A TA who becomes an auditor is no TA any more. */
const readers: Role[] = [...staff, "auditor", "auditingTa"];
const leaders: Role[] = ["instructor", "admin"];
const inTwoYears = new Date(Date.now() + 730 * 86_400_000);
const inAYear = new Date(Date.now() + 365 * 86_400_000);

let scene: CourseScene;
let set: Awaited<ReturnType<typeof setScene>>;
beforeAll(async () => {
  scene = await createCourseScene();
  set = await setScene();
}, 120_000);
afterAll(() => scene.drop());

async function setScene() {
  const { act, admin } = scene;
  const [mine, other] = [await scene.course(1_000n), await scene.course(1_000n)];
  const { courseId } = mine;
  const people = new Map<Role, Awaited<ReturnType<CourseScene["student"]>>>();
  for (const role of roles) people.set(role, await scene.student(true));
  const person = (role: Role) => {
    const found = people.get(role);
    if (found === undefined) throw new Error(role);
    return found;
  };
  await scene.query("update app_user set role = 'admin' where id = $1", [person("admin").userId]);
  await scene.query("update app_user set role = 'auditor' where id = $1", [person("auditor").userId]);
  const unproven = await scene.student(false);
  const colleague = await scene.student(true);
  const { importId } = await scene.enrol(courseId, [person("student").studentId, unproven.studentId]);
  const join = (role: Role, to: string, as: "ta" | "instructor") =>
    act((tx) => addCourseStaff(tx, admin, { courseId: to, studentId: person(role).studentId, role: as }));
  const ta = await join("ta", courseId, "ta");
  await join("instructor", courseId, "instructor");
  await join("otherTa", other.courseId, "instructor");
  await join("auditingTa", courseId, "instructor");
  await act((tx) => setUserRole(tx, admin, { userId: person("auditingTa").userId, role: "auditor" }));
  const removed = await join("removedTa", courseId, "instructor");
  await act((tx) => removeCourseStaff(tx, admin, { courseId, memberId: removed.memberId }));
  await join("disabledTa", courseId, "instructor");
  await act((tx) => setUserDisabled(tx, admin, { userId: person("disabledTa").userId, disabled: true }));
  await act((tx) => addCourseStaff(tx, admin, { courseId, studentId: colleague.studentId, role: "ta" }));
  const members = await scene.members(courseId);
  const memberOf = (studentId: string) => members.get(studentId)?.id ?? "";
  const studentMember = memberOf(person("student").studentId);
  const funded = await act((tx) =>
    fundMembers(tx, admin, { courseId, memberIds: [studentMember], mode: "add", amountNanos: 10n, reason: "r" }),
  );
  await act((tx) => updateCourse(tx, admin, { courseId, advanceNanos: 1n }));
  const { allowanceId } = await act((tx) =>
    addCourseAllowance(tx, admin, { ...allowance, courseId, memberIds: [studentMember] }),
  );
  const { requestId } = await act((tx) =>
    askOwnFunding(tx, colleague.actor, { courseId, mode: "add", amountNanos: 1n, reason: "r" }),
  );
  const { batchId } = await act((tx) => createVouchers(tx, admin, { ...vouchers, courseId }));
  const actors = new Map<Role, Actor>(roles.map((role) => [role, person(role).actor]));
  actors.set("unknown", { id: newId(), name: "unknown" });
  return {
    ...{ courseId, poolId: mine.poolId, importId: importId ?? "", fundingId: funded.fundingId ?? "", requestId },
    ...{ batchId },
    ...{ allowanceId, studentId: person("student").studentId },
    ...{ studentMember, unprovenMember: memberOf(unproven.studentId), taMember: ta.memberId },
    ...{ stranger: person("nobody"), actors },
  };
}

type Act = { may: Role[]; run(tx: Tx, actor: Actor): Promise<unknown> };
const funding = { mode: "add", amountNanos: 1n, reason: "r" } as const;
const vouchers = {
  ...{ amountNanos: 1n, count: 2, redeemUntil: new Date(Date.now() + 86_400_000) },
  ...{ endsAt: null, note: "n", membersOnly: false },
};
const span = { from: new Date(Date.now() - 86_400_000), to: new Date() };
const allowance = { ...funding, period: "month", endsAt: null } as const;
const month = new Date().toISOString().slice(0, 7);

/** Who may do what, written out: the table of the code is what is tested. */
const acts: Record<string, Act> = {
  getCourse: { may: ["student", ...readers], run: (tx, actor) => getCourse(tx, actor, set.courseId) },
  listCourseMembers: { may: readers, run: (tx, actor) => listCourseMembers(tx, actor, set.courseId) },
  listCourseMemberIds: { may: readers, run: (tx, actor) => listCourseMemberIds(tx, actor, set.courseId, {}) },
  listChosenMembers: { may: readers, run: (tx, actor) => listChosenMembers(tx, actor, set.courseId, {}) },
  getCourseUse: { may: readers, run: (tx, actor) => getCourseUse(tx, actor, set.courseId, 1n) },
  getCourseMember: { may: readers, run: (tx, actor) => getCourseMember(tx, actor, set.courseId, set.studentMember) },
  courseAsOf: { may: readers, run: (tx, actor) => courseAsOf(tx, actor, set.courseId, new Date()) },
  listRosterMembers: { may: staff, run: (tx, actor) => listRosterMembers(tx, actor, set.courseId) },
  listRosterImports: { may: readers, run: (tx, actor) => listRosterImports(tx, actor, set.courseId) },
  getOwnCourse: {
    may: ["student", "ta", "instructor", "auditingTa"],
    run: (tx, actor) => getOwnCourse(tx, actor, set.courseId),
  },
  listImportedMembers: {
    may: readers,
    run: (tx, actor) => listImportedMembers(tx, actor, set.courseId, set.importId),
  },
  listFundings: { may: readers, run: (tx, actor) => listFundings(tx, actor, set.courseId) },
  listOwnFundings: { may: readers, run: (tx, actor) => listOwnFundings(tx, actor, set.courseId) },
  courseBegan: { may: readers, run: (tx, actor) => courseBegan(tx, actor, set.courseId) },
  courseSeries: {
    may: readers,
    run: (tx, actor) =>
      courseSeries(tx, actor, set.courseId, { ...span, bucket: "day", by: "student", zone: "Asia/Shanghai" }),
  },
  listCourseSpenders: { may: readers, run: (tx, actor) => listCourseSpenders(tx, actor, set.courseId, span) },
  getCourseWeek: { may: readers, run: (tx, actor) => getCourseWeek(tx, actor, set.courseId, span.to) },
  findWeekPeople: { may: readers, run: (tx, actor) => findWeekPeople(tx, actor, set.courseId, []) },
  getCoursePlanning: { may: readers, run: (tx, actor) => getCoursePlanning(tx, actor, set.courseId, span.to) },
  getCourseReport: {
    may: readers,
    // A transaction of its own, for all of it to be of one moment.
    run: (_, actor) => getCourseReport(scene.db, actor, { courseId: set.courseId, month, zone: "Asia/Shanghai" }),
  },
  listCourseAllowances: { may: readers, run: (tx, actor) => listCourseAllowances(tx, actor, set.courseId) },
  courseStatement: {
    may: readers,
    run: (tx, actor) =>
      courseStatement(tx, actor, { courseId: set.courseId, month, zone: "Asia/Shanghai", currency: "CNY" }),
  },
  applyRoster: {
    may: staff,
    run: (tx, actor) =>
      applyRoster(tx, actor, {
        courseId: set.courseId,
        rows: [{ studentId: "20260001", name: "x" }],
        fileName: "f",
        digest: "d",
      }),
  },
  undoRoster: {
    may: staff,
    run: (tx, actor) => undoRoster(tx, actor, { courseId: set.courseId, importId: set.importId }),
  },
  createAnnouncement: {
    may: staff,
    run: (tx, actor) =>
      createAnnouncement(tx, actor, {
        ...{ audience: { kind: "course", id: set.courseId }, level: "info", zh: "x", en: "x", tells: false },
        ...{ startsAt: null, endsAt: null },
      }),
  },
  listAnnouncements: {
    may: staff,
    run: (tx, actor) => listAnnouncements(tx, actor, { courseId: set.courseId }),
  },
  endMemberships: {
    may: staff,
    run: (tx, actor) => endMemberships(tx, actor, { courseId: set.courseId, memberIds: [set.studentMember] }),
  },
  issueActivationCodes: {
    may: staff,
    run: (tx, actor) => issueActivationCodes(tx, actor, { courseId: set.courseId }),
  },
  confirmMember: {
    may: staff,
    run: (tx, actor) => confirmMember(tx, actor, { courseId: set.courseId, memberId: set.unprovenMember }),
  },
  fundMembers: {
    may: staff,
    run: (tx, actor) => fundMembers(tx, actor, { ...funding, courseId: set.courseId, memberIds: [set.studentMember] }),
  },
  undoFunding: {
    may: staff,
    run: (tx, actor) => undoFunding(tx, actor, { courseId: set.courseId, fundingId: set.fundingId }),
  },
  addCourseAllowance: {
    may: staff,
    run: (tx, actor) => addCourseAllowance(tx, actor, { ...allowance, courseId: set.courseId, memberIds: null }),
  },
  fundFile: {
    may: staff,
    run: (tx, actor) => {
      const rows = [{ studentId: set.studentId, amountNanos: 1n }];
      return fundFile(tx, actor, { courseId: set.courseId, mode: "add", reason: "r", rows });
    },
  },
  applyRosterWithMoney: {
    may: staff,
    run: (tx, actor) =>
      applyRosterWithMoney(
        tx,
        actor,
        { courseId: set.courseId, rows: [{ studentId: "20260001" }], fileName: "f", digest: "d", keepMissing: true },
        { every: "once", mode: "add", amountNanos: 1n, endsAt: null, reason: "r" },
      ),
  },
  undoRosterWithMoney: {
    may: staff,
    run: (tx, actor) => undoRosterWithMoney(tx, actor, { courseId: set.courseId, importId: set.importId }),
  },
  stopCourseAllowance: {
    may: staff,
    run: (tx, actor) => stopCourseAllowance(tx, actor, { courseId: set.courseId, allowanceId: set.allowanceId }),
  },
  takeAdvance: { may: ["student"], run: (tx, actor) => takeAdvance(tx, actor, { courseId: set.courseId }) },
  decideOwnFunding: {
    may: staff,
    run: (tx, actor) => decideOwnFunding(tx, actor, { courseId: set.courseId, requestId: set.requestId, grant: true }),
  },
  askOwnFunding: {
    may: ["student", "ta", "instructor"],
    run: (tx, actor) => askOwnFunding(tx, actor, { ...funding, courseId: set.courseId }),
  },
  withdrawOwnFunding: {
    may: ["student", "ta", "instructor"],
    async run(tx, actor) {
      const { requestId } = await askOwnFunding(tx, actor, { ...funding, courseId: set.courseId });
      await withdrawOwnFunding(tx, actor, { courseId: set.courseId, requestId });
    },
  },
  listVoucherBatches: { may: readers, run: (tx, actor) => listVoucherBatches(tx, actor, set.courseId) },
  getVoucherBatch: {
    may: readers,
    run: (tx, actor) => getVoucherBatch(tx, actor, { courseId: set.courseId, batchId: set.batchId }),
  },
  createVouchers: {
    may: staff,
    run: (tx, actor) => createVouchers(tx, actor, { ...vouchers, courseId: set.courseId }),
  },
  revokeVouchers: { may: staff, run: (tx, actor) => revokeVouchers(tx, actor, { batchId: set.batchId }) },
  createOwnVouchers: {
    may: ["admin"],
    run: (tx, actor) => createVouchers(tx, actor, { ...vouchers, courseId: null }),
  },
  listOwnVoucherBatches: {
    may: ["admin", "auditor", "auditingTa"],
    run: (tx, actor) => listVoucherBatches(tx, actor, null),
  },
  updateCourse: {
    may: leaders,
    run: (tx, actor) => updateCourse(tx, actor, { courseId: set.courseId, name: "new name" }),
  },
  openGroups: {
    may: ["admin"],
    run: (tx, actor) => updateCourse(tx, actor, { courseId: set.courseId, groupIds: ["vip"] }),
  },
  moveCourseEnd: {
    may: leaders,
    run: (tx, actor) => moveCourseEnd(tx, actor, { courseId: set.courseId, endsAt: inTwoYears }),
  },
  archiveCourse: {
    may: leaders,
    async run(tx, actor) {
      await tx.$executeRaw`update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = ${set.courseId}::uuid`;
      await archiveCourse(tx, actor, { courseId: set.courseId });
    },
  },
  copyCourse: {
    may: leaders,
    run: (tx, actor) => copyCourse(tx, actor, { courseId: set.courseId, code: "NEXT", endsAt: inAYear }),
  },
  addTa: {
    may: leaders,
    run: (tx, actor) =>
      addCourseStaff(tx, actor, { courseId: set.courseId, studentId: set.stranger.studentId, role: "ta" }),
  },
  removeTa: {
    may: leaders,
    run: (tx, actor) => removeCourseStaff(tx, actor, { courseId: set.courseId, memberId: set.taMember }),
  },
  addInstructor: {
    may: ["admin"],
    run: (tx, actor) =>
      addCourseStaff(tx, actor, { courseId: set.courseId, studentId: set.stranger.studentId, role: "instructor" }),
  },
  grantFromCourse: {
    may: ["admin"],
    run: (tx, actor) =>
      grantFromCourse(tx, actor, {
        ...{ courseId: set.courseId, accountIds: [set.stranger.accountId] },
        ...{ amountNanos: 1n, reason: "r" },
      }),
  },
  addAllowances: {
    may: ["admin"],
    run: (tx, actor) =>
      addAllowances(tx, actor, {
        ...{ courseId: set.courseId, accountIds: [set.stranger.accountId], period: "day", endsAt: null },
        ...{ ...funding, timeZone: "Asia/Shanghai" },
      }),
  },
  createCourse: {
    // Whoever is instructor of any course, as the other one's staff is here.
    may: [...leaders, "otherTa"],
    run: (tx, actor) => createCourse(tx, actor, { code: "MADE", name: "made", endsAt: inAYear }),
  },
};

/** Everything about courses and money, as one text: the same before and after what is forbidden. */
async function fingerprint(): Promise<string> {
  const tables = [
    ...["course", "course_member", "course_member_change", "roster_import", "activation_code", "course_funding"],
    ...[
      "waiting_grant",
      "own_funding",
      "voucher_batch",
      "voucher",
      "notice",
      "account",
      "credit",
      "ledger_entry",
      "allowance",
      "app_user",
      "audit_entry",
    ],
    ...["course_allowance", "course_advance"],
  ];
  const sums = tables.map(
    (table) => `(select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${table} t)`,
  );
  return (await scene.one<{ text: string }>(`select concat_ws(',', ${sums.join(", ")}) as text`)).text;
}

class Rollback extends Error {}
/** The outcome, and nothing of it stays. */
async function attempt(each: Act, actor: Actor): Promise<string> {
  try {
    await scene.act(async (tx) => {
      await each.run(tx, actor);
      throw new Rollback();
    });
  } catch (error) {
    if (error instanceof Rollback) return "done";
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return "committed";
}

describe("who may do what with a course", () => {
  it.each(Object.keys(acts))("%s", async (name) => {
    const each = acts[name];
    if (each === undefined) throw new Error(name);
    const before = await fingerprint();
    const outcomes = new Map<string, string>();
    for (const role of roles) {
      const actor = set.actors.get(role);
      if (actor === undefined) throw new Error(role);
      outcomes.set(role, await attempt(each, actor));
    }
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(roles.map((role) => [role, each.may.includes(role) ? "done" : "not_found"])),
    );
    expect(await fingerprint()).toBe(before);
  });

  it("is not found for a course that does not exist, and for what is no id", async () => {
    for (const courseId of [newId(), "", "1; drop table course"]) {
      const each: Act = { may: [], run: (tx) => getCourse(tx, scene.admin, courseId) };
      expect(await attempt(each, scene.admin)).toBe("not_found");
    }
  });

  it("does not let a course's staff act on another course's people, imports or fundings", async () => {
    const [{ courseId }, actor] = [await scene.course(100n), set.actors.get("admin") as Actor];
    const foreign: Act["run"][] = [
      (tx) => undoRoster(tx, actor, { courseId, importId: set.importId }),
      (tx) => undoFunding(tx, actor, { courseId, fundingId: set.fundingId }),
      (tx) => decideOwnFunding(tx, actor, { courseId, requestId: set.requestId, grant: true }),
      (tx) => getVoucherBatch(tx, actor, { courseId, batchId: set.batchId }),
      (tx) => withdrawOwnFunding(tx, set.actors.get("student") as Actor, { courseId, requestId: set.requestId }),
      (tx) => addCourseAllowance(tx, actor, { ...allowance, courseId, memberIds: [set.studentMember] }),
      (tx) => stopCourseAllowance(tx, actor, { courseId, allowanceId: set.allowanceId }),
      (tx) => fundMembers(tx, actor, { ...funding, courseId, memberIds: [set.studentMember] }),
      (tx) => confirmMember(tx, actor, { courseId, memberId: set.unprovenMember }),
      (tx) => issueActivationCodes(tx, actor, { courseId, memberIds: [set.unprovenMember] }),
      (tx) => endMemberships(tx, actor, { courseId, memberIds: [set.studentMember] }),
      (tx) => removeCourseStaff(tx, actor, { courseId, memberId: set.taMember }),
    ];
    for (const run of foreign) expect(await attempt({ may: [], run }, actor)).toBe("not_found");
  });

  it("an instructor does not remove or demote an instructor", async () => {
    const { courseId } = set;
    const actor = set.actors.get("instructor") as Actor;
    const [member] = (await listCourseMembers(scene.db, scene.admin, courseId, { role: "instructor" })).rows;
    if (member === undefined) throw new Error("no instructor");
    const remove: Act["run"] = (tx) => removeCourseStaff(tx, actor, { courseId, memberId: member.id });
    const demote: Act["run"] = (tx) => addCourseStaff(tx, actor, { courseId, studentId: member.studentId, role: "ta" });
    for (const run of [remove, demote]) expect(await attempt({ may: [], run }, actor)).toBe("not_found");
  });

  it("students see name, term and staff of their course, and no numbers; lists hold only one's own courses", async () => {
    const { courseId, actors } = set;
    const seen = await getCourse(scene.db, actors.get("student") as Actor, courseId);
    expect(seen).toMatchObject({ authority: "student", numbers: null });
    expect(seen.staff.map((each) => each.role).toSorted()).toEqual([
      ...["instructor", "instructor", "instructor", "ta", "ta"],
    ]);
    expect((await getCourse(scene.db, actors.get("ta") as Actor, courseId)).numbers).toMatchObject({ students: 2 });
    const listed = async (role: Role) =>
      (await listOwnCourses(scene.db, actors.get(role) as Actor)).map((each) => each.id);
    for (const role of ["student", "ta", "instructor"] as const) expect(await listed(role)).toEqual([courseId]);
    for (const role of ["nobody", "removedTa", "disabledTa", "unknown"] as const)
      expect(await listed(role)).toEqual([]);
    for (const role of ["admin", "auditor", "auditingTa"] as const)
      expect((await listed(role)).length).toBeGreaterThan(1);
  });

  // The last: the TA is gone after it.
  it("a TA who is removed while the proof of an ID waits for the course has no say any more", async () => {
    const { courseId, taMember, unprovenMember, actors } = set;
    const removed = Promise.withResolvers<void>();
    const committing = Promise.withResolvers<void>();
    const removal = scene.act(async (tx) => {
      await removeCourseStaff(tx, scene.admin, { courseId, memberId: taMember });
      removed.resolve();
      await committing.promise;
    });
    await removed.promise;
    const confirm: Act = {
      may: [],
      run: (tx, actor) => confirmMember(tx, actor, { courseId, memberId: unprovenMember }),
    };
    const confirming = attempt(confirm, actors.get("ta") as Actor);
    await untilBlocked((sql) => scene.query(sql));
    committing.resolve();
    await removal;
    expect(await confirming).toBe("not_found");
  });
});
