import { AppError, type CapPeriod, type Limits, parseLimits } from "@lyceum/domain";
import { lockAccountOf } from "./account-locks.ts";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";

/** Only what is named changes; null lifts a limit. */
export type LimitChanges = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

const columns = { rpmLimit: true, tpmLimit: true, parallelLimit: true, capNanos: true, capPeriod: true } as const;

type LimitColumns = {
  rpmLimit: number | null;
  tpmLimit: bigint | null;
  parallelLimit: number | null;
  capNanos: bigint | null;
  capPeriod: CapPeriod;
};

/** Limits as Prisma writes them. */
export function limitColumns({ rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod }: Limits): LimitColumns {
  return {
    rpmLimit,
    tpmLimit: tpmLimit === null ? null : BigInt(tpmLimit),
    parallelLimit,
    capNanos,
    capPeriod,
  };
}

/** Limits as the audit trail says them. */
export function auditLimits({ capNanos, capPeriod, ...counts }: Limits): { [key: string]: AuditJson } {
  return { ...counts, capNanos: capNanos?.toString() ?? null, capPeriod: capNanos === null ? null : capPeriod };
}

/**
 * Sets or lifts limits of one's key. They are in force with the next request, which also counts what runs and what was spent in the
 * period. Throws `not_found`, and `invalid_request` naming the limit that is not valid.
 */
export async function setKeyLimits(
  tx: Tx,
  actor: Actor,
  input: { userId: string; keyId: string; limits: LimitChanges },
): Promise<Limits> {
  await lockAccountOf(tx, input.userId);
  const key = await tx.virtualKey.findFirst({
    where: { id: input.keyId, userId: input.userId, status: { not: "deleted" } },
    select: { ...columns, id: true, name: true },
  });
  if (key === null) throw new AppError("not_found");
  const target: Target = { kind: "key", id: key.id, name: key.name };
  return change(tx, actor, target, key, input.limits, (data) =>
    tx.virtualKey.update({ where: { id: key.id }, data, select: { id: true } }),
  );
}

/** Sets or lifts limits of a person over all keys. As setKeyLimits. */
export async function setUserLimits(
  tx: Tx,
  actor: Actor,
  input: { userId: string; limits: LimitChanges },
): Promise<Limits> {
  await lockAccountOf(tx, input.userId);
  const account = await tx.account.findUnique({
    where: { userId: input.userId },
    select: { ...columns, id: true, user: { select: { studentId: true } } },
  });
  if (account === null) throw new AppError("not_found");
  const target: Target = { kind: "user", id: input.userId, name: account.user?.studentId ?? "" };
  return change(tx, actor, target, account, input.limits, (data) =>
    tx.account.update({ where: { id: account.id }, data, select: { id: true } }),
  );
}

/** Sets or lifts limits of each member of a group. As setKeyLimits, but throws `group_not_found`. */
export async function setGroupLimits(
  tx: Tx,
  actor: Actor,
  input: { groupId: string; limits: LimitChanges },
): Promise<Limits> {
  await lockConfig(tx);
  const group = await tx.group.findUnique({ where: { id: input.groupId }, select: { ...columns, name: true } });
  if (group === null) throw new AppError("group_not_found", { parameters: { group: input.groupId } });
  const target: Target = { kind: "group", id: input.groupId, name: group.name };
  return change(tx, actor, target, group, input.limits, (data) =>
    tx.group.update({ where: { id: input.groupId }, data, select: { id: true } }),
  );
}

/** The limits of a person over all keys. Throws `not_found`. */
export async function getUserLimits(db: Pick<Tx, "account">, userId: string): Promise<Limits> {
  const account = await db.account.findUnique({ where: { userId }, select: columns });
  if (account === null) throw new AppError("not_found");
  return limitsOf(account);
}

type Target = { kind: "key" | "user" | "group"; id: string; name: string };

/** Writes what differs, with its audit entry: a row that is written without need would make every meter count anew. */
async function change(
  tx: Tx,
  actor: Actor,
  target: Target,
  row: LimitColumns,
  changes: LimitChanges,
  write: (data: LimitColumns) => Promise<unknown>,
): Promise<Limits> {
  const before = limitsOf(row);
  const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const after = parseLimits({ ...before, ...named });
  const detail = { before: auditLimits(before), after: auditLimits(after) };
  if (JSON.stringify(detail.before) === JSON.stringify(detail.after)) return after;
  await write(limitColumns(after));
  await writeAudit(tx, actor, {
    action: `${target.kind}.limits`,
    targetKind: target.kind,
    targetId: target.id,
    targetName: target.name,
    detail,
  });
  return after;
}

/** The limits of a row that Prisma read. */
export function limitsOf({ rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod }: LimitColumns): Limits {
  return { rpmLimit, tpmLimit: tpmLimit === null ? null : Number(tpmLimit), parallelLimit, capNanos, capPeriod };
}
