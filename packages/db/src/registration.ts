import { AppError, checkPassword, newId, parseStudentId, personNameSchema, type UserRole } from "@lyceum/domain";
import { type Actor, system, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { deleteConversations } from "./conversations.ts";
import { claimByCode, proveStudentId } from "./course-claims.ts";
import { hashPassword, oneTimePassword } from "./passwords.ts";
import { getSettings } from "./settings.ts";
import { inTransaction } from "./transaction.ts";

/** The first admin's student ID on a new system. */
export const FIRST_ADMIN_ID = "ADMIN";

type NewPerson = {
  studentId: string;
  name: string;
  role: UserRole;
  /** Null: signs in by the campus's server alone. */
  passwordHash: string | null;
  mustChangePassword: boolean;
  isVerified: boolean;
  termsVersion: number | null;
};

/** Writes a person and the account, or nothing where the ID is taken: two at once can't both have it. */
export async function insertPerson(tx: Tx, person: NewPerson): Promise<{ userId: string; accountId: string } | null> {
  const userId = newId();
  const accountId = newId();
  const now = new Date();
  const { count } = await tx.user.createMany({
    data: [
      {
        id: userId,
        studentId: person.studentId,
        name: person.name,
        role: person.role,
        passwordHash: person.passwordHash,
        mustChangePassword: person.mustChangePassword,
        verifiedAt: person.isVerified ? now : null,
        termsVersion: person.termsVersion,
        termsAcceptedAt: person.termsVersion === null ? null : now,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return null;
  const isFrozen = person.role === "auditor";
  await tx.account.create({ data: { id: accountId, kind: "user", userId, isFrozen }, select: { id: true } });
  return { userId, accountId };
}

export type Registration = {
  studentId: string;
  name: string;
  password: string;
  termsVersion: number;
  ip?: string;
  /** From the staff of a course: proves the ID, and the course's money is there at once. */
  activationCode?: string | undefined;
};

/**
 * A student registers an ID, which stays unverified until an activation code proves it or staff confirm the person.
 * Throws `registration_closed`, `invalid_student_id`, `weak_password`, `student_id_taken`, and `terms_required` where other
 * terms are in force than those accepted, and `invalid_request` for a code that isn't for this ID.
 */
export async function registerStudent(
  db: Db | Tx,
  input: Registration,
): Promise<{ userId: string; accountId: string }> {
  const studentId = parseStudentId(input.studentId);
  const name = parseName(input.name);
  const settings = await getSettings(db);
  if (settings.registration === "closed") throw new AppError("registration_closed");
  if (input.termsVersion !== settings.terms.version) throw new AppError("terms_required");
  checkPassword(input.password, studentId);
  const passwordHash = await hashPassword(input.password);
  return inTransaction(db, async (tx) => {
    const { termsVersion } = input;
    const person = { studentId, name, role: "student", passwordHash, mustChangePassword: false, termsVersion } as const;
    const code = input.activationCode?.trim() ?? "";
    const made = await insertPerson(tx, { ...person, isVerified: false });
    if (made === null) return takeOver(tx, { ...person, isVerified: true }, code, input.ip);
    const actor = { id: made.userId, name, ip: input.ip };
    await writeAudit(tx, actor, {
      action: "user.register",
      targetKind: "user",
      targetId: made.userId,
      targetName: studentId,
    });
    if (code !== "") await claimByCode(tx, actor, { userId: made.userId, code });
    return made;
  });
}

/**
 * An ID that was registered without proof belongs to whoever proves it: with an activation code the account becomes this person's, and whoever had
 * it is out of it, sessions, devices and keys. Throws `student_id_taken` without a code or where the ID is proven.
 */
async function takeOver(
  tx: Tx,
  person: NewPerson,
  code: string,
  ip: string | undefined,
): Promise<{ userId: string; accountId: string }> {
  const { studentId, name, passwordHash, termsVersion } = person;
  const taken = new AppError("student_id_taken", { parameters: { studentId } });
  const found = await tx.user.findUnique({
    where: { studentId },
    select: { id: true, verifiedAt: true, role: true, account: { select: { id: true } } },
  });
  if (code === "" || !found?.account || found.verifiedAt !== null || found.role !== "student") throw taken;
  const { id: userId, account } = found;
  const actor = { id: userId, name, ip };
  await claimByCode(tx, actor, { userId, code, mustBeUnproven: true });
  await endFormerAccess(tx, userId);
  await tx.user.update({
    where: { id: userId },
    data: { name, passwordHash, termsVersion, termsAcceptedAt: new Date() },
    select: { id: true },
  });
  const target = { targetKind: "user", targetId: userId, targetName: studentId };
  await writeAudit(tx, actor, { action: "user.take-over", ...target });
  return { userId, accountId: account.id };
}

/**
 * Whoever registered an ID without proof is out of the account, which now belongs to the ID's owner: password, sessions and devices end, keys for good
 * (somebody else has them), mail goes there no more, and what was talked about in the playground, or written for it, is nobody's to read, so it is deleted. What was spent
 * stays in the books; what is left of the money was given to the ID. The caller has locked what the proof of the ID locks.
 */
export async function endFormerAccess(tx: Tx, userId: string): Promise<void> {
  // First: acts of the former sessions that are under way are waited for here, and what they wrote ends below (see sessionHolds).
  await tx.user.update({
    where: { id: userId },
    data: {
      ...{ passwordHash: null, mustChangePassword: false, email: null, termsVersion: null, termsAcceptedAt: null },
      ...{ acceptsUnpriced: false, sessionVersion: { increment: 1 } },
    },
    select: { id: true },
  });
  await tx.virtualKey.updateMany({ where: { userId, status: { not: "deleted" } }, data: { status: "deleted" } });
  await tx.knownDevice.deleteMany({ where: { userId } });
  await tx.emailVerification.deleteMany({ where: { userId } });
  await tx.notice.updateMany({ where: { userId, mailNextAt: { not: null } }, data: { mailNextAt: null } });
  await deleteConversations(tx, userId, null);
  await tx.playgroundPreset.deleteMany({ where: { userId } });
}

export type NewUser = {
  studentId: string;
  name: string;
  role: UserRole;
  password?: string | undefined;
  /** The person has accepted the terms in force outside of the console, on paper for instance. */
  acceptedTerms?: boolean;
};

/**
 * Staff make a verified person. Without a password a one-time one is made up and returned, this once.
 * Throws `invalid_student_id`, `weak_password`, `student_id_taken`.
 */
export async function createUser(
  tx: Tx,
  actor: Actor,
  input: NewUser,
): Promise<{ userId: string; accountId: string; oneTimePassword: string | null }> {
  const studentId = parseStudentId(input.studentId);
  const name = parseName(input.name);
  if (input.password !== undefined) checkPassword(input.password, studentId);
  const generated = input.password === undefined ? oneTimePassword() : null;
  const made = await insertPerson(tx, {
    studentId,
    name,
    role: input.role,
    passwordHash: await hashPassword(input.password ?? generated ?? ""),
    mustChangePassword: generated !== null,
    isVerified: true,
    termsVersion: input.acceptedTerms ? (await getSettings(tx)).terms.version : null,
  });
  if (made === null) throw new AppError("student_id_taken", { parameters: { studentId } });
  await writeAudit(tx, actor, {
    action: "user.create",
    targetKind: "user",
    targetId: made.userId,
    targetName: studentId,
    detail: { name, role: input.role, ...(input.acceptedTerms && { acceptedTerms: true }) },
  });
  await proveStudentId(tx, actor, made.userId);
  return { ...made, oneTimePassword: generated };
}

/** On a system without any admin, makes one and returns the one-time sign-in; else null. Several servers may start at once. */
export async function createFirstAdmin(db: Db | Tx): Promise<{ studentId: string; password: string } | null> {
  if ((await db.user.count({ where: { role: "admin" } })) > 0) return null;
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  return inTransaction(db, async (tx) => {
    const made = await insertPerson(tx, {
      studentId: FIRST_ADMIN_ID,
      name: "管理员",
      role: "admin",
      passwordHash,
      mustChangePassword: true,
      isVerified: true,
      termsVersion: null,
    });
    if (made === null) return null;
    await writeAudit(tx, system, {
      action: "user.create",
      targetKind: "user",
      targetId: made.userId,
      targetName: FIRST_ADMIN_ID,
      detail: { name: "管理员", role: "admin" },
    });
    return { studentId: FIRST_ADMIN_ID, password };
  });
}

function parseName(text: string): string {
  const name = personNameSchema.safeParse(text);
  if (name.success) return name.data;
  throw new AppError("invalid_request", {
    parameters: { reason_zh: "姓名应为 1 到 64 个字符。", reason_en: "a name has 1 to 64 characters." },
  });
}
