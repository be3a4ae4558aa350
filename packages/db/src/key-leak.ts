import { AppError, hashApiKey, isApiKey } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { tellPeople } from "./notices.ts";

/**
 * What became of a key that somebody found. frozen: it is disabled from now on, and its owner was told. known: it was already. ended: it was no key
 * any more: deleted, rolled or expired.
 */
export type LeakOutcome = "frozen" | "known" | "ended";

/**
 * Whoever has a whole key may have it disabled, whoever he is: its owner can do no better. Returns also what may be shown of it. Throws
 * `invalid_key` for what is no key of ours, which its checksum tells, or was never made here.
 */
export async function reportLeakedKey(
  tx: Tx,
  actor: Actor,
  text: string,
): Promise<{ outcome: LeakOutcome; prefix: string; lastFour: string }> {
  const secret = text.trim();
  if (!isApiKey(secret)) throw new AppError("invalid_key");
  const hash = hashApiKey(secret);
  const [key] = await tx.$queryRaw<
    { id: string; name: string; userId: string; isFormer: boolean; isLeaked: boolean; isOver: boolean }[]
  >`select id, name, user_id as "userId", hash <> ${hash} as "isFormer", leaked_at is not null as "isLeaked",
      status = 'deleted' or coalesce(expires_at <= now(), false) or (hash <> ${hash} and former_ends_at <= now()) as "isOver"
    from virtual_key where hash = ${hash} or former_hash = ${hash} for no key update`;
  if (key === undefined) throw new AppError("invalid_key");
  const shown = { prefix: secret.slice(0, 10), lastFour: secret.slice(-4) };
  if (key.isLeaked && !key.isFormer) return { outcome: "known", ...shown };
  if (key.isFormer) {
    // The key it was rolled to is another secret and goes on.
    await tx.$executeRaw`update virtual_key set former_hash = null, former_ends_at = null where id = ${key.id}::uuid`;
  } else {
    await tx.$executeRaw`update virtual_key set leaked_at = clock_timestamp(), status = case when status = 'active' then 'disabled' else status end
      where id = ${key.id}::uuid`;
  }
  await writeAudit(tx, actor, {
    action: "key.leak",
    targetKind: "key",
    targetId: key.id,
    targetName: key.name,
    detail: { shown: `${shown.prefix}…${shown.lastFour}`, ...(key.isFormer ? { former: true } : {}) },
  });
  if (key.isOver) return { outcome: "ended", ...shown };
  await tellPeople(tx, {
    userIds: [key.userId],
    kind: "key-leaked",
    dedupeKey: `key-leaked:${key.id}:${shown.prefix}${shown.lastFour}`,
    detail: {
      name: key.name,
      prefix: `${shown.prefix}…${shown.lastFour}`,
      ...(key.isFormer ? { former: true } : {}),
    },
    href: "/keys",
  });
  return { outcome: "frozen", ...shown };
}
