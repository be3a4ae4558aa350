import type { NoticeFacts } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

export type NoticeRow = {
  readonly id: string;
  /** A NoticeKind; an old row may have one that nobody knows any more. */
  readonly kind: string;
  readonly detail: NoticeFacts;
  readonly href: string;
  readonly createdAt: Date;
  readonly readAt: Date | null;
};

/** What a person was told, the newest first. */
export async function listNotices(
  db: Db | Tx,
  userId: string,
  filter: PageRequest & { readonly unreadOnly?: boolean } = {},
): Promise<Page<NoticeRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const where = { userId, ...(filter.unreadOnly && { readAt: null }) };
  const [rows, total] = await Promise.all([
    db.notice.findMany({
      where,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      skip: offset,
      take: pageSize,
      select: { id: true, kind: true, detail: true, href: true, createdAt: true, readAt: true },
    }),
    db.notice.count({ where }),
  ]);
  return { rows: rows.map((row) => ({ ...row, detail: row.detail as NoticeFacts })), total, page, pageSize };
}

/** How many a person has not read. */
export async function countUnread(db: Db | Tx, userId: string): Promise<number> {
  return db.notice.count({ where: { userId, readAt: null } });
}

/** Marks one of a person's own as read, or unread again; `id` null: all of them. What is somebody else's is left alone. */
export async function markNotices(
  tx: Tx,
  input: { readonly userId: string; readonly id: string | null; readonly read: boolean },
): Promise<void> {
  const { userId, id, read } = input;
  await tx.notice.updateMany({
    where: { userId, ...(id !== null && { id }), readAt: read ? null : { not: null } },
    data: { readAt: read ? new Date() : null },
  });
}
