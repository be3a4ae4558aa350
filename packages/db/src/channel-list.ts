import { AppError, type ChannelOverrides, channelOverridesSchema, noOverrides } from "@lyceum/domain";
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

/** A credential as an admin sees it: never itself. */
export type ChannelCredentialRow = {
  readonly id: string;
  readonly label: string;
  /** "" where the upstream asks for none; "····" for a short one. */
  readonly lastFour: string;
  readonly weight: number;
  readonly isEnabled: boolean;
};

/** A channel as an admin sees it; the credentials themselves are never read. */
export type ChannelRow = {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly baseUrl: string;
  /** Oldest first; none where the upstream asks for none. */
  readonly credentials: ChannelCredentialRow[];
  readonly allowPrivate: boolean;
  readonly isEnabled: boolean;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly firstTokenTimeoutMs: number | null;
  readonly parallelLimit: number | null;
  readonly overrides: ChannelOverrides;
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

/**
 * The sealed credential of a channel, for a test from the page or the command line (openCredential reads it): the one named, or the first that
 * is enabled; null where the upstream asks for none. Throws `not_found`.
 */
export async function getSealedCredential(
  db: Db | Tx,
  channelId: string,
  credentialId?: string,
): Promise<Uint8Array | null> {
  const row = await db.channelCredential.findFirst({
    where: { channelId, channel: { deletedAt: null }, ...(credentialId !== undefined && { id: credentialId }) },
    orderBy: [{ isEnabled: "desc" }, { createdAt: "asc" }, { id: "asc" }],
    select: { sealed: true },
  });
  if (row === null) throw new AppError("not_found");
  return row.sealed;
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
      credentials: {
        where: { sealed: { not: null } },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        select: { id: true, label: true, lastFour: true, weight: true, isEnabled: true },
      },
      allowPrivate: true,
      isEnabled: true,
      idleTimeoutMs: true,
      totalTimeoutMs: true,
      firstTokenTimeoutMs: true,
      parallelLimit: true,
      overrides: true,
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
  return rows.map(({ deployments, overrides, ...row }) => ({
    ...row,
    overrides: channelOverridesSchema.safeParse(overrides).data ?? noOverrides,
    deployments: deployments.map(({ model, ...deployment }) => ({
      ...deployment,
      modelName: model.name,
      isModelRemoved: model.removedAt !== null,
    })),
  }));
}
