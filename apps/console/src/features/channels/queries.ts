import "server-only";
import {
  type ChannelCredentialRow,
  type ChannelQueueState,
  type ChannelRow,
  type CredentialStanding,
  listChannels,
  listCredentialStandings,
  listGroups,
  listModels,
  listUpstreamStates,
  queueState,
  type UpstreamListState,
} from "@lyceum/db";
import { getDb } from "#server/db.ts";

/** `standing` null: nothing speaks against it. */
export type CredentialView = ChannelCredentialRow & { readonly standing: CredentialStanding | null };

/** A channel with what its models depend on. */
export type ChannelView = Omit<ChannelRow, "credentials"> & {
  readonly credentials: CredentialView[];
  /** What its upstream lists; null: nobody has looked yet. */
  readonly list: UpstreamListState | null;
  /** What runs and waits now, where it has a limit or had one. */
  readonly queue: ChannelQueueState | null;
  /** Public names that no other enabled channel serves: they stop when this one does. */
  readonly soleModels: string[];
  /** Models on this channel that have no price yet. */
  readonly unpricedModels: { id: string; name: string }[];
};

export type GroupChoice = { id: string; name: string; multiplierPpm: number; isOpen: boolean };

/** Every channel with its dependants, and the groups a form offers. */
export async function getChannelViews(): Promise<{ channels: ChannelView[]; groups: GroupChoice[] }> {
  const db = getDb();
  const [channels, models, groups, standings, lists, queues] = await Promise.all([
    listChannels(db),
    listModels(db),
    listGroups(db),
    listCredentialStandings(db),
    listUpstreamStates(db),
    queueState(db),
  ]);
  const known = new Map(models.map((model) => [model.id, model]));
  const view = (channel: ChannelRow): ChannelView => {
    const own = [...new Set(channel.deployments.map((deployment) => deployment.modelId))].flatMap((id) => {
      const model = known.get(id);
      return model === undefined || model.removedAt !== null ? [] : [model];
    });
    const isSole = (model: (typeof own)[number]) =>
      model.deployments.some((each) => each.isUp && each.channelId === channel.id) &&
      !model.deployments.some((each) => each.isUp && each.channelId !== channel.id);
    return {
      ...channel,
      credentials: channel.credentials.map((each) => ({ ...each, standing: standings.get(each.id) ?? null })),
      list: lists.get(channel.id) ?? null,
      queue: queues.find((each) => each.channelId === channel.id) ?? null,
      soleModels: own.filter(isSole).map((model) => model.name),
      unpricedModels: own.filter((model) => model.price === null).map(({ id, name }) => ({ id, name })),
    };
  };
  return {
    channels: channels.map(view),
    groups: groups.map(({ id, name, multiplierPpm, isOpen }) => ({ id, name, multiplierPpm, isOpen })),
  };
}
