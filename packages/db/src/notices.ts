import type { NoticeKind } from "@lyceum/domain";
import type { AuditJson } from "./audit.ts";
import type { Tx } from "./client.ts";

export type NewNotice = {
  readonly userIds: readonly string[];
  readonly kind: NoticeKind;
  /** The same for the same thing and period: whoever has it is not told again. */
  readonly dedupeKey: string;
  /** What noticeKinds says of its kind; amounts as decimal text, days as "2026-11-28". Never a prompt or a secret. */
  readonly detail: { readonly [key: string]: AuditJson };
  /** The page of the console where one can act on it. */
  readonly href: string;
};

/** Tells people once, in the transaction of what they are told of. Returns how many had not been told. */
export async function tellPeople(tx: Tx, notice: NewNotice): Promise<number> {
  const [row] = await tx.$queryRaw<
    { told: number }[]
  >`select tell_people(${[...notice.userIds]}::uuid[], ${notice.kind},
    ${notice.dedupeKey}, ${JSON.stringify(notice.detail)}::jsonb, ${notice.href}) as told`;
  return row?.told ?? 0;
}

/** As tellPeople, where each has facts of one's own. */
export async function tellEach(
  tx: Tx,
  notice: Omit<NewNotice, "userIds" | "detail"> & {
    readonly people: readonly { readonly userId: string; readonly detail: NewNotice["detail"] }[];
  },
): Promise<number> {
  const { people, kind, dedupeKey, href } = notice;
  const [row] = await tx.$queryRaw<
    { told: number }[]
  >`select tell_each(${people.map((each) => each.userId)}::uuid[], ${kind},
    ${dedupeKey}, ${people.map((each) => JSON.stringify(each.detail))}::text[]::jsonb[], ${href}) as told`;
  return row?.told ?? 0;
}

/** The people who teach a course: who is told about its money. */
export async function courseStaffIds(tx: Tx, courseId: string): Promise<string[]> {
  const [row] = await tx.$queryRaw<{ ids: string[] }[]>`select course_staff(${courseId}::uuid) as ids`;
  return row?.ids ?? [];
}
