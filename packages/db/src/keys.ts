import { AppError, createApiKey, type Limits, MAX_NETWORKS, newId, parseLimits, parseNetwork } from "@lyceum/domain";
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
  /** From where it may be used: addresses, or networks in CIDR notation; left out or empty: from anywhere. */
  networks?: readonly string[];
};

export type CreatedKey = { id: string; secret: string; prefix: string; lastFour: string };

/**
 * Makes a key; `secret` is not stored and never shown again.
 * Throws `group_not_found`, `group_not_allowed`, `model_not_found` naming the unknown ones, and `invalid_request` for a name, a limit, a network, an expiry
 * in the past, too many keys, or an auditor.
 */
export async function createKey(tx: Tx, actor: Actor, input: NewKey): Promise<CreatedKey> {
  const name = keyName(input.name);
  requireFuture(input.expiresAt);
  const limits = parseLimits(input);
  const networks = knownNetworks(input.networks ?? []);
  await lockOpening(tx, input.userId, input.groupId);
  // The account's lock makes parallel creations take turns, so that they can't together pass the limit.
  await lockAccountOf(tx, input.userId);
  await refuseAuditor(tx, input.userId);
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
      networks,
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
    {
      group: input.groupId,
      models,
      shown: `${made.prefix}…${made.lastFour}`,
      ...(networks.length > 0 ? { networks } : {}),
      ...setLimits,
    },
  );
  return { id, secret: made.secret, prefix: made.prefix, lastFour: made.lastFour };
}

/** A key of one's own: who acts on another's key is told that there is none. */
export type OwnKey = { userId: string; keyId: string };

/** Stops a key at once; it can be enabled again. Throws `not_found`. */
export async function disableKey(tx: Tx, actor: Actor, input: OwnKey): Promise<void> {
  await changeStatus(tx, actor, input, "disabled");
}

/** Throws `not_found`, and `invalid_request` for an auditor's and for one that has leaked. */
export async function enableKey(tx: Tx, actor: Actor, input: OwnKey): Promise<void> {
  await lockAccountOf(tx, input.userId);
  await refuseAuditor(tx, input.userId);
  const key = await requireKey(tx, input);
  if (key.leakedAt !== null) {
    throw refusal("这把密钥已泄露，不能恢复，请更换。", "this key has leaked: it can't be enabled again, roll it.");
  }
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

/** How long a key is taken that was rolled, so that programs can be changed one after the other. */
export const ROLL_OVERLAP_HOURS = 24;

/**
 * Gives a key a new secret: name, limits and usage stay. The one before is taken for 24 hours more, not beyond the key's end, and not at all where it
 * has leaked, or with `atOnce`; one that was rolled before it ends now. A key that is disabled stays so, but for one that had leaked. Throws `not_found`,
 * and `invalid_request` for an auditor's and one that has expired.
 */
export async function rollKey(tx: Tx, actor: Actor, input: OwnKey & { atOnce?: boolean }): Promise<CreatedKey> {
  await lockAccountOf(tx, input.userId);
  await refuseAuditor(tx, input.userId);
  const key = await requireKey(tx, input);
  requireFuture(key.expiresAt);
  const made = createApiKey();
  const isLeaked = key.leakedAt !== null;
  const overlap = isLeaked || input.atOnce === true ? 0 : ROLL_OVERLAP_HOURS;
  await tx.$executeRaw`update virtual_key set
      former_hash = case when ${overlap}::int > 0 then hash end,
      former_ends_at = case when ${overlap}::int > 0 then clock_timestamp() + make_interval(hours => ${overlap}::int) end,
      hash = ${Uint8Array.from(made.hash)}, prefix = ${made.prefix}, last_four = ${made.lastFour}, leaked_at = null,
      status = case when ${isLeaked} then 'active' else status end
    where id = ${key.id}::uuid`;
  const shown = `${made.prefix}…${made.lastFour}`;
  await auditKey(tx, actor, "key.roll", key, { shown, overlapHours: overlap, ...(isLeaked ? { leaked: true } : {}) });
  return { id: key.id, secret: made.secret, prefix: made.prefix, lastFour: made.lastFour };
}

export type KeyChanges = {
  name?: string;
  groupId?: string;
  models?: readonly string[];
  expiresAt?: Date | null;
  networks?: readonly string[];
};

/** Throws `not_found` and what createKey throws. A name that the key has already may stay, though its model be gone: it is no reason to refuse the rest. */
export async function updateKey(tx: Tx, actor: Actor, input: OwnKey & KeyChanges): Promise<void> {
  const key = await requireKey(tx, input);
  const data: { name?: string; groupId?: string; models?: string[]; expiresAt?: Date | null; networks?: string[] } = {};
  if (input.name !== undefined) data.name = keyName(input.name);
  if (input.groupId !== undefined) {
    await lockOpening(tx, input.userId, input.groupId);
    await requireGroup(tx, input.userId, input.groupId);
    data.groupId = input.groupId;
  }
  if (input.models !== undefined) data.models = await knownModels(tx, input.models, key.models);
  if (input.expiresAt !== undefined) {
    requireFuture(input.expiresAt);
    data.expiresAt = input.expiresAt;
  }
  if (input.networks !== undefined) data.networks = knownNetworks(input.networks);
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

async function refuseAuditor(tx: Tx, userId: string): Promise<void> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { role: true } });
  if (user?.role === "auditor") throw refusal("审计员没有密钥。", "an auditor has no keys.");
}

