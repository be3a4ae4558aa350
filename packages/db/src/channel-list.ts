import { AppError } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

export type ChannelDeployment = {
  readonly id: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly upstreamModel: string;
  readonly priority: number;
  readonly weight: number;
  readonly isEnabled: boolean;
  readonly isModelRemoved: boolean;
};

/** A channel as an admin sees it; the credential itself is never read. */
export type ChannelRow = {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly baseUrl: string;
  readonly hasCredential: boolean;
  /** "" without a credential; "····" for a short one. */
  readonly credentialLastFour: string;
  readonly allowPrivate: boolean;
  readonly isEnabled: boolean;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly createdAt: Date;
  readonly deployments: ChannelDeployment[];
};

/** Every channel that is not deleted, by name. */
export async function listChannels(db: Db | Tx): Promise<ChannelRow[]> {
  return readChannels(db, {});
}

/** One channel. Throws `not_found`. */
export async function getChannel(db: Db | Tx, id: string): Promise<ChannelRow> {
  const [row] = await readChannels(db, { id });
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/** The channel with a name. Throws `channel_not_found`. */
export async function getChannelByName(db: Db | Tx, name: string): Promise<ChannelRow> {
  const [row] = await readChannels(db, { name: name.trim() });
  if (row === undefined) throw new AppError("channel_not_found", { parameters: { channel: name.trim() } });
  return row;
}

/** The sealed credential of a channel, for a test from the page or the command line (openCredential reads it). Throws `not_found`. */
export async function getSealedCredential(db: Db | Tx, channelId: string): Promise<Uint8Array | null> {
  const row = await db.channel.findFirst({
    where: { id: channelId, deletedAt: null },
    select: { credentialEncrypted: true },
  });
  if (row === null) throw new AppError("not_found");
  return row.credentialEncrypted;
}

async function readChannels(db: Db | Tx, where: { id?: string; name?: string }): Promise<ChannelRow[]> {
  const rows = await db.channel.findMany({
    where: { ...where, deletedAt: null },
    orderBy: { name: "asc" },
    select: {
      id: true,
      name: true,
      protocol: true,
      baseUrl: true,
      credentialLastFour: true,
      allowPrivate: true,
      isEnabled: true,
      idleTimeoutMs: true,
      totalTimeoutMs: true,
      createdAt: true,
      deployments: {
        orderBy: [{ model: { name: "asc" } }, { priority: "desc" }, { id: "asc" }],
        select: {
          id: true,
          modelId: true,
          upstreamModel: true,
          priority: true,
          weight: true,
          isEnabled: true,
          model: { select: { name: true, removedAt: true } },
        },
      },
    },
  });
  return rows.map(({ deployments, ...row }) => ({
    ...row,
    hasCredential: row.credentialLastFour !== "",
    deployments: deployments.map(({ model, ...deployment }) => ({
      ...deployment,
      modelName: model.name,
      isModelRemoved: model.removedAt !== null,
    })),
  }));
}
