import { AppError, parseStudentId, type UserRole } from "@lyceum/domain";
import { lockAccountOf } from "./account-locks.ts";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { proveStudentId } from "./course-claims.ts";
import { getSettings } from "./settings.ts";

type UserName = { id: string; studentId: string; role: UserRole; isDisabled: boolean };

/** The person with an ID, for the command line and forms that take one. Throws `user_not_found`. */
export async function getUserByStudentId(
  db: Db | Tx,
  studentId: string,
): Promise<{ id: string; studentId: string; name: string; role: UserRole; accountId: string }> {
  const wanted = parseStudentId(studentId);
  const user = await db.user.findUnique({
    where: { studentId: wanted },
    select: { id: true, studentId: true, name: true, role: true, account: { select: { id: true } } },
  });
  if (!user?.account) throw new AppError("user_not_found", { parameters: { studentId: wanted } });
  const { account, ...rest } = user;
  return { ...rest, accountId: account.id };
}

/**
 * Staff confirm that the ID belongs to this person, whose memberships of courses and what waited for them it then gets. Throws `not_found`. Doing it
 * again changes nothing.
 */
export async function verifyUser(tx: Tx, actor: Actor, input: { userId: string }): Promise<void> {
  await proveStudentId(tx, actor, input.userId);
}

/** As verifyUser, for many: what all of them touch is locked at once and in order, so that two such acts wait for each other and don't deadlock. */
export async function verifyUsers(tx: Tx, actor: Actor, input: { userIds: readonly string[] }): Promise<void> {
  await tx.$executeRaw`select lock_for_proof(${input.userIds}::uuid[])`;
  for (const userId of input.userIds) await proveStudentId(tx, actor, userId);
}

/**
 * Disables a person: the account admits nothing from this moment, every session ends; or enables again.
 * Throws `not_found`, and `invalid_request` for the last enabled admin.
 */
export async function setUserDisabled(
  tx: Tx,
  actor: Actor,
  input: { userId: string; disabled: boolean },
): Promise<void> {
  const user = await requireUser(tx, input.userId);
  if (user.isDisabled === input.disabled) return;
  if (input.disabled && user.role === "admin") await requireAnotherAdmin(tx, user.id);
  // The account first: whoever is admitted after this commit sees it frozen, whatever a worker has cached.
  const isFrozen = input.disabled || user.role === "auditor";
  await tx.account.update({ where: { userId: user.id }, data: { isFrozen }, select: { id: true } });
  await tx.user.update({
    where: { id: user.id },
    data: { disabledAt: input.disabled ? new Date() : null, sessionVersion: { increment: 1 } },
    select: { id: true },
  });
  await auditUser(tx, actor, user, input.disabled ? "user.disable" : "user.enable");
}

/**
 * Makes a person student, admin or auditor; ends the sessions. An auditor's keys are disabled and the account is frozen: nothing is admitted from
 * this moment. Throws `not_found`, and `invalid_request` for the last enabled admin.
 */
export async function setUserRole(tx: Tx, actor: Actor, input: { userId: string; role: UserRole }): Promise<void> {
  const user = await requireUser(tx, input.userId);
  if (user.role === input.role) return;
  if (user.role === "admin") await requireAnotherAdmin(tx, user.id);
  const isAuditor = input.role === "auditor";
  const isFrozen = isAuditor || user.isDisabled;
  await tx.account.update({ where: { userId: user.id }, data: { isFrozen }, select: { id: true } });
  if (isAuditor) {
    await tx.virtualKey.updateMany({ where: { userId: user.id, status: "active" }, data: { status: "disabled" } });
  }
  await tx.user.update({
    where: { id: user.id },
    data: { role: input.role, sessionVersion: { increment: 1 } },
    select: { id: true },
  });
  await auditUser(tx, actor, user, "user.role", { before: user.role, after: input.role });
}

/** Puts a person into exactly these groups (open groups need no membership). Throws `not_found`, `group_not_found`. */
export async function setUserGroups(
  tx: Tx,
  actor: Actor,
  input: { userId: string; groupIds: readonly string[] },
): Promise<void> {
  const user = await requireUser(tx, input.userId);
  await lockAccountOf(tx, user.id);
  const wanted = [...new Set(input.groupIds)].sort();
  const known = await tx.group.findMany({ where: { id: { in: wanted } }, select: { id: true } });
  const unknown = wanted.find((id) => !known.some((group) => group.id === id));
  if (unknown !== undefined) throw new AppError("group_not_found", { parameters: { group: unknown } });
  const rows = await tx.groupMember.findMany({ where: { userId: user.id }, select: { groupId: true } });
  const before = rows.map((row) => row.groupId).sort();
  const added = wanted.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !wanted.includes(id));
  if (added.length === 0 && removed.length === 0) return;
  if (removed.length > 0) await tx.groupMember.deleteMany({ where: { userId: user.id, groupId: { in: removed } } });
  if (added.length > 0) {
    await tx.groupMember.createMany({
      data: added.map((groupId) => ({ userId: user.id, groupId })),
      skipDuplicates: true,
    });
  }
  await auditUser(tx, actor, user, "user.groups", { before, after: wanted });
}

/** Notes that a person accepts the terms in force. Throws `terms_required` for another version. */
export async function acceptTerms(tx: Tx, actor: Actor, input: { userId: string; version: number }): Promise<void> {
  const { terms } = await getSettings(tx);
  if (terms.version !== input.version) throw new AppError("terms_required");
  const user = await requireUser(tx, input.userId);
  await tx.user.update({
    where: { id: user.id },
    data: { termsVersion: input.version, termsAcceptedAt: new Date() },
    select: { id: true },
  });
  await auditUser(tx, actor, user, "user.accept-terms", { version: input.version });
}

/** Rule 8: whether this person wants models without a price. Throws `forbidden` where the settings don't allow it. */
export async function setAcceptsUnpriced(
  tx: Tx,
  actor: Actor,
  input: { userId: string; accepts: boolean },
): Promise<void> {
  if (input.accepts && !(await getSettings(tx)).allowUnpriced) throw new AppError("forbidden");
  const user = await requireUser(tx, input.userId);
  await lockAccountOf(tx, user.id);
  await tx.user.update({ where: { id: user.id }, data: { acceptsUnpriced: input.accepts }, select: { id: true } });
  await auditUser(tx, actor, user, "user.accepts-unpriced", { after: input.accepts });
}

async function requireUser(tx: Tx, userId: string): Promise<UserName> {
  const user = await tx.user.findUnique({
    where: { id: userId },
    select: { id: true, studentId: true, role: true, disabledAt: true },
  });
  if (user === null) throw new AppError("not_found");
  return { id: user.id, studentId: user.studentId, role: user.role, isDisabled: user.disabledAt !== null };
}

/** Locks every enabled admin in id order, so that two admins can't remove each other at once. */
async function requireAnotherAdmin(tx: Tx, userId: string): Promise<void> {
  const admins = await tx.$queryRaw<{ id: string }[]>`select id from app_user
    where role = 'admin' and disabled_at is null order by id for no key update`;
  if (admins.some((admin) => admin.id !== userId)) return;
  throw new AppError("invalid_request", {
    parameters: { reason_zh: "这是最后一位可用的管理员。", reason_en: "this is the last enabled admin." },
  });
}

function auditUser(tx: Tx, actor: Actor, user: UserName, action: string, detail: { [key: string]: AuditJson } = {}) {
  return writeAudit(tx, actor, { action, targetKind: "user", targetId: user.id, targetName: user.studentId, detail });
}