async function requireKey(
  tx: Tx,
  input: OwnKey,
): Promise<{
  id: string;
  name: string;
  status: string;
  leakedAt: Date | null;
  expiresAt: Date | null;
  models: string[];
}> {
  const key = await tx.virtualKey.findFirst({
    where: { id: input.keyId, userId: input.userId, status: { not: "deleted" } },
    select: { id: true, name: true, status: true, leakedAt: true, expiresAt: true, models: true },
  });
  if (key === null) throw new AppError("not_found");
  return key;
}

/**
 * Holds the courses by which a person uses a group, before any account as the order of locks wants it: whoever ends the membership meanwhile sees the
 * key, so that no worker remembers it as it was (refresh_keys in the database).
 */
async function lockOpening(tx: Tx, userId: string, groupId: string): Promise<void> {
  await tx.$queryRaw`select c.id from course c where c.id in (select course_id from course_member where user_id = ${userId}::uuid)
    and ${groupId} = any(c.group_ids) order by c.id for share`;
}

async function requireGroup(tx: Tx, userId: string, groupId: string): Promise<void> {
  const [group] = await tx.$queryRaw<
    unknown[]
  >`select 1 from usable_groups(${userId}::uuid) where group_id = ${groupId}`;
  if (group !== undefined) return;
  const known = await tx.group.findUnique({ where: { id: groupId }, select: { id: true } });
  throw new AppError(known === null ? "group_not_found" : "group_not_allowed", { parameters: { group: groupId } });
}

async function knownModels(tx: Tx, names: readonly string[], kept: readonly string[] = []): Promise<string[]> {
  const wanted = [...new Set(names.map((name) => name.trim()))].sort();
  const known = await tx.model.findMany({ where: { name: { in: wanted }, removedAt: null }, select: { name: true } });
  const unknown = wanted.filter((name) => !kept.includes(name) && !known.some((model) => model.name === name));
  if (unknown.length > 0) throw new AppError("model_not_found", { parameters: { model: unknown.join(", ") } });
  return wanted;
}

function knownNetworks(texts: readonly string[]): string[] {
  const wanted = [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ""))];
  const networks = wanted.map((text) => {
    const network = parseNetwork(text);
    if (network !== null) return network;
    throw refusal(
      `「${text}」不是网段：请写如 10.1.0.0/16 或 2001:db8::/32，网段之外的位须为 0；单个地址也可以。`,
      `"${text}" is no network: write it like 10.1.0.0/16 or 2001:db8::/32, with no bits set beyond its length, or a single address.`,
    );
  });
  if (networks.length <= MAX_NETWORKS) return networks;
  throw refusal(`最多 ${MAX_NETWORKS} 个网段。`, `there may be ${MAX_NETWORKS} networks at most.`);
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
