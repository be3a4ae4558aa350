import { AppError, newId, sealCredential } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";

/** `secret` null or empty: the upstream asks for none. Its share of the channel's requests goes by `weight`. */
export type NewCredential = { label?: string | undefined; secret: string | null; weight?: number | undefined };

/** Makes this the only credential of a channel. Writes no audit entry: whoever calls does. Throws `invalid_request`. */
export async function replaceCredentials(
  tx: Tx,
  masterSecret: string,
  channelId: string,
  credential: NewCredential,
): Promise<void> {
  await tx.channelCredential.deleteMany({ where: { channelId } });
  await tx.channelCredential.create({
    data: { id: newId(), channelId, ...toRow(masterSecret, credential) },
    select: { id: true },
  });
}

/** One more credential of a channel; the empty one of a channel that had none makes room for it. Throws `not_found`, `invalid_request`. */
export async function addCredential(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: { channelId: string } & NewCredential,
): Promise<{ id: string }> {
  const channel = await requireChannel(tx, input.channelId);
  const row = { id: newId(), channelId: channel.id, ...toRow(masterSecret, input) };
  if (row.sealed === null)
    throw refusal("请填写凭据。不需要凭据的渠道不用添加。", "enter a credential; a channel that needs none has none.");
  await tx.channelCredential.deleteMany({ where: { channelId: channel.id, sealed: null } });
  await tx.channelCredential.create({ data: row, select: { id: true } });
  await auditCredential(tx, actor, "credential.add", { ...row, channel });
  return { id: row.id };
}

/** Changes a credential. Its secret is replaced only when given; what the machine knew of the old one is forgotten then. Throws `not_found`, `invalid_request`. */
export async function updateCredential(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: {
    credentialId: string;
    label?: string | undefined;
    secret?: string | undefined;
    weight?: number | undefined;
    enabled?: boolean | undefined;
  },
): Promise<void> {
  const before = await requireCredential(tx, input.credentialId);
  const after = {
    label: parseLabel(input.label ?? before.label),
    weight: parseWeight(input.weight ?? before.weight),
    isEnabled: input.enabled ?? before.isEnabled,
    ...(input.secret !== undefined && seal(masterSecret, input.secret)),
  };
  await tx.channelCredential.update({ where: { id: before.id }, data: after, select: { id: true } });
  if (input.secret !== undefined) await tx.credentialHealth.deleteMany({ where: { credentialId: before.id } });
  await auditCredential(tx, actor, "credential.update", before, {
    before: { label: before.label, weight: before.weight, isEnabled: before.isEnabled },
    after: { label: after.label, weight: after.weight, isEnabled: after.isEnabled },
    secretReplaced: input.secret !== undefined,
  });
}

/** Takes a credential away; a channel whose last one goes asks for none from then on. Throws `not_found`. */
export async function removeCredential(tx: Tx, actor: Actor, input: { credentialId: string }): Promise<void> {
  const before = await requireCredential(tx, input.credentialId);
  await tx.channelCredential.delete({ where: { id: before.id }, select: { id: true } });
  const left = await tx.channelCredential.count({ where: { channelId: before.channel.id } });
  if (left === 0) {
    const none = { id: newId(), channelId: before.channel.id, sealed: null, lastFour: "" };
    await tx.channelCredential.create({ data: none, select: { id: true } });
  }
  await auditCredential(tx, actor, "credential.remove", before);
}

/** Changes of one channel's credentials come one after the other: together they could leave it without any. */
async function requireChannel(tx: Tx, id: string): Promise<{ id: string; name: string }> {
  await lockConfig(tx);
  const channel = await tx.channel.findFirst({ where: { id, deletedAt: null }, select: { id: true, name: true } });
  if (channel === null) throw new AppError("not_found");
  return channel;
}

async function requireCredential(tx: Tx, id: string) {
  const select = { id: true, label: true, lastFour: true, weight: true, isEnabled: true, channelId: true } as const;
  await lockConfig(tx);
  const row = await tx.channelCredential.findUnique({ where: { id }, select });
  if (row === null) throw new AppError("not_found");
  return { ...row, channel: await requireChannel(tx, row.channelId) };
}

function toRow(masterSecret: string, { label, secret, weight }: NewCredential) {
  return { label: parseLabel(label ?? ""), weight: parseWeight(weight ?? 1), ...seal(masterSecret, secret) };
}

function seal(masterSecret: string, secret: string | null) {
  const text = secret?.trim() ?? "";
  if (text === "") return { sealed: null, lastFour: "" };
  if (text.length > 4096 || /[^\x21-\x7e]/.test(text))
    throw refusal("凭据只能含可见的 ASCII 字符。", "a credential holds visible ASCII characters only.");
  // Of a short credential the end would give away too much.
  const lastFour = text.length >= 12 ? text.slice(-4) : "····";
  return { sealed: Uint8Array.from(sealCredential(masterSecret, text)), lastFour };
}

function parseLabel(text: string): string {
  const label = text.trim();
  if (label.length <= 64 && !/\p{Cc}/u.test(label)) return label;
  throw refusal("凭据的名称至多 64 个字符。", "a credential's label has at most 64 characters.");
}

function parseWeight(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw refusal("权重应为 1 到 1000 的整数。", "a weight is a whole number from 1 to 1000.");
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}

function auditCredential(
  tx: Tx,
  actor: Actor,
  action: string,
  {
    id,
    label,
    lastFour,
    channel,
  }: { id: string; label: string; lastFour: string; channel: { id: string; name: string } },
  detail: Parameters<typeof writeAudit>[2]["detail"] = {},
) {
  return writeAudit(tx, actor, {
    action,
    targetKind: "channel",
    targetId: channel.id,
    targetName: channel.name,
    detail: { credential: id, label, lastFour, ...detail },
  });
}
