import { AppError, createApiKey, type Limits, newId, parseLimits } from "@lyceum/domain";
import { lockAccountOf } from "./account-locks.ts";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { auditLimits, limitColumns } from "./limits.ts";

/** Keys of one person that are not deleted. */
export const MAX_KEYS = 50;

export type NewKey = Limits & {
  userId: string;
  name: string;
  groupId: string;
  /** Public names; empty: every model of the group. */
  models: readonly string[];
  expiresAt: Date | null;
};

export type CreatedKey = { id: string; secret: string; prefix: string; lastFour: string };

/**
 * Makes a key; `secret` is not stored and never shown again.
 * Throws `group_not_found`, `group_not_allowed`, `model_not_found` naming the unknown ones, and `invalid_request` for a name, a limit, an expiry in the
 * past or too many keys.
 */
export async function createKey(tx: Tx, actor: Actor, input: NewKey): Promise<CreatedKey> {
  const name = keyName(input.name);
  requireFuture(input.expiresAt);
  const limits = parseLimits(input);
  // The account's lock makes parallel creations take turns, so that they can't together pass the limit.
  await lockAccountOf(tx, input.userId);
  await requireGroup(tx, input.userId, input.groupId);
  const models = await knownModels(tx, input.models);
  const account = await tx.account.findUnique({ where: { userId: input.userId }, select: { id: true } });
  if (account === null) throw new AppError("not_found");
  const live = await tx.virtualKey.count({ where: { userId: input.userId, status: { not: "deleted" } } });
  if (live >= MAX_KEYS)
    throw refusal(`最多 ${MAX_KEYS} 把密钥，请先删除不用的。`, `there are ${MAX_KEYS} keys already; delete one first.`);
  const made = createApiKey();
  const id = newId();
  await tx.virtualKey.create({
    data: {
      id,
      userId: input.userId,
      accountId: account.id,
      name,
      hash: Uint8Array.from(made.hash),
      prefix: made.prefix,
      lastFour: made.lastFour,
      groupId: input.groupId,
      models,
      expiresAt: input.expiresAt,
      ...limitColumns(limits),
    },
    select: { id: true },
  });
  const setLimits = Object.fromEntries(Object.entries(auditLimits(limits)).filter(([, value]) => value !== null));
  await auditKey(
    tx,
    actor,
    "key.create",
    { id, name },
    { group: input.groupId, models, shown: `${made.prefix}…${made.lastFour}`, ...setLimits },
  );
  return { id, secret: made.secret, prefix: made.prefix, lastFour: made.lastFour };
}

/** A key of one's own: who acts on another's key is told that there is none. */
export type OwnKey = { userId: string; keyId: string };

/** Stops a key at once; it can be enabled again. Throws `not_found`. */
export async function disableKey(tx: Tx, actor: Actor, input: OwnKey): Promise<void> {
  await changeStatus(tx, actor, input, "disabled");
}

/** Throws `not_found`. */
export async function enableKey(tx: Tx, actor: Actor, input: OwnKey): Promise<void> {
  await changeStatus(tx, actor, input, "active");
}

/** Ends a key for good; its usage stays. Throws `not_found`. */
export async function deleteKey(tx: Tx, actor: Actor, input: OwnKey): Promise<void> {
  await changeStatus(tx, actor, input, "deleted");
}

async function changeStatus(
  tx: Tx,
  actor: Actor,
  input: OwnKey,
  status: "active" | "disabled" | "deleted",
): Promise<void> {
  const key = await requireKey(tx, input);
  if (key.status === status) return;
  const { count } = await tx.virtualKey.updateMany({
    where: { id: key.id, userId: input.userId, status: { not: "deleted" } },
    data: { status },
  });
  if (count === 0) throw new AppError("not_found");
  const actions = { active: "key.enable", disabled: "key.disable", deleted: "key.delete" } as const;
  await auditKey(tx, actor, actions[status], key);
}

export type KeyChanges = { name?: string; groupId?: string; models?: readonly string[]; expiresAt?: Date | null };

/** Throws `not_found` and what createKey throws. */
export async function updateKey(tx: Tx, actor: Actor, input: OwnKey & KeyChanges): Promise<void> {
  const key = await requireKey(tx, input);
  const data: { name?: string; groupId?: string; models?: string[]; expiresAt?: Date | null } = {};
  if (input.name !== undefined) data.name = keyName(input.name);
  if (input.groupId !== undefined) {
    await requireGroup(tx, input.userId, input.groupId);
    data.groupId = input.groupId;
  }
  if (input.models !== undefined) data.models = await knownModels(tx, input.models);
  if (input.expiresAt !== undefined) {
    requireFuture(input.expiresAt);
    data.expiresAt = input.expiresAt;
  }
  const { count } = await tx.virtualKey.updateMany({
    where: { id: key.id, userId: input.userId, status: { not: "deleted" } },
    data,
  });
  if (count === 0) throw new AppError("not_found");
  const { expiresAt, ...rest } = data;
  await auditKey(tx, actor, "key.update", key, {
    ...rest,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt?.toISOString() ?? null }),
  });
}

async function requireKey(tx: Tx, input: OwnKey): Promise<{ id: string; name: string; status: string }> {
  const key = await tx.virtualKey.findFirst({
    where: { id: input.keyId, userId: input.userId, status: { not: "deleted" } },
    select: { id: true, name: true, status: true },
  });
  if (key === null) throw new AppError("not_found");
  return key;
}

async function requireGroup(tx: Tx, userId: string, groupId: string): Promise<void> {
  const group = await tx.group.findFirst({
    where: { id: groupId, OR: [{ isOpen: true }, { members: { some: { userId } } }] },
    select: { id: true },
  });
  if (group !== null) return;
  const known = await tx.group.findUnique({ where: { id: groupId }, select: { id: true } });
  throw new AppError(known === null ? "group_not_found" : "group_not_allowed", { parameters: { group: groupId } });
}

async function knownModels(tx: Tx, names: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(names.map((name) => name.trim()))].sort();
  const known = await tx.model.findMany({ where: { name: { in: wanted }, removedAt: null }, select: { name: true } });
  const unknown = wanted.filter((name) => !known.some((model) => model.name === name));
  if (unknown.length > 0) throw new AppError("model_not_found", { parameters: { model: unknown.join(", ") } });
  return wanted;
}

function keyName(text: string): string {
  const name = text.trim();
  if (name.length < 1 || name.length > 64 || /\p{Cc}/u.test(name))
    throw refusal("密钥名应为 1 到 64 个字符。", "a key's name has 1 to 64 characters.");
  return name;
}

function requireFuture(expiresAt: Date | null): void {
  if (expiresAt !== null && !(expiresAt.getTime() > Date.now()))
    throw refusal("到期时间应在将来。", "the expiry must lie in the future.");
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}

function auditKey(
  tx: Tx,
  actor: Actor,
  action: string,
  key: { id: string; name: string },
  detail: { [key: string]: AuditJson } = {},
) {
  return writeAudit(tx, actor, { action, targetKind: "key", targetId: key.id, targetName: key.name, detail });
}
