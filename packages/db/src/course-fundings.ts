import type { AllowanceMode } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

export type FundingRow = {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string;
  readonly mode: AllowanceMode;
  /** For each; null: each had one of their own, as a file said. */
  readonly amountNanos: bigint | null;
  readonly reason: string;
  readonly people: number;
  readonly grantedNanos: bigint;
  /** Set aside for members whose ID was not proven then. */
  readonly waitingNanos: bigint;
  readonly takenNanos: bigint;
  readonly undoneAt: Date | null;
};

/** What was given to members of a course, newest first. Throws `not_found`. */
export async function listFundings(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  request: PageRequest = {},
): Promise<Page<FundingRow>> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const { page, pageSize, offset } = pageBounds(request);
  const rows = await db.$queryRaw<
    FundingRow[]
  >`select id, at, actor_name as "actorName", mode::text as mode, amount_nanos as "amountNanos", reason, people,
      granted_nanos as "grantedNanos", waiting_nanos as "waitingNanos", taken_nanos as "takenNanos", undone_at as "undoneAt"
    from course_funding where course_id = ${course.id}::uuid order by at desc, id desc limit ${pageSize} offset ${offset}`;
  const total = await db.courseFunding.count({ where: { courseId: course.id } });
  return { rows, total, page, pageSize };
}
