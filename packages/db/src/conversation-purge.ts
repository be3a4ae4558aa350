import type { DatabasePool } from "./pool.ts";

/** What was deleted can be restored for so long; then its content is gone for good. So are files that were never sent. */
const KEPT = "1 day";
/** Rows in one statement: none of them keeps others waiting for long. */
const AT_ONCE = 500;

/**
 * Clears the playground of what is over: deleted and temporary conversations, the content of deleted turns, files that no turn has,
 * answers whose process ended; and of deleted presets. Returns how many rows went.
 */
export async function purgeConversations(pool: DatabasePool): Promise<number> {
  await pool.query(
    `update turn set state = 'interrupted', alive_until = null where state = 'running' and alive_until < clock_timestamp()`,
  );
  const conversations = await repeat(
    pool,
    `delete from conversation where id in (select id from conversation
    where (deleted_at is not null or expires_at is not null)
      and (deleted_at < now() - interval '${KEPT}' or expires_at < now()) limit ${AT_ONCE})`,
  );
  // Places in the tree stay while something hangs on them.
  await repeat(
    pool,
    `with old as (
      select id, conversation_id, octet_length(text) + octet_length(thinking) as bytes from turn t
        where deleted_at < now() - interval '${KEPT}' and (text <> '' or thinking <> '' or error is not null
          or exists (select from turn_attachment l where l.turn_id = t.id)) limit ${AT_ONCE}),
    detached as (delete from turn_attachment where turn_id in (select id from old)),
    freed as (update conversation c set text_bytes = greatest(0, c.text_bytes - s.bytes)
      from (select conversation_id, sum(bytes) as bytes from old group by 1) s where c.id = s.conversation_id)
    update turn set text = '', thinking = '', error = null where id in (select id from old)`,
  );
  const turns = await repeat(
    pool,
    `delete from turn where id in (select t.id from turn t
    where t.deleted_at < now() - interval '${KEPT}' and not exists (select from turn b where b.parent_id = t.id) limit ${AT_ONCE})`,
  );
  const attachments = await repeat(
    pool,
    `delete from attachment where id in (select a.id from attachment a
    where a.created_at < now() - interval '${KEPT}' and not exists (select from turn_attachment l where l.attachment_id = a.id)
    limit ${AT_ONCE})`,
  );
  const presets = await repeat(
    pool,
    `delete from playground_preset where id in (select id from playground_preset
    where deleted_at < now() - interval '${KEPT}' limit ${AT_ONCE})`,
  );
  return conversations + turns + attachments + presets;
}

async function repeat(pool: DatabasePool, statement: string): Promise<number> {
  let gone = 0;
  for (;;) {
    const { rowCount } = await pool.query(statement);
    gone += rowCount ?? 0;
    if ((rowCount ?? 0) === 0) return gone;
  }
}
