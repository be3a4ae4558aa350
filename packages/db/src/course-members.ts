import { AppError, type CourseRole, storableText } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import type { MemberFacts } from "./course-member-changes.ts";
import { requireCourseRole } from "./course-roles.ts";
import { Prisma } from "./generated/client.ts";
import { likePattern, type Page, type PageRequest, pageBounds } from "./page.ts";

/** proven: is that person; registered: somebody uses the ID and has not proven it; missing: nobody has registered it. */
export type Standing = "proven" | "registered" | "missing";

export type CourseMemberRow = {
  readonly id: string;
  readonly studentId: string;
  readonly name: string;
  readonly email: string | null;
  readonly section: string | null;
  readonly role: CourseRole;
  readonly state: "active" | "left";
  readonly standing: Standing;
  /** An activation code is out that can still be used. */
  readonly hasCode: boolean;
  /** What is left of this course's money, and not ended. */
  readonly balanceNanos: bigint;
  /** Set aside until the ID is proven. */
  readonly waitingNanos: bigint;
  /** Of this course's money, ever. */
  readonly spentNanos: bigint;
  /** Of this course's money; null: never. */
  readonly lastUsedAt: Date | null;
};

export type MemberFilter = PageRequest & {
  /** Part of the student ID, the name, the e-mail address or the section. */
  readonly search?: string | undefined;
  /** staff: all but students. */
  readonly role?: CourseRole | "staff" | undefined;
  /** Exactly this one. */
  readonly section?: string | undefined;
  /** active if left out. */
  readonly state?: "active" | "left" | undefined;
  readonly standing?: Standing | undefined;
  /** active: in the last seven days. */
  readonly use?: "active" | "used" | "unused" | "low" | undefined;
  /** `low`: less than this. */
  readonly lowNanos?: bigint | undefined;
  readonly sort?: "studentId" | "name" | "section" | "balance" | "spent" | "lastUsed" | undefined;
  readonly descending?: boolean | undefined;
};

const sortColumns = {
  studentId: Prisma.sql`m."studentId"`,
  name: Prisma.sql`m.name collate "zh-x-icu"`,
  section: Prisma.sql`m.section`,
  balance: Prisma.sql`m."balanceNanos" + m."waitingNanos"`,
  spent: Prisma.sql`m."spentNanos"`,
  lastUsed: Prisma.sql`m."lastUsedAt"`,
} satisfies Record<NonNullable<MemberFilter["sort"]>, Prisma.Sql>;

/** The members of a course with their money of it, by student ID unless asked otherwise. Throws `not_found` for whoever is not staff of it. */
export async function listCourseMembers(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  filter: MemberFilter = {},
): Promise<Page<CourseMemberRow>> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const { page, pageSize, offset } = pageBounds(filter);
  const [members, where] = [membersOf(course.id, course.poolId), conditionsOf(filter)];
  const direction = filter.descending ? Prisma.sql`desc nulls last` : Prisma.sql`asc nulls last`;
  const rows = await db.$queryRaw<CourseMemberRow[]>`with m as (${members}) select * from m where ${where}
    order by ${sortColumns[filter.sort ?? "studentId"]} ${direction}, m."studentId" limit ${pageSize} offset ${offset}`;
  const [count] = await db.$queryRaw<
    { total: number }[]
  >`with m as (${members}) select count(*)::int as total from m where ${where}`;
  return { rows, total: count?.total ?? 0, page, pageSize };
}

/** What a bulk act needs to know of a member. `nowNanos`: of this course's money, at hand or waiting. */
export type ChosenMember = Pick<CourseMemberRow, "id" | "studentId" | "name"> & { readonly nowNanos: bigint };

/** Every member that a filter matches, for "select all". Throws `not_found`. */
export async function listChosenMembers(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  filter: MemberFilter,
): Promise<ChosenMember[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  return db.$queryRaw<ChosenMember[]>`with m as (${membersOf(course.id, course.poolId)})
    select m.id, m."studentId", m.name, m."balanceNanos" + m."waitingNanos" as "nowNanos"
    from m where ${conditionsOf(filter)} order by m."studentId"`;
}

