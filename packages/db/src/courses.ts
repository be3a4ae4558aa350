import { AppError, type CourseAuthority } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type CourseAccess, courseRefusal, requireCourseRole } from "./course-roles.ts";
import { type CourseSettings, settingColumns } from "./course-settings.ts";

export type CourseRow = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly endsAt: Date;
  /** The account of its pool. */
  readonly accountId: string;
  readonly balanceNanos: bigint;
};

/** Every course with what its pool has, those that end last first: for admins, the command line and the house. */
export async function listCourses(db: Db | Tx): Promise<CourseRow[]> {
  return db.$queryRaw<
    CourseRow[]
  >`select c.id, c.code, c.name, c.ends_at as "endsAt", a.id as "accountId", a.balance_nanos as "balanceNanos"
    from course c join account a on a.course_id = c.id order by c.ends_at desc, c.code`;
}

/** Throws `invalid_request` where no course has this code. */
export async function getCourseByCode(db: Db | Tx, code: string): Promise<CourseRow> {
  const course = (await listCourses(db)).find((each) => each.code === code.trim());
  if (course !== undefined) return course;
  throw courseRefusal(`没有代码为 ${code} 的课程。`, `there is no course with the code ${code}.`);
}

export type OwnCourse = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly startsAt: Date | null;
  readonly endsAt: Date;
  readonly hasEnded: boolean;
  readonly archivedAt: Date | null;
  readonly authority: CourseAuthority;
  /** What is left of its money for whoever asks; null: no member. */
  readonly ownNanos: bigint | null;
  /** Only for staff. */
  readonly numbers: { readonly students: number; readonly poolNanos: bigint; readonly availableNanos: bigint } | null;
};

/** The courses that somebody belongs to, and to admins and auditors all of them; those not archived first, then those that end last. */
export async function listOwnCourses(db: Db | Tx, actor: Actor): Promise<OwnCourse[]> {
  const rows = await db.$queryRaw<
    (Omit<OwnCourse, "numbers"> & NonNullable<OwnCourse["numbers"]>)[]
  >`select c.id, c.code, c.name, c.starts_at as "startsAt", c.ends_at as "endsAt", c.ends_at <= clock_timestamp() as "hasEnded",
      c.archived_at as "archivedAt", case when ${actor.id}::uuid is null or u.role = 'admin' then 'admin'
        when u.role = 'auditor' then 'auditor' else m.role::text end as authority,
      (select count(*)::int from course_member s where s.course_id = c.id and s.role = 'student' and s.state = 'active') as students,
      a.balance_nanos as "poolNanos", available_nanos(a.id) as "availableNanos",
      case when m.id is not null then (select coalesce(sum(o.remaining_nanos), 0)::bigint from credit o join account h on h.id = o.account_id
        where h.user_id = u.id and o.pool_id = a.id and o.remaining_nanos > 0 and (o.ends_at is null or o.ends_at > clock_timestamp())) end as "ownNanos"
    from course c join account a on a.course_id = c.id
      left join app_user u on u.id = ${actor.id}::uuid and u.disabled_at is null
      left join course_member m on m.course_id = c.id and m.user_id = u.id and m.state = 'active'
    where ${actor.id}::uuid is null or u.role in ('admin', 'auditor') or m.id is not null
    order by c.archived_at is not null, c.ends_at desc, c.code`;
  return rows.map(({ students, poolNanos, availableNanos, ...course }) => ({
    ...course,
    numbers: course.authority === "student" ? null : { students, poolNanos, availableNanos },
  }));
}

/** Whether somebody belongs to a course that is not archived. */
export async function hasCourse(db: Db | Tx, actor: Actor): Promise<boolean> {
  const member = await db.courseMember.findFirst({
    where: { userId: actor.id, state: "active", course: { archivedAt: null } },
    select: { id: true },
  });
  return member !== null;
}

export type CourseDetail = CourseAccess & {
  readonly settings: CourseSettings;
  readonly staff: { readonly memberId: string; readonly name: string; readonly role: "ta" | "instructor" }[];
  /** Only for staff. */
  readonly numbers: CourseNumbers | null;
};

export type CourseNumbers = {
  readonly students: number;
  /** Students whose ID nobody has proven. */
  readonly unproven: number;
  readonly poolNanos: bigint;
  /** Set aside in the pool for those, and for vouchers that are open. */
  readonly waitingNanos: bigint;
  /** For open vouchers alone. */
  readonly voucherNanos: bigint;
  /** What can be granted now. */
  readonly availableNanos: bigint;
  /** What members ask for and nobody has decided yet. */
  readonly requests: number;
};

/** A course as the actor may see it: students only its name, term, models and staff. Throws `not_found`. */
export async function getCourse(db: Db | Tx, actor: Actor, courseId: string): Promise<CourseDetail> {
  const course = await requireCourseRole(db, actor, courseId, "visit");
  const settings = await db.course.findUnique({ where: { id: course.id }, select: settingColumns });
  if (settings === null) throw new AppError("not_found");
  const staff = await db.$queryRaw<
    CourseDetail["staff"]
  >`select id as "memberId", name, role::text as role from course_member
    where course_id = ${course.id}::uuid and role <> 'student' and state = 'active' order by role desc, student_id`;
  if (course.authority === "student") return { ...course, settings, staff, numbers: null };
  const [numbers] = await db.$queryRaw<
    CourseNumbers[]
  >`select count(m.id)::int as students, (count(m.id) filter (where m.user_id is null))::int as unproven,
      a.balance_nanos as "poolNanos", a.reserved_nanos as "waitingNanos", available_nanos(a.id) as "availableNanos",
      (select coalesce(sum(b.amount_nanos), 0)::bigint from voucher v join voucher_batch b on b.id = v.batch_id
        where b.pool_id = a.id and v.state = 'open') as "voucherNanos",
      (select count(*)::int from own_funding o join course_member r on r.id = o.member_id
        where o.course_id = a.course_id and o.decided_at is null and r.state = 'active') as requests
    from account a left join course_member m on m.course_id = a.course_id and m.role = 'student' and m.state = 'active'
    where a.id = ${course.poolId}::uuid group by a.id`;
  return { ...course, settings, staff, numbers: numbers ?? null };
}
