import {
  AppError,
  type ImportedChannel,
  type ImportNote,
  type ImportProblem,
  type ProviderId,
  parseUpstreamUrl,
} from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import { addChannel, setChannelEnabled, updateChannel } from "./channels.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { addCredential, updateCredential } from "./credentials.ts";
import { addChannelModels } from "./deployments.ts";

/** What would become of a channel of another gateway's list. Holds no credential, only how many there are. */
export type PlannedChannel = {
  readonly at: number;
  readonly name: string;
  readonly type: number;
  readonly typeName: string;
  readonly provider: ProviderId;
  readonly baseUrl: string;
  readonly credentials: number;
  readonly models: readonly { readonly name: string; readonly upstreamModel: string }[];
  readonly groups: readonly string[];
  readonly priority: number;
  readonly weight: number;
  readonly isEnabled: boolean;
  readonly overrides: number;
  readonly notes: readonly ImportNote[];
  /** `exists`: there is a channel of this name already; `address`: its address is none that may be dialled. */
  readonly problem: ImportProblem | "exists" | "address" | null;
  /** Another channel with the same address; "": none. */
  readonly sameAddressAs: string;
};

/** What importing a list would do. Reads only. */
export async function planChannelImport(
  db: Db | Tx,
  channels: readonly ImportedChannel[],
  allowPrivate: boolean,
): Promise<PlannedChannel[]> {
  const here = await db.channel.findMany({ where: { deletedAt: null }, select: { name: true, baseUrl: true } });
  const names = new Set(here.map(({ name }) => name));
  return channels.map(({ credentials, overrides, problem: found, ...channel }) => ({
    ...channel,
    credentials: credentials.length,
    overrides: overrides.headers.length + overrides.body.length,
    problem: found ?? (names.has(channel.name) ? "exists" : mayDial(channel.baseUrl, allowPrivate) ? null : "address"),
    sameAddressAs: here.find(({ name, baseUrl }) => baseUrl === channel.baseUrl && name !== channel.name)?.name ?? "",
  }));
}

export type ImportWishes = {
  /** Which of the list, by their places. */
  readonly chosen: readonly number[];
  /** Typed for those of which the list holds none, by their places. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Their groups to ours; those without one are left out. */
  readonly groups: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
};

/**
 * Makes the chosen channels of a list, in one go. Those whose name exists are passed over, so that the same list again changes nothing.
 * Returns the names of those made. Throws what `addChannel` throws.
 */
export async function importChannels(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  channels: readonly ImportedChannel[],
  wishes: ImportWishes,
): Promise<{ made: string[]; newModels: string[] }> {
  await lockConfig(tx);
  const plan = await planChannelImport(tx, channels, wishes.allowPrivate);
  const made: string[] = [];
  const newModels = new Set<string>();
  for (const channel of channels) {
    if (!wishes.chosen.includes(channel.at) || plan.find(({ at }) => at === channel.at)?.problem !== null) continue;
    for (const name of await importOne(tx, actor, masterSecret, channel, wishes)) newModels.add(name);
    made.push(channel.name);
  }
  if (made.length > 0) {
    await writeAudit(tx, actor, {
      action: "channel.import",
      targetKind: "channel",
      targetId: "import",
      targetName: made.length === 1 ? (made[0] ?? "") : `${made.length}`,
      detail: { channels: made, newModels: [...newModels] },
    });
  }
  return { made, newModels: [...newModels] };
}

async function importOne(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  channel: ImportedChannel,
  { credentials: typed, groups: mapping, allowPrivate }: ImportWishes,
): Promise<string[]> {
  const { name, provider, baseUrl, models, priority, weight, overrides } = channel;
  const ours = (group: string) => (Object.hasOwn(mapping, group) ? (mapping[group] ?? []) : []);
  const groups = [...new Set(channel.groups.flatMap(ours))];
  const own = typed[channel.at]?.trim();
  const credentials = own ? [{ secret: own, isEnabled: true }] : channel.credentials;
  const input = { name, protocol: provider, baseUrl, allowPrivate, credential: null, models: [], groups: [] };
  const { id } = await addChannel(tx, actor, masterSecret, input);
  for (const [at, { secret, isEnabled }] of credentials.entries()) {
    const label = credentials.length === 1 ? "" : `${at + 1}`;
    const added = await addCredential(tx, actor, masterSecret, { channelId: id, secret, label });
    if (!isEnabled) await updateCredential(tx, actor, masterSecret, { credentialId: added.id, enabled: false });
  }
  if (overrides.headers.length + overrides.body.length > 0)
    await updateChannel(tx, actor, masterSecret, { channelId: id, overrides });
  const { newModels } = await addChannelModels(tx, actor, { channelId: id, models, groups, priority, weight });
  if (!channel.isEnabled) await setChannelEnabled(tx, actor, { channelId: id, enabled: false });
  return newModels;
}

function mayDial(baseUrl: string, allowPrivate: boolean): boolean {
  try {
    parseUpstreamUrl(baseUrl, allowPrivate);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
