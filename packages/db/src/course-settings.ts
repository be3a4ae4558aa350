import { AppError, formatAmount, MAX_AMOUNT_NANOS, newId, storableText } from "@lyceum/domain";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type MemberRow, readMembers, writeMembers } from "./course-member-changes.ts";
import { courseRefusal, lockCourse, requireCourseRole } from "./course-roles.ts";
import { withOwners } from "./roster-apply.ts";

/** What staff decide about a course, beside its code and the end of its term. */
export type CourseSettings = {
  readonly name: string;
  readonly startsAt: Date | null;
  /** Public names of the models it is meant for; empty: all of its groups'. */
  readonly models: readonly string[];
  readonly groupIds: readonly string[];
  /** What the pages propose for each member. */
  readonly defaultAmountNanos: bigint | null;
  /** The most that a member may take of the next period in advance; null: nothing. */
  readonly advanceNanos: bigint | null;
};

export type NewCourse = Partial<CourseSettings> & { code: string; name: string; endsAt: Date };

/**
 * Makes a course with an empty pool. `endsAt`: the end of its term. Besides admins, whoever is instructor of a course that is not archived may do so, and is
 * instructor of the new one; its groups and its pool's money come from an admin. Throws `not_found` for others, `name_taken`, `invalid_request`.
 */
export async function createCourse(tx: Tx, actor: Actor, input: NewCourse): Promise<{ id: string; accountId: string }> {
  const instructor = await requireCreator(tx, actor);
  if (instructor !== null && (input.groupIds ?? []).length > 0) throw new AppError("not_found");
  const made = await insertCourse(tx, actor, input);
  if (instructor !== null) {
    const course = { id: made.id, poolId: made.accountId };
    await writeMembers(tx, actor, course, [{ kind: "joined", before: null, after: { ...instructor, id: newId() } }]);
  }
  return made;
}

/** Whether somebody may make courses, for pages. */
export async function mayCreateCourses(db: Db | Tx, actor: Actor): Promise<boolean> {
  return (await findCreator(db, actor)) !== undefined;
}

/** The membership that the maker has in the new course; null for an admin, who needs none. */
async function requireCreator(tx: Tx, actor: Actor): Promise<MemberRow | null> {
  const found = await findCreator(tx, actor);
  if (found === undefined) throw new AppError("not_found");
  return found;
}

async function findCreator(db: Db | Tx, actor: Actor): Promise<MemberRow | null | undefined> {
  if (actor.id === null) return null;
  const user = await db.user.findUnique({ where: { id: actor.id }, select: { role: true, disabledAt: true } });
  if (user === null || user.disabledAt !== null || user.role === "auditor") return undefined;
  if (user.role === "admin") return null;
  const [member] = await db.$queryRaw<
    MemberRow[]
  >`select m.id, m.student_id as "studentId", m.name, m.email, null as section,
      m.role::text as role, m.state, m.user_id as "userId"
    from course_member m join course c on c.id = m.course_id
    where m.user_id = ${actor.id}::uuid and m.role = 'instructor' and m.state = 'active' and c.archived_at is null limit 1`;
  return member;
}

async function insertCourse(tx: Tx, actor: Actor, input: NewCourse): Promise<{ id: string; accountId: string }> {
  const code = input.code.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(code)) {
    throw courseRefusal(
      "课程代码由 1 到 32 个字母、数字、点或连字符组成。",
      "a course's code has 1 to 32 letters, digits, dots or hyphens.",
    );
  }
  const endsAt = requireEnd(input.endsAt);
  const settings = await readSettings(tx, input, endsAt);
  const course = { id: newId(), code, endsAt, ...settings, name: settings.name ?? "" };
  const { count } = await tx.course.createMany({ data: [course], skipDuplicates: true });
  if (count === 0) throw new AppError("name_taken", { parameters: { name: code } });
  const accountId = newId();
  await tx.account.create({ data: { id: accountId, kind: "course", courseId: course.id }, select: { id: true } });
  await auditCourse(tx, actor, course, "course.create", { ...describe(settings), endsAt: endsAt.toISOString() });
  return { id: course.id, accountId };
}

