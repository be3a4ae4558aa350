import { newId, storableText } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { likePattern, type Page, type PageRequest, pageBounds } from "./page.ts";

/** Who acts. `id` null: the command line or the system itself. */
export type Actor = { readonly id: string | null; readonly name: string; readonly ip?: string | undefined };

export const commandLine: Actor = { id: null, name: "command line" };
export const system: Actor = { id: null, name: "system" };

export type AuditJson =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly AuditJson[]
  | { readonly [key: string]: AuditJson };

export type AuditNote = {
  /** Noun and verb: "user.verify", "channel.update". */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** What the target was called at the time. */
  readonly targetName?: string;
  /** Public facts: before, after, reason; amounts as decimal text. Never a password, key or credential. */
  readonly detail?: { readonly [key: string]: AuditJson };
};

/** Writes one entry; belongs in the transaction of the act. */
export async function writeAudit(tx: Tx, actor: Actor, note: AuditNote): Promise<void> {
  await writeAudits(tx, actor, [note]);
}

/** As writeAudit, for many in one statement with one parameter: thousands of rows are no thousands of values for the client to bind. */
export async function writeAudits(tx: Tx, actor: Actor, notes: readonly AuditNote[]): Promise<void> {
  const rows = notes.map(({ action, targetKind, targetId, targetName = "", detail = {} }) => ({
    id: newId(),
    action,
    target_kind: targetKind,
    target_id: targetId,
    target_name: targetName,
    detail,
  }));
  await tx.$executeRaw`insert into audit_entry (id, actor_id, actor_name, action, target_kind, target_id, target_name, detail, ip, created_at)
    select n.id, ${actor.id}::uuid, ${actor.name}, n.action, n.target_kind, n.target_id, n.target_name, n.detail, ${actor.ip ?? ""}, clock_timestamp()
    from json_to_recordset(${JSON.stringify(rows, storable)}::json)
      n (id uuid, action text, target_kind text, target_id text, target_name text, detail jsonb)`;
}

/** A name or a reason with half a character in it must not keep an act from being done. */
function storable(_name: string, value: unknown): unknown {
  return typeof value === "string" ? storableText(value) : value;
}

export type AuditRow = {
  readonly id: string;
  readonly createdAt: Date;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly detail: { readonly [key: string]: AuditJson };
  readonly ip: string;
};

export type AuditFilter = PageRequest & {
  /** A whole action, or a noun with a dot ("user.") for all of it. */
  readonly action?: string | undefined;
  /** Part of the actor's or the target's name, or the target's id. */
  readonly search?: string | undefined;
};

/** The trail, newest first. */
export async function listAudit(db: Db | Tx, filter: AuditFilter = {}): Promise<Page<AuditRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const conditions = [Prisma.sql`true`];
  if (filter.action?.endsWith(".")) conditions.push(Prisma.sql`action like ${`${filter.action}%`}`);
  else if (filter.action) conditions.push(Prisma.sql`action = ${filter.action}`);
  if (filter.search?.trim()) {
    const pattern = likePattern(filter.search);
    conditions.push(
      Prisma.sql`(actor_name ilike ${pattern} or target_name ilike ${pattern} or target_id = ${filter.search.trim()})`,
    );
  }
  const where = Prisma.join(conditions, " and ");
  const [rows, count] = await Promise.all([
    db.$queryRaw<
      AuditRow[]
    >`select id, created_at as "createdAt", actor_id as "actorId", actor_name as "actorName", action,
      target_kind as "targetKind", target_id as "targetId", target_name as "targetName", detail, ip
      from audit_entry where ${where} order by created_at desc, id desc limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total from audit_entry where ${where}`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

/** Every action that occurs in the trail, for a filter. */
export async function listAuditActions(db: Db | Tx): Promise<string[]> {
  const rows = await db.$queryRaw<{ action: string }[]>`select distinct action from audit_entry order by action`;
  return rows.map((row) => row.action);
}
