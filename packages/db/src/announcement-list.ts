import type { AnnouncementLevel, AudienceKind } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { Prisma } from "./generated/client.ts";

export type Announcement = {
  readonly id: string;
  readonly level: AnnouncementLevel;
  readonly zh: string;
  readonly en: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly byName: string;
};

export type AnnouncementRow = Announcement & {
  readonly audience: AudienceKind;
  /** Code of the course, name of the group or the model; "" for everybody. */
  readonly subject: string;
  readonly courseId: string | null;
  readonly state: "running" | "planned" | "over";
  readonly tells: boolean;
  /** How many put it away. */
  readonly dismissed: number;
};

/** Of those that are over so many are shown; the audit trail has them all. */
const MOST_OVER = 50;

const own = Prisma.sql`a.id, a.level, a.zh, a.en, a.starts_at as "startsAt", a.ends_at as "endsAt", a.created_by_name as "byName"`;
const running = Prisma.sql`a.starts_at <= now() and (a.ends_at is null or a.ends_at > now())`;
/** The loudest first, then the newest. */
const order = Prisma.sql`array_position(array['critical', 'warning', 'info'], a.level), a.starts_at desc, a.id desc`;

/** What is announced to a person now and was not put away. */
export async function listAnnouncementsFor(db: Db | Tx, userId: string): Promise<Announcement[]> {
  return db.$queryRaw<Announcement[]>`select ${own} from announcement a where ${running}
      and not exists (select from announcement_dismissal d where d.announcement_id = a.id and d.user_id = ${userId}::uuid)
      and is_announced_to(a, ${userId}::uuid)
    order by ${order}`;
}

/** What is announced to a course now, put away or not. Throws `not_found` for whoever may not see the course. */
export async function listCourseAnnouncements(db: Db | Tx, actor: Actor, courseId: string): Promise<Announcement[]> {
  const { id } = await requireCourseRole(db, actor, courseId, "visit");
  return db.$queryRaw<Announcement[]>`select ${own} from announcement a where a.course_id = ${id}::uuid and ${running}
    order by ${order}`;
}

/** Announcements of every state for who makes them: a course's for its staff, all for administrators, whose page asks for the role. */
export async function listAnnouncements(
  db: Db | Tx,
  actor: Actor,
  filter: { readonly courseId?: string } = {},
): Promise<AnnouncementRow[]> {
  const { courseId } = filter;
  if (courseId !== undefined) await requireCourseRole(db, actor, courseId, "announce");
  const mine =
    courseId === undefined
      ? Prisma.sql`(${actor.id}::uuid is null or exists (select from app_user u where u.id = ${actor.id}::uuid and u.role = 'admin'))`
      : Prisma.sql`a.course_id = ${courseId}::uuid`;
  return db.$queryRaw<AnnouncementRow[]>`
    select id, level, zh, en, "startsAt", "endsAt", "byName", audience, subject, "courseId", tells, state, dismissed from (
      select ${own}, a.audience, coalesce(c.code, g.name, m.name, '') as subject, a.course_id as "courseId", a.tells,
        case when a.ends_at <= now() then 'over' when a.starts_at > now() then 'planned' else 'running' end as state,
        (select count(*) from announcement_dismissal d where d.announcement_id = a.id)::int as dismissed,
        row_number() over (partition by a.ends_at <= now() order by a.starts_at desc) as place
      from announcement a left join course c on c.id = a.course_id left join access_group g on g.id = a.group_id
        left join model m on m.id = a.model_id where ${mine}) rows
    where state <> 'over' or place <= ${MOST_OVER}
    order by array_position(array['running', 'planned', 'over'], state), "startsAt" desc, id desc`;
}
