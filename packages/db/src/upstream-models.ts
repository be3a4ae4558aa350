import { AppError } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { addChannelModels, type NewDeployment, setDeployment } from "./deployments.ts";
import { recordUpstreamList } from "./upstream-lists.ts";

/** A change of what an upstream lists that nobody has decided about yet. */
export type UpstreamChange = {
  readonly name: string;
  /** New in the list, or gone from it though a deployment needs it. */
  readonly kind: "new" | "gone";
  readonly since: Date;
};

export type UpstreamListState = {
  /** Null: nobody has looked yet. */
  readonly lookedAt: Date | null;
  /** Why the last look did not come off; "": it did. */
  readonly error: string;
  readonly changes: readonly UpstreamChange[];
};

const notLooked: UpstreamListState = { lookedAt: null, error: "", changes: [] };

/** What is known of the lists of channels, by channel. */
export async function listUpstreamStates(db: Db | Tx): Promise<ReadonlyMap<string, UpstreamListState>> {
  const [lists, changes] = await Promise.all([
    db.upstreamList.findMany({ select: { channelId: true, lookedAt: true, error: true } }),
    // One that was put on the channel otherwise, or taken off it, is nothing to decide about any more.
    db.$queryRaw<(UpstreamChange & { channelId: string })[]>`
      select m.channel_id::text as "channelId", m.name, case when gone_at is null then 'new' else 'gone' end as kind,
          coalesce(gone_at, first_seen_at) as since
        from upstream_model m join channel c on c.id = m.channel_id and c.deleted_at is null
        where decision = '' and (gone_at is null) <> exists (select 1 from deployment d
          where d.channel_id = m.channel_id and d.upstream_model = m.name and (m.gone_at is null or d.is_enabled))
        order by m.name`,
  ]);
  const states = new Map<string, UpstreamListState>();
  for (const { channelId, ...list } of lists) states.set(channelId, { ...list, changes: [] });
  for (const { channelId, ...change } of changes) {
    const state = states.get(channelId) ?? notLooked;
    states.set(channelId, { ...state, changes: [...state.changes, change] });
  }
  return states;
}

/** As recordUpstreamList, for a look by hand. Throws `not_found`. */
export async function recordUpstreamListByHand(
  tx: Tx,
  input: { channelId: string; names: readonly string[] },
): Promise<{ added: number; gone: number }> {
  const channel = await tx.channel.findFirst({ where: { id: input.channelId, deletedAt: null }, select: { id: true } });
  if (channel === null) throw new AppError("not_found");
  return recordUpstreamList((text, values) => tx.$queryRawUnsafe(text, ...values), channel.id, input.names);
}

/** Lets new models of an upstream be, or keeps what it lists no more. Throws `not_found`. */
export async function ignoreUpstreamModels(
  tx: Tx,
  actor: Actor,
  input: { channelId: string; names: readonly string[] },
): Promise<void> {
  await decide(tx, actor, input, "ignored");
}

/**
 * Puts new models of an upstream on its channel, where they exist already under their groups, else under these. Throws `not_found`,
 * `group_not_found`, `invalid_request`.
 */
export async function addUpstreamModels(
  tx: Tx,
  actor: Actor,
  input: { channelId: string; models: readonly NewDeployment[]; groups: readonly string[] },
): Promise<{ newModels: string[] }> {
  await lockConfig(tx);
  const names = input.models.map(({ name }) => name);
  const known = await tx.model.findMany({ where: { name: { in: names } }, select: { name: true } });
  const isKnown = ({ name }: NewDeployment) => known.some((model) => model.name === name);
  const { channelId, groups } = input;
  const split = [
    { channelId, groups: [], models: input.models.filter(isKnown) },
    { channelId, groups, models: input.models.filter((model) => !isKnown(model)) },
  ];
  const newModels: string[] = [];
  for (const batch of split)
    if (batch.models.length > 0) newModels.push(...(await addChannelModels(tx, actor, batch)).newModels);
  await decide(tx, actor, { channelId, names: input.models.map((model) => model.upstreamModel) }, "added", false);
  return { newModels };
}

/** Switches off the deployments of models that an upstream lists no more. Throws `not_found`. */
export async function disableGoneModels(
  tx: Tx,
  actor: Actor,
  input: { channelId: string; names: readonly string[] },
): Promise<void> {
  await lockConfig(tx);
  const deployments = await tx.deployment.findMany({
    where: { channelId: input.channelId, upstreamModel: { in: [...input.names] }, isEnabled: true },
    orderBy: { id: "asc" },
    select: { id: true },
  });
  for (const { id } of deployments) await setDeployment(tx, actor, { deploymentId: id, enabled: false });
  await decide(tx, actor, input, "disabled");
}

async function decide(
  tx: Tx,
  actor: Actor,
  { channelId, names }: { channelId: string; names: readonly string[] },
  decision: "added" | "ignored" | "disabled",
  isTold = true,
): Promise<void> {
  const channel = await tx.channel.findFirst({
    where: { id: channelId, deletedAt: null },
    select: { id: true, name: true },
  });
  if (channel === null) throw new AppError("not_found");
  const where = { channelId, name: { in: [...names] } };
  const { count } = await tx.upstreamModel.updateMany({ where, data: { decision, decidedAt: new Date() } });
  if (count < new Set(names).size) throw new AppError("not_found");
  if (!isTold) return;
  await writeAudit(tx, actor, {
    action: `channel.list-${decision}`,
    targetKind: "channel",
    targetId: channel.id,
    targetName: channel.name,
    detail: { models: [...names] },
  });
}
