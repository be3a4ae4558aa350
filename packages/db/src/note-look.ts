import type { Db, Tx } from "./client.ts";

/** Who looks again within so long is still looking: what was new stays in sight while one reads and decides. */
const visitMs = 30 * 60_000;

type Look = { readonly seenAt: Date; readonly since: Date | null };

/** Where the note begins for somebody who looks at it now; null: they never did. */
export function beginningOfLook(look: Look | null, now: Date): Date | null {
  if (look === null) return null;
  return now.getTime() - look.seenAt.getTime() > visitMs ? look.seenAt : look.since;
}

/** Where this administrator's note begins now. */
export async function findNoteBeginning(db: Db | Tx, userId: string, now: Date): Promise<Date | null> {
  const look = await db.noteLook.findUnique({ where: { userId }, select: { seenAt: true, since: true } });
  return beginningOfLook(look, now);
}

/** Writes down that this administrator has seen the note as of a moment; an earlier one than is known changes nothing. */
export async function markNoteSeen(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.$executeRaw`insert into note_look (user_id, seen_at) values (${userId}::uuid, ${at})
    on conflict (user_id) do update set seen_at = excluded.seen_at,
      since = case when excluded.seen_at - note_look.seen_at > make_interval(secs => ${visitMs / 1_000}::float8)
        then note_look.seen_at else note_look.since end
      where note_look.seen_at < excluded.seen_at`;
}
