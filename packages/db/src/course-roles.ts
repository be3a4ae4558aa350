import { AppError, type CourseAct, type CourseAuthority, courseMay } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";

/** A course, and as whom the actor stands before it. */
export type CourseAccess = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly startsAt: Date | null;
  readonly endsAt: Date;
  /** By the database's clock. */
  readonly hasEnded: boolean;
  readonly archivedAt: Date | null;
  /** The account of its pool. */
  readonly poolId: string;
  readonly authority: CourseAuthority;
  /** The actor's own membership. */
  readonly memberId: string | null;
};

/**
 * The one gate before everything about a course: throws `not_found` for whoever may not do this, as for a course that does not exist. The
 * command line without a session and the system itself, which have no id, stand as admin. An auditor is one everywhere, whatever else the
 * courses say: who only reads in one place and changes something in another could change what he audits.
 */
export async function requireCourseRole(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  act: CourseAct,
): Promise<CourseAccess> {
  if (!UUID.test(courseId)) throw new AppError("not_found");
  const [row] = await db.$queryRaw<
    (Omit<CourseAccess, "authority"> & { authority: CourseAuthority | null })[]
  >`select c.id, c.code, c.name, c.starts_at as "startsAt", c.ends_at as "endsAt", c.ends_at <= clock_timestamp() as "hasEnded",
      c.archived_at as "archivedAt", a.id as "poolId", m.id as "memberId",
      case when ${actor.id}::uuid is null or u.role = 'admin' then 'admin' when u.role = 'auditor' then 'auditor' else m.role::text end as authority
    from course c join account a on a.course_id = c.id
      left join app_user u on u.id = ${actor.id}::uuid and u.disabled_at is null
      left join course_member m on m.course_id = c.id and m.user_id = u.id and m.state = 'active'
    where c.id = ${courseId}::uuid`;
  const may: readonly CourseAuthority[] = courseMay[act];
  if (row === undefined || row.authority === null || !may.includes(row.authority)) throw new AppError("not_found");
  return { ...row, authority: row.authority };
}

/**
 * As requireCourseRole, for acts that change the course: holds its lock until the commit, so that roles and members stay what was read. Courses
 * come before accounts in the order of locks. Throws `invalid_request` for an archived one.
 */
export async function lockCourse(tx: Tx, actor: Actor, courseId: string, act: CourseAct): Promise<CourseAccess> {
  const { id } = await requireCourseRole(tx, actor, courseId, act);
  await tx.$queryRaw`select id from course where id = ${id}::uuid for no key update`;
  // Whoever was removed while this waited has no say any more.
  const course = await requireCourseRole(tx, actor, id, act);
  if (course.archivedAt === null) return course;
  throw courseRefusal(`课程 ${course.code} 已归档，只能查看。`, `the course ${course.code} is archived and read-only.`);
}

/** `invalid_request` with what is wrong, in both languages. */
export function courseRefusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
