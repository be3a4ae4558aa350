import { AppError, newId } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import type { AttachmentRow } from "./turns.ts";

export type NewAttachment = Omit<AttachmentRow, "id"> & {
  /** Of an image; else null. */
  readonly content: Buffer | null;
  /** Of a file; else null. */
  readonly text: string | null;
};

export type AttachmentContent = AttachmentRow & Pick<NewAttachment, "content" | "text">;

const rowColumns = {
  id: true,
  kind: true,
  name: true,
  mediaType: true,
  bytes: true,
  pages: true,
  tokens: true,
  isCut: true,
} as const;

/** Keeps what a person uploaded; null where all of theirs together would be more than so many bytes. */
export async function addAttachment(
  tx: Tx,
  userId: string,
  { content, text, ...row }: NewAttachment,
  mostBytes: number,
): Promise<string | null> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`attachments ${userId}`}, 0))`;
  const stored = (content?.length ?? 0) + Buffer.byteLength(text ?? "");
  const [sum] = await tx.$queryRaw<
    [{ held: bigint }]
  >`select coalesce(sum(coalesce(octet_length(content), octet_length(text))), 0)::bigint as held
    from attachment where user_id = ${userId}::uuid`;
  if (Number(sum.held) + stored > mostBytes) return null;
  const id = newId();
  await tx.attachment.create({
    data: { id, userId, ...row, content: content === null ? null : Uint8Array.from(content), text },
    select: { id: true },
  });
  return id;
}

/** One of a person's own; null: there is none. */
export async function findAttachment(db: Db | Tx, userId: string, id: string): Promise<AttachmentContent | null> {
  const [found] = await loadAttachments(db, userId, [id]);
  return found ?? null;
}

/** Those of a person's own, in the order of `ids`, with their content; without `withImages` pictures are empty. */
export async function loadAttachments(
  db: Db | Tx,
  userId: string,
  ids: readonly string[],
  { withImages = true } = {},
): Promise<AttachmentContent[]> {
  if (ids.length === 0) return [];
  const rows = await db.attachment.findMany({
    where: { userId, id: { in: [...ids] } },
    select: { ...rowColumns, content: withImages, text: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined
      ? []
      : ({ ...row, content: row.kind === "image" ? Buffer.from(row.content ?? []) : null } as AttachmentContent);
  });
}

/** Puts a person's attachments beside a turn. Throws `not_found` where one is not theirs. */
export async function attachToTurn(tx: Tx, userId: string, turnId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const distinct = [...new Set(ids)];
  const rows = distinct.map((id, place) => Prisma.sql`(${place}::int, ${id}::uuid)`);
  const count = await tx.$executeRaw`insert into turn_attachment (turn_id, place, attachment_id)
    select ${turnId}::uuid, l.place, a.id from (values ${Prisma.join(rows)}) as l (place, id)
      join attachment a on a.id = l.id and a.user_id = ${userId}::uuid`;
  if (count !== distinct.length) throw new AppError("not_found");
}
