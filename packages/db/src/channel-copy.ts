import { newId } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import { getChannel } from "./channel-list.ts";
import { addChannel, updateChannel } from "./channels.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";

/**
 * A channel like another, with its models, settings and overrides but not its credentials: who copies has to have one. It begins switched
 * off where the other is. Throws `not_found`, `name_taken`, `invalid_request`.
 */
export async function copyChannel(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: { channelId: string; name: string; credential: string | null },
): Promise<{ id: string }> {
  await lockConfig(tx);
  const from = await getChannel(tx, input.channelId);
  const { protocol, baseUrl, allowPrivate } = from;
  const address = { name: input.name, protocol, baseUrl, allowPrivate, credential: input.credential };
  const { id } = await addChannel(tx, actor, masterSecret, { ...address, models: [], groups: [] });
  const { idleTimeoutMs, totalTimeoutMs, firstTokenTimeoutMs, parallelLimit, overrides } = from;
  await updateChannel(tx, actor, masterSecret, {
    channelId: id,
    ...{ idleTimeoutMs, totalTimeoutMs, firstTokenTimeoutMs, parallelLimit, overrides },
  });
  const deployments = await tx.deployment.findMany({
    where: { channelId: from.id },
    select: {
      modelId: true,
      upstreamModel: true,
      priority: true,
      weight: true,
      isEnabled: true,
      lacks: true,
      contextTokens: true,
    },
  });
  await tx.deployment.createMany({
    data: deployments.map((deployment) => ({ id: newId(), channelId: id, ...deployment })),
  });
  if (!from.isEnabled) await tx.channel.update({ where: { id }, data: { isEnabled: false }, select: { id: true } });
  await writeAudit(tx, actor, {
    action: "channel.copy",
    targetKind: "channel",
    targetId: id,
    targetName: input.name.trim(),
    detail: { from: from.name, models: deployments.length },
  });
  return { id };
}