/** Changes what is given, and nothing else; groups only for an admin. Throws `not_found`, `group_not_found`, `invalid_request`. */
export async function updateCourse(
  tx: Tx,
  actor: Actor,
  input: Partial<CourseSettings> & { courseId: string },
): Promise<void> {
  const course = await lockCourse(tx, actor, input.courseId, "lead");
  if (input.groupIds !== undefined) {
    const before = await tx.course.findUniqueOrThrow({ where: { id: course.id }, select: { groupIds: true } });
    const isSame = [...new Set(input.groupIds)].sort().join(" ") === before.groupIds.toSorted().join(" ");
    // Groups carry limits and prices that an admin decides on.
    if (!isSame) await requireCourseRole(tx, actor, course.id, "openGroups");
  }
  const settings = await readSettings(tx, input, course.endsAt);
  await tx.course.update({ where: { id: course.id }, data: settings, select: { id: true } });
  await auditCourse(tx, actor, course, "course.update", describe(settings));
}

/**
 * Moves the end of a course that has not ended; what ends with it moves along: grants, what waits, allowances. Throws `not_found`, `invalid_request` for an end
 * in the past or before the term begins. Doing it again changes nothing.
 */
export async function moveCourseEnd(tx: Tx, actor: Actor, input: { courseId: string; endsAt: Date }): Promise<void> {
  const course = await lockCourse(tx, actor, input.courseId, "lead");
  if (course.hasEnded) throw courseRefusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const endsAt = requireEnd(input.endsAt);
  if (course.startsAt !== null && endsAt <= course.startsAt) throw beginsFirst();
  if (endsAt.getTime() === course.endsAt.getTime()) return;
  await tx.$executeRaw`select move_course_end(${course.id}::uuid, ${endsAt}::timestamptz)`;
  const [before, after] = [course.endsAt.toISOString(), endsAt.toISOString()];
  await auditCourse(tx, actor, course, "course.move-end", { before, after });
}

/** Of the years after, what the database has can't be read back as a Date. */
const LAST_MOMENT = Date.UTC(9999, 0, 1);

function requireEnd(endsAt: Date): Date {
  if (endsAt.getTime() > Date.now() && endsAt.getTime() < LAST_MOMENT) return endsAt;
  if (endsAt.getTime() >= LAST_MOMENT) {
    throw courseRefusal("课程最晚在 9999 年之前结束。", "a course ends before the year 9999.");
  }
  throw courseRefusal("课程的结束时间应在将来。", "the end of a course must lie in the future.");
}

function beginsFirst(): AppError {
  return courseRefusal("课程的开始时间应早于结束时间。", "a course must begin before it ends.");
}

/** Makes a course that has ended read-only; what waits in it is over by then. Throws `not_found`, `invalid_request`. Doing it again changes nothing. */
export async function archiveCourse(tx: Tx, actor: Actor, input: { courseId: string }): Promise<void> {
  const seen = await requireCourseRole(tx, actor, input.courseId, "lead");
  if (seen.archivedAt !== null) return;
  const course = await lockCourse(tx, actor, seen.id, "lead");
  if (!course.hasEnded) {
    throw courseRefusal("课程结束后才能归档。", "a course can be archived when it has ended.");
  }
  await tx.$executeRaw`update course set archived_at = clock_timestamp() where id = ${course.id}::uuid`;
  await auditCourse(tx, actor, course, "course.archive", {});
}

/**
 * Makes the course of the next term: same settings, same staff, an empty pool; the students only where asked. Throws `not_found`, `name_taken`,
 * `invalid_request`.
 */
