import { AppError, type Price } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { type ModelFields, readConstraints } from "./models.ts";
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

/** Rows as they are stored, without what has to be read: every page of models asks this, and through the ORM it takes ten times as long. */
async function readModels(db: Db | Tx, where: { id?: string; name?: string }): Promise<ModelRow[]> {
  const wanted =
    where.id !== undefined
      ? Prisma.sql`m.id = ${where.id}::uuid`
      : where.name !== undefined
        ? Prisma.sql`m.name = ${where.name}`
        : Prisma.sql`true`;
  // One after the other: a transaction has one connection.
  const rows = await db.$queryRaw<StoredModel[]>`select ${columns},
      array(select g.group_id from model_group g where g.model_id = m.id order by g.group_id) as groups
    from model m left join model r on r.id = m.redirect_id where ${wanted} order by m.name`;
  const deploymentRows = await db.$queryRaw<
    StoredDeployment[]
  >`select d.id, d.model_id as "modelId", d.channel_id as "channelId",
      c.name as "channelName", c.is_enabled as "isChannelEnabled", d.upstream_model as "upstreamModel", d.priority, d.weight,
      d.is_enabled as "isEnabled"
    from model m join deployment d on d.model_id = m.id join channel c on c.id = d.channel_id
    where c.deleted_at is null and ${wanted} order by d.priority desc, d.weight desc, d.id`;
  const credentials = Map.groupBy(
    await db.$queryRaw<
      StoredCredential[]
    >`select id, channel_id as "channelId", is_enabled as "isEnabled" from channel_credential`,
    (credential) => credential.channelId,
  );
  const prices = await currentPrices(db);
  const outages = await readOutages(db);
  const deploymentsOf = Map.groupBy(deploymentRows, (deployment) => deployment.modelId);
  return rows.map(({ redirectId, redirectName, constraints, ...row }) => {
    const deployments = (deploymentsOf.get(row.id) ?? []).map(({ modelId: _, isChannelEnabled, ...deployment }) => {
      const channel = { isEnabled: isChannelEnabled, credentials: credentials.get(deployment.channelId) ?? [] };
      const standing = standingOf({ ...deployment, channel }, outages);
      return { ...deployment, standing, isUp: standing === "up" };
    });
    return {
      ...row,
      redirect: redirectId === null || redirectName === null ? null : { id: redirectId, name: redirectName },
      constraints: readConstraints(constraints),
      price: prices.get(row.id) ?? null,
      deployments,
      standing: modelStandingOf({ ...row, deployments }),
    };
  });
}

type StoredModel = Omit<ModelRow, "redirect" | "constraints" | "price" | "deployments" | "standing"> & {
  readonly redirectId: string | null;
  readonly redirectName: string | null;
  readonly constraints: unknown;
};

type StoredDeployment = Omit<ModelDeployment, "standing" | "isUp"> & {
  readonly modelId: string;
  readonly isChannelEnabled: boolean;
};

type StoredCredential = { readonly id: string; readonly channelId: string; readonly isEnabled: boolean };

const columns = Prisma.sql`m.id, m.name, m.vendor, m.description, m.capabilities, m.context_tokens as "contextTokens",
  m.max_output_tokens as "maxOutputTokens", m.usual_output_tokens as "usualOutputTokens", m.is_local as "isLocal", m.constraints,
  m.removed_at as "removedAt", m.removed_reason as "removedReason", m.paused_at as "pausedAt", m.paused_reason as "pausedReason",
  m.retires_at as "retiresAt", r.id as "redirectId", r.name as "redirectName", m.created_at as "createdAt"`;
