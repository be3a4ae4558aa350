import { AppError, newId } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { writeHandEvent } from "./health-events.ts";
import { parseModelName, requireGroups } from "./models.ts";

/** A public name and what the upstream calls it. */
export type NewDeployment = { name: string; upstreamModel: string };

export type DeploymentBatch = {
  models: readonly NewDeployment[];
  groups: readonly string[];
  priority?: number | undefined;
  weight?: number | undefined;
};

/**
 * Puts models on a channel: makes those that don't exist yet (no price), their deployments, and opens them to the groups.
 * Returns the names of the new models. What exists already stays as it is. Writes no audit entry: addChannel and
 * addChannelModels do.
 */
export async function addDeployments(tx: Tx, channelId: string, batch: DeploymentBatch): Promise<string[]> {
  const groups = await requireGroups(tx, batch.groups);
  const priority = requireWhole(batch.priority ?? 0, -1000, 1000);
  const weight = requireWhole(batch.weight ?? 1, 1, 1000);
  const wanted = batch.models.map((model) => ({
    name: parseModelName(model.name),
    upstreamModel: upstreamName(model.upstreamModel),
  }));
  // In one order everywhere, so that two admins with the same new models don't wait for each other in a circle.
  const names = [...new Set(wanted.map((model) => model.name))].sort();
  const known = await tx.model.findMany({ where: { name: { in: names } }, select: { name: true } });
  const missing = names.filter((name) => !known.some((model) => model.name === name));
  await tx.model.createMany({
    data: missing.map((name) => ({ id: newId(), name, capabilities: [] })),
    skipDuplicates: true,
  });
  const models = await tx.model.findMany({ where: { name: { in: names } }, select: { id: true, name: true } });
  const ids = new Map(models.map((model) => [model.name, model.id]));
  await tx.deployment.createMany({
    data: wanted.flatMap(({ name, upstreamModel }) => {
      const modelId = ids.get(name);
      return modelId === undefined ? [] : [{ id: newId(), modelId, channelId, upstreamModel, priority, weight }];
    }),
    skipDuplicates: true,
  });
  await tx.modelGroup.createMany({
    data: models.flatMap((model) => groups.map((groupId) => ({ modelId: model.id, groupId }))),
    skipDuplicates: true,
  });
  return missing;
}

/** Adds models to a channel that exists. Throws `not_found`, `group_not_found`, `invalid_request`. */
export async function addChannelModels(
  tx: Tx,
  actor: Actor,
  input: { channelId: string } & DeploymentBatch,
): Promise<{ newModels: string[] }> {
  await lockConfig(tx);
  const where = { id: input.channelId, deletedAt: null };
  const channel = await tx.channel.findFirst({ where, select: { id: true, name: true } });
  if (channel === null) throw new AppError("not_found");
  const newModels = await addDeployments(tx, channel.id, input);
  await writeAudit(tx, actor, {
    action: "channel.add-models",
    targetKind: "channel",
    targetId: channel.id,
    targetName: channel.name,
    detail: {
      models: input.models.map((model) => `${model.name}=${model.upstreamModel}`),
      newModels,
      groups: input.groups,
    },
  });
  return { newModels };
}

/** Changes how a deployment takes part: higher priority first, then by weight. Throws `not_found`, `invalid_request`. */
export async function setDeployment(
  tx: Tx,
  actor: Actor,
  input: {
    deploymentId: string;
    priority?: number | undefined;
    weight?: number | undefined;
    enabled?: boolean | undefined;
  },
): Promise<void> {
  const before = await requireDeployment(tx, input.deploymentId);
  const after = {
    priority: requireWhole(input.priority ?? before.priority, -1000, 1000),
    weight: requireWhole(input.weight ?? before.weight, 1, 1000),
    isEnabled: input.enabled ?? before.isEnabled,
  };
  await tx.deployment.update({ where: { id: before.id }, data: after, select: { id: true } });
  const { priority, weight, isEnabled } = before;
  await writeAudit(tx, actor, {
    action: "deployment.update",
    targetKind: "deployment",
    targetId: before.id,
    targetName: before.label,
    detail: { before: { priority, weight, isEnabled }, after },
  });
  if (after.isEnabled !== isEnabled) {
    const kind = after.isEnabled ? "deployment-enabled" : "deployment-disabled";
    await writeHandEvent(tx, actor, { kind, model: before.model, channel: before.channel, deploymentId: before.id });
  }
}

/** Takes a model off a channel. Throws `not_found`. */
export async function removeDeployment(tx: Tx, actor: Actor, input: { deploymentId: string }): Promise<void> {
  const before = await requireDeployment(tx, input.deploymentId);
  const { count } = await tx.deployment.deleteMany({ where: { id: before.id } });
  if (count === 0) throw new AppError("not_found");
  await writeAudit(tx, actor, {
    action: "deployment.remove",
    targetKind: "deployment",
    targetId: before.id,
    targetName: before.label,
  });
}

async function requireDeployment(tx: Tx, id: string) {
  await lockConfig(tx);
  const row = await tx.deployment.findUnique({
    where: { id },
    select: {
      id: true,
      priority: true,
      weight: true,
      isEnabled: true,
      model: { select: { id: true, name: true } },
      channel: { select: { id: true, name: true } },
    },
  });
  if (row === null) throw new AppError("not_found");
  return { ...row, label: `${row.model.name} @ ${row.channel.name}` };
}

function upstreamName(text: string): string {
  const name = text.trim();
  if (name.length >= 1 && name.length <= 256 && !/\p{Cc}/u.test(name)) return name;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "上游模型名应为 1 到 256 个字符。",
      reason_en: "an upstream model name has 1 to 256 characters.",
    },
  });
}

function requireWhole(value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: `优先级与权重应为 ${least} 到 ${most} 的整数。`,
      reason_en: `priority and weight are whole numbers from ${least} to ${most}.`,
    },
  });
}