/** Ids of every member that a filter matches. Throws `not_found`. */
export async function listCourseMemberIds(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  filter: MemberFilter,
): Promise<string[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const rows = await db.$queryRaw<{ id: string }[]>`with m as (${membersOf(course.id, course.poolId)})
    select m.id from m where ${conditionsOf(filter)} order by m."studentId"`;
  return rows.map((row) => row.id);
}

/**
 * The `m` that every query about members reads: a subquery with the columns of CourseMemberRow. `memberId`: of this one alone. What they used is
 * found by the pool: member by member, all that an account ever used would be read for the part that this course paid.
 */
export function membersOf(courseId: string, poolId: string, memberId?: string): Prisma.Sql {
  const [one, itsAccount] =
    memberId === undefined
      ? [Prisma.empty, Prisma.empty]
      : [
          Prisma.sql`and m.id = ${memberId}::uuid`,
          Prisma.sql`and r.account_id in (select o.id from course_member x join account o on o.user_id = x.user_id where x.id = ${memberId}::uuid)`,
        ];
  return Prisma.sql`select m.id, m.student_id as "studentId", m.name, m.email, m.section, m.role::text as role, m.state,
      case when m.user_id is not null then 'proven' when u.id is not null then 'registered' else 'missing' end as standing,
      exists (select from activation_code k where k.member_id = m.id and k.used_at is null and k.expires_at > clock_timestamp()) as "hasCode",
      coalesce(c.left_over, 0)::bigint as "balanceNanos", coalesce(w.total, 0)::bigint as "waitingNanos",
      coalesce(s.spent, 0)::bigint as "spentNanos", s.last as "lastUsedAt"
    from course_member m left join app_user u on u.student_id = m.student_id left join account a on a.user_id = m.user_id
      left join (select account_id, sum(remaining_nanos) as left_over from credit
        where pool_id = ${poolId}::uuid and is_open and (ends_at is null or ends_at > clock_timestamp()) group by 1) c on c.account_id = a.id
      left join (select r.account_id, sum(r.charge_nanos) as spent, max(r.hour) as last from usage_rollup r
        where r.pool_id = ${poolId}::uuid ${itsAccount} group by 1) s on s.account_id = a.id
      left join (select member_id, sum(amount_nanos) as total from waiting_grant where pool_id = ${poolId}::uuid and state = 'waiting'
        and ends_at > clock_timestamp() group by 1) w on w.member_id = m.id
    where m.course_id = ${courseId}::uuid ${one}`;
}

function conditionsOf(filter: MemberFilter): Prisma.Sql {
  const conditions = [Prisma.sql`m.state = ${filter.state ?? "active"}`];
  if (filter.search?.trim()) {
    const pattern = likePattern(filter.search);
    conditions.push(
      Prisma.sql`(m."studentId" ilike ${pattern} or m.name ilike ${pattern} or m.email ilike ${pattern} or m.section ilike ${pattern})`,
    );
  }
  if (filter.role === "staff") conditions.push(Prisma.sql`m.role <> 'student'`);
  else if (filter.role) conditions.push(Prisma.sql`m.role = ${filter.role}`);
  if (filter.section) conditions.push(Prisma.sql`m.section = ${filter.section}`);
  if (filter.standing) conditions.push(Prisma.sql`m.standing = ${filter.standing}`);
  if (filter.use === "active") conditions.push(Prisma.sql`m."lastUsedAt" > clock_timestamp() - interval '7 days'`);
  if (filter.use === "used") conditions.push(Prisma.sql`m."lastUsedAt" is not null`);
  if (filter.use === "unused") conditions.push(Prisma.sql`m."lastUsedAt" is null`);
  if (filter.use === "low") {
    conditions.push(Prisma.sql`m."balanceNanos" + m."waitingNanos" < ${(filter.lowNanos ?? 0n).toString()}::bigint`);
  }
  return Prisma.join(conditions, " and ");
}

