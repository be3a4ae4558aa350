import { AppError, type Price } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { type ModelCapability, type ModelFields, readConstraints } from "./models.ts";
import { currentPrices } from "./prices.ts";
import { type DeploymentStanding, type ModelStanding, modelStandingOf, readOutages, standingOf } from "./usable.ts";

export type ModelDeployment = {
  readonly id: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly upstreamModel: string;
  readonly priority: number;
  readonly weight: number;
  readonly isEnabled: boolean;
  /** What it, its channel, its breaker and the channel's credentials come to. */
  readonly standing: DeploymentStanding;
  /** Requests may go to it: it stands "up". */
  readonly isUp: boolean;
};

export type ModelRow = ModelFields & {
  readonly id: string;
  readonly name: string;
  readonly removedAt: Date | null;
  /** Why it is removed, or will be when `retiresAt` has come. */
  readonly removedReason: string;
  readonly pausedAt: Date | null;
  readonly pausedReason: string;
  readonly retiresAt: Date | null;
  /** Where its calls go once it is removed. */
  readonly redirect: { readonly id: string; readonly name: string } | null;
  readonly standing: ModelStanding;
  readonly createdAt: Date;
  readonly groups: string[];
  /** The price in force; null: none yet. */
  readonly price: Price | null;
  readonly deployments: ModelDeployment[];
};

/** Every model with all an admin sees, by name; removed ones too. */
export async function listModels(db: Db | Tx): Promise<ModelRow[]> {
  return readModels(db, {});
}

/** One model. Throws `not_found`. */
export async function getModel(db: Db | Tx, id: string): Promise<ModelRow> {
  const [row] = await readModels(db, { id });
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/** The model with a public name, removed or not. Throws `model_not_found`. */
export async function getModelByName(db: Db | Tx, name: string): Promise<ModelRow> {
  const [row] = await readModels(db, { name: name.trim() });
  if (row === undefined) throw new AppError("model_not_found", { parameters: { model: name.trim() } });
  return row;
}

async function readModels(db: Db | Tx, where: { id?: string; name?: string }): Promise<ModelRow[]> {
  // One after the other: a transaction has one connection.
  const rows = await db.model.findMany({
    where,
    orderBy: { name: "asc" },
    select: {
      id: true,
      name: true,
      vendor: true,
      description: true,
      capabilities: true,
      contextTokens: true,
      maxOutputTokens: true,
      usualOutputTokens: true,
      isLocal: true,
      constraints: true,
      removedAt: true,
      removedReason: true,
      pausedAt: true,
      pausedReason: true,
      retiresAt: true,
      redirect: { select: { id: true, name: true } },
      createdAt: true,
      groups: { select: { groupId: true }, orderBy: { groupId: "asc" } },
      deployments: {
        where: { channel: { deletedAt: null } },
        orderBy: [{ priority: "desc" }, { weight: "desc" }, { id: "asc" }],
        select: {
          id: true,
          channelId: true,
          upstreamModel: true,
          priority: true,
          weight: true,
          isEnabled: true,
          channel: {
            select: { name: true, isEnabled: true, credentials: { select: { id: true, isEnabled: true } } },
          },
        },
      },
    },
  });
  const prices = await currentPrices(db);
  const outages = await readOutages(db);
  return rows.map(({ groups, deployments: deploymentRows, capabilities, constraints, ...row }) => {
    const deployments = deploymentRows.map(({ channel, ...deployment }) => {
      const standing = standingOf({ ...deployment, channel }, outages);
      return { ...deployment, channelName: channel.name, standing, isUp: standing === "up" };
    });
    return {
      ...row,
      constraints: readConstraints(constraints),
      capabilities: capabilities as ModelCapability[],
      groups: groups.map((group) => group.groupId),
      price: prices.get(row.id) ?? null,
      deployments,
      standing: modelStandingOf({ ...row, deployments }),
    };
  });
}
