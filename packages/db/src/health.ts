import { AppError } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";

/**
 * Puts a deployment that the machine took out back into use at once, with an event and an audit entry; one that isn't out stays as it is.
 * Throws `not_found`.
 */
export async function resetDeployment(tx: Tx, actor: Actor, input: { deploymentId: string }): Promise<void> {
  const deployment = await requireDeployment(tx, input.deploymentId);
  const [row] = await tx.$queryRaw<[{ was: string | null }]>`
    select reset_deployment(${deployment.id}::uuid, ${actor.id}::uuid, ${byWhom(actor)}::jsonb) as was`;
  if (row.was === null) return;
  await auditHealth(tx, actor, "deployment.reset", deployment, { was: row.was });
}

/** The same for a credential that is refused or cooling. Throws `not_found`. */
export async function resetCredential(tx: Tx, actor: Actor, input: { credentialId: string }): Promise<void> {
  const credential = await requireCredential(tx, input.credentialId);
  const [row] = await tx.$queryRaw<[{ was: string | null }]>`
    select reset_credential(${credential.id}::uuid, ${actor.id}::uuid, ${byWhom(actor)}::jsonb) as was`;
  if (row.was === null) return;
  await auditHealth(tx, actor, "credential.reset", credential, { was: row.was });
}

/** Has a deployment probed by whichever worker looks next, within about a second. Throws `not_found`. */
export async function probeDeployment(tx: Tx, actor: Actor, input: { deploymentId: string }): Promise<void> {
  const deployment = await requireDeployment(tx, input.deploymentId);
  await tx.$queryRaw`select probe_deployment_now(${deployment.id}::uuid)::text`;
  await auditHealth(tx, actor, "deployment.probe", deployment);
}

/** The same for a credential; one that isn't refused has nothing to be probed for, and stays as it is. Throws `not_found`. */
export async function probeCredential(tx: Tx, actor: Actor, input: { credentialId: string }): Promise<void> {
  const credential = await requireCredential(tx, input.credentialId);
  await tx.$queryRaw`select probe_credential_now(${credential.id}::uuid)::text`;
  await auditHealth(tx, actor, "credential.probe", credential);
}

/** Forgets what the machine found about the deployments of a channel: it was found of another address, or of another way to ask. */
export async function forgetChannelHealth(tx: Tx, channelId: string): Promise<void> {
  await tx.deploymentHealth.deleteMany({ where: { deployment: { channelId } } });
  await tx.$queryRaw`select settle_models(lock_health())`;
}

/** What the trail says of them stands with their channel. */
type Subject = {
  readonly id: string;
  readonly channel: { readonly id: string; readonly name: string };
  readonly detail: { readonly [key: string]: string };
};

async function requireDeployment(tx: Tx, id: string): Promise<Subject> {
  const found = await tx.deployment.findUnique({
    where: { id },
    select: { id: true, upstreamModel: true, model: { select: { name: true } }, channel: channelColumns },
  });
  if (found === null || found.channel.deletedAt !== null) throw new AppError("not_found");
  const { channel, model, upstreamModel } = found;
  return { id, channel, detail: { deployment: id, model: model.name, upstreamModel } };
}

async function requireCredential(tx: Tx, id: string): Promise<Subject> {
  const found = await tx.channelCredential.findUnique({
    where: { id },
    select: { id: true, label: true, lastFour: true, channel: channelColumns },
  });
  if (found === null || found.channel.deletedAt !== null) throw new AppError("not_found");
  const { channel, label, lastFour } = found;
  return { id, channel, detail: { credential: id, label, lastFour } };
}

const channelColumns = { select: { id: true, name: true, deletedAt: true } } as const;

/** The command line has no id; its acts are still no machine's. */
function byWhom(actor: Actor): string {
  return JSON.stringify(actor.id === null ? { by: actor.name } : {});
}

function auditHealth(tx: Tx, actor: Actor, action: string, { channel, detail }: Subject, more: Subject["detail"] = {}) {
  return writeAudit(tx, actor, {
    action,
    targetKind: "channel",
    targetId: channel.id,
    targetName: channel.name,
    detail: { ...detail, ...more },
  });
}