export type MemberAsOf = {
  readonly memberId: string;
  readonly studentId: string;
  /** As the course had it then. */
  readonly facts: MemberFacts;
  /** Of this course's money: what was left, granted so far, spent so far, and waiting for the ID to be proven. */
  readonly balanceNanos: bigint;
  readonly grantedNanos: bigint;
  readonly spentNanos: bigint;
  readonly waitingNanos: bigint;
};

/** The course at a moment in the past: who belonged to it, and their money of it, from its history and the ledger. Throws `not_found`. */
export async function courseAsOf(db: Db | Tx, actor: Actor, courseId: string, at: Date): Promise<MemberAsOf[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  return db.$queryRaw<
    MemberAsOf[]
  >`with then_as as (select distinct on (member_id) member_id, after from course_member_change
      where course_id = ${course.id}::uuid and at <= ${at}::timestamptz order by member_id, at desc, id desc),
    money as (select c.account_id, sum(e.amount_nanos) as balance, sum(e.amount_nanos) filter (where e.kind = 'grant') as granted,
        -sum(e.amount_nanos) filter (where e.requests > 0 or e.kind in ('charge', 'refund')) as spent
      from credit c join ledger_entry e on e.credit_id = c.id where c.pool_id = ${course.poolId}::uuid and e.created_at <= ${at}::timestamptz group by 1),
    waited as (select member_id, sum(amount_nanos) as total from waiting_grant
      where pool_id = ${course.poolId}::uuid and created_at <= ${at}::timestamptz and (closed_at is null or closed_at > ${at}::timestamptz) group by 1)
    select m.id as "memberId", m.student_id as "studentId", t.after as facts, coalesce(b.balance, 0)::bigint as "balanceNanos",
      coalesce(b.granted, 0)::bigint as "grantedNanos", coalesce(b.spent, 0)::bigint as "spentNanos", coalesce(w.total, 0)::bigint as "waitingNanos"
    from then_as t join course_member m on m.id = t.member_id left join account a on a.user_id = m.user_id
      left join money b on b.account_id = a.id left join waited w on w.member_id = m.id
    order by m.student_id`;
}

export type RosterImportRow = {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string;
  readonly fileName: string;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  readonly undoneAt: Date | null;
  /** Can be undone now. */
  readonly canUndo: boolean;
};

/** What one import did to one member. */
export type ImportedMember = {
  readonly studentId: string;
  readonly kind: "joined" | "changed" | "back" | "left";
  readonly before: MemberFacts | null;
  readonly after: MemberFacts;
};

/** What an import changed, by student ID; whom it left as they were is written nowhere. Throws `not_found`. */
export async function listImportedMembers(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  importId: string,
): Promise<{ readonly fileName: string; readonly members: readonly ImportedMember[] }> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const [found] = await db.$queryRaw<{ fileName: string }[]>`select file_name as "fileName" from roster_import
    where course_id = ${course.id}::uuid and id::text = ${storableText(importId)}`;
  if (found === undefined) throw new AppError("not_found");
  const members = await db.$queryRaw<ImportedMember[]>`select m.student_id as "studentId", h.kind, h.before, h.after
    from course_member_change h join course_member m on m.id = h.member_id
    where h.course_id = ${course.id}::uuid and h.import_id::text = ${importId} order by m.student_id`;
  return { ...found, members };
}

/** The imports of a course, newest first. Throws `not_found`. */
export async function listRosterImports(db: Db | Tx, actor: Actor, courseId: string): Promise<RosterImportRow[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  return db.$queryRaw<
    RosterImportRow[]
  >`select id, at, actor_name as "actorName", file_name as "fileName", rows, added, changed, gone, undone_at as "undoneAt",
      undone_at is null and at > clock_timestamp() - interval '24 hours' and ${course.archivedAt === null}
        and not exists (select from roster_import l where l.course_id = i.course_id and l.undone_at is null and (l.at, l.id) > (i.at, i.id)) as "canUndo"
    from roster_import i where course_id = ${course.id}::uuid order by at desc, id desc limit 200`;
}
