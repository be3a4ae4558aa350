import { type HealthEventKind, newId } from "@lyceum/domain";
import type { Actor, AuditJson } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { type Page, type PageRequest, pageBounds } from "./page.ts";

/** What the timeline says of an act by hand. */
export type HandEvent = {
  readonly kind: HealthEventKind;
  readonly model?: { readonly id: string; readonly name: string } | undefined;
  readonly channel?: { readonly id: string; readonly name: string } | undefined;
  readonly deploymentId?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly detail?: { readonly [key: string]: AuditJson };
};

/** Writes an act by hand into the timeline, in the transaction of the act; returns its id. */
export async function writeHandEvent(tx: Tx, actor: Actor, event: HandEvent): Promise<string> {
  const id = newId();
  await tx.healthEvent.create({
    data: {
      id,
      kind: event.kind,
      modelId: event.model?.id ?? null,
      modelName: event.model?.name ?? "",
      channelId: event.channel?.id ?? null,
      channelName: event.channel?.name ?? "",
      deploymentId: event.deploymentId ?? null,
      credentialId: event.credentialId ?? null,
      actorId: actor.id,
      // The command line has no id; its acts are still no machine's.
      detail: { ...event.detail, ...(actor.id === null && { by: actor.name }) } as Prisma.InputJsonObject,
    },
    select: { id: true },
  });
  return id;
}

export type HealthEventRow = {
  readonly id: string;
  readonly at: Date;
  readonly kind: HealthEventKind;
  readonly modelId: string | null;
  readonly modelName: string;
  readonly channelId: string | null;
  readonly channelName: string;
  readonly deploymentId: string | null;
  readonly credentialId: string | null;
  readonly cause: string;
  /** Scrubbed. */
  readonly error: string;
  readonly affectedUsers: number | null;
  readonly detail: { readonly [key: string]: AuditJson };
  readonly actorId: string | null;
  /** Who acted by hand; null: the machine. */
  readonly actorName: string | null;
  readonly undoneBy: string | null;
};

export type HealthEventFilter = PageRequest & {
  readonly modelId?: string | undefined;
  readonly channelId?: string | undefined;
  /** With what concerns its model or its channel as a whole. */
  readonly deploymentId?: string | undefined;
  readonly by?: "machine" | "hand" | undefined;
};

const columns = Prisma.sql`e.id, e.at, e.kind, e.model_id as "modelId", e.model_name as "modelName", e.channel_id as "channelId",
  e.channel_name as "channelName", e.deployment_id as "deploymentId", e.credential_id as "credentialId", e.cause, e.error,
  e.affected_users as "affectedUsers", e.detail, e.actor_id as "actorId", coalesce(u.name, e.detail->>'by') as "actorName",
  e.undone_by as "undoneBy"`;

/** The timeline, newest first. */
export async function listHealthEvents(db: Db | Tx, filter: HealthEventFilter): Promise<Page<HealthEventRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const conditions = [Prisma.sql`true`];
  if (filter.deploymentId) {
    const { deploymentId: id, modelId, channelId } = filter;
    conditions.push(Prisma.sql`(e.deployment_id = ${id}::uuid
      or (e.deployment_id is null and (e.model_id = ${modelId ?? null}::uuid or (e.model_id is null and e.channel_id = ${channelId ?? null}::uuid))))`);
    conditions.push(Prisma.sql`(e.model_id = ${modelId ?? null}::uuid or e.channel_id = ${channelId ?? null}::uuid)`);
  } else {
    if (filter.modelId) conditions.push(Prisma.sql`e.model_id = ${filter.modelId}::uuid`);
    if (filter.channelId) conditions.push(Prisma.sql`e.channel_id = ${filter.channelId}::uuid`);
  }
  if (filter.by === "hand") conditions.push(Prisma.sql`(e.actor_id is not null or e.detail ? 'by')`);
  if (filter.by === "machine") conditions.push(Prisma.sql`(e.actor_id is null and not e.detail ? 'by')`);
  const where = Prisma.join(conditions, " and ");
  const [rows, count] = await Promise.all([
    db.$queryRaw<HealthEventRow[]>`select ${columns} from health_event e left join app_user u on u.id = e.actor_id
      where ${where} order by e.at desc, e.id desc limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total from health_event e where ${where}`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

/** Every event between two moments, oldest first; at most the newest 5,000. */
export async function listEventsBetween(db: Db | Tx, from: Date, to: Date): Promise<HealthEventRow[]> {
  const rows = await db.$queryRaw<
    HealthEventRow[]
  >`select ${columns} from health_event e left join app_user u on u.id = e.actor_id
    where e.at >= ${from} and e.at <= ${to} order by e.at desc, e.id desc limit 5000`;
  return rows.reverse();
}