export async function copyCourse(
  tx: Tx,
  actor: Actor,
  input: {
    courseId: string;
    code: string;
    name?: string | undefined;
    startsAt?: Date | null | undefined;
    endsAt: Date;
    withStudents?: boolean | undefined;
  },
): Promise<{ id: string; accountId: string; members: number }> {
  const from = await requireCourseRole(tx, actor, input.courseId, "lead");
  const old = await tx.course.findUniqueOrThrow({ where: { id: from.id }, select: settingColumns });
  // A group that is gone since is not missed.
  const groups = await tx.group.findMany({ where: { id: { in: old.groupIds } }, select: { id: true } });
  const made = await insertCourse(tx, actor, {
    ...old,
    name: input.name ?? old.name,
    groupIds: groups.map((group) => group.id),
    ...{ code: input.code, startsAt: input.startsAt ?? null, endsAt: input.endsAt },
  });
  const members = (await readMembers(tx, from.id)).filter(
    (member) => member.state === "active" && (member.role !== "student" || input.withStudents === true),
  );
  await writeMembers(
    tx,
    actor,
    { id: made.id, poolId: made.accountId },
    await withOwners(
      tx,
      members.map((member) => ({ kind: "joined", before: null, after: { ...member, id: newId() } })),
    ),
  );
  await auditCourse(tx, actor, { ...from, id: made.id, code: input.code.trim() }, "course.copy", {
    from: from.code,
    members: members.length,
  });
  return { ...made, members: members.length };
}

export const settingColumns = {
  name: true,
  startsAt: true,
  models: true,
  groupIds: true,
  defaultAmountNanos: true,
  advanceNanos: true,
} as const;

type Clean = {
  name?: string;
  startsAt?: Date | null;
  models?: string[];
  groupIds?: string[];
  defaultAmountNanos?: bigint | null;
  advanceNanos?: bigint | null;
};

/** What was given, checked; the rest left out. */
async function readSettings(db: Db | Tx, input: Partial<CourseSettings>, endsAt: Date): Promise<Clean> {
  const clean: Clean = {};
  if (input.name !== undefined) {
    clean.name = storableText(input.name).trim();
    if (clean.name.length < 1 || clean.name.length > 100) {
      throw courseRefusal("课程名应为 1 到 100 个字符。", "a course's name has 1 to 100 characters.");
    }
  }
  if (input.startsAt !== undefined) {
    clean.startsAt = input.startsAt;
    if (input.startsAt !== null && !(input.startsAt.getTime() < endsAt.getTime())) throw beginsFirst();
  }
  if (input.models !== undefined)
    clean.models = [...new Set(input.models.map((name) => storableText(name).trim()))].sort();
  if (input.groupIds !== undefined) {
    clean.groupIds = [...new Set(input.groupIds.map(storableText))].sort();
    const known = await db.group.findMany({ where: { id: { in: clean.groupIds } }, select: { id: true } });
    const unknown = clean.groupIds.find((id) => !known.some((group) => group.id === id));
    if (unknown !== undefined) throw new AppError("group_not_found", { parameters: { group: unknown } });
  }
  for (const key of ["defaultAmountNanos", "advanceNanos"] as const) {
    const amount = input[key];
    if (amount === undefined) continue;
    if (amount !== null && (amount < 1n || amount > MAX_AMOUNT_NANOS)) {
      throw new AppError("invalid_amount", { parameters: { maximum: "10,000,000" } });
    }
    clean[key] = amount;
  }
  return clean;
}

function describe(settings: Clean): { [key: string]: AuditJson } {
  const { startsAt, defaultAmountNanos, advanceNanos, ...rest } = settings;
  const amount = (nanos: bigint | null) => (nanos === null ? null : formatAmount(nanos));
  return {
    ...rest,
    ...(startsAt === undefined ? {} : { startsAt: startsAt?.toISOString() ?? null }),
    ...(defaultAmountNanos === undefined ? {} : { defaultAmount: amount(defaultAmountNanos) }),
    ...(advanceNanos === undefined ? {} : { advance: amount(advanceNanos) }),
  };
}

function auditCourse(
  tx: Tx,
  actor: Actor,
  course: { id: string; code: string },
  action: string,
  detail: { [key: string]: AuditJson },
): Promise<void> {
  return writeAudit(tx, actor, {
    action,
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail,
  });
}
