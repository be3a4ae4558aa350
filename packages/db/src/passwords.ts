import { randomInt } from "node:crypto";
import { AppError, checkPassword } from "@lyceum/domain";
import { hash, verify } from "@node-rs/argon2";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";

/** Without characters that look alike; 57 of them, so 16 carry 93 bits. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** argon2id with the library's parameters (19 MiB, two passes), about 25 ms. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

let dummyHash: Promise<string> | undefined;

/** Whether a password fits. Without a hash it takes the same time and says no, so that nobody learns which IDs exist. */
export async function passwordMatches(storedHash: string | null, password: string): Promise<boolean> {
  dummyHash ??= hash("nobody has this password");
  const fits = await verify(storedHash ?? (await dummyHash), password);
  return fits && storedHash !== null;
}

/** A password to be handed over and changed at once: four groups of four characters. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}

/**
 * Gives a person a one-time password, which is returned once and must be changed at the next sign-in; ends all sessions.
 * Throws `not_found`.
 */
export async function resetPassword(tx: Tx, actor: Actor, input: { userId: string }): Promise<{ password: string }> {
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  const user = await tx.user.findUnique({ where: { id: input.userId }, select: { studentId: true } });
  if (user === null) throw new AppError("not_found");
  await tx.user.update({
    where: { id: input.userId },
    data: { passwordHash, mustChangePassword: true, sessionVersion: { increment: 1 } },
    select: { id: true },
  });
  // A delay that somebody else caused must not keep the owner out of the account he was just given back.
  await tx.signInFailure.deleteMany({ where: { studentId: user.studentId } });
  await writeAudit(tx, actor, {
    action: "user.reset-password",
    targetKind: "user",
    targetId: input.userId,
    targetName: user.studentId,
  });
  return { password };
}

/**
 * Changes one's own password and ends all sessions, this one included: the caller signs in again with the new one.
 * Throws `invalid_credentials` for a wrong present password, or one that ended while this ran, and `weak_password`.
 */
export async function changePassword(
  tx: Tx,
  actor: Actor,
  input: { userId: string; currentPassword: string; newPassword: string },
): Promise<{ sessionVersion: number }> {
  const user = await tx.user.findUnique({
    where: { id: input.userId },
    select: { studentId: true, passwordHash: true },
  });
  if (user === null) throw new AppError("not_found");
  if (!(await passwordMatches(user.passwordHash, input.currentPassword))) throw new AppError("invalid_credentials");
  checkPassword(input.newPassword, user.studentId);
  if (input.newPassword === input.currentPassword) throw new AppError("weak_password");
  const passwordHash = await hashPassword(input.newPassword);
  // Of the password that was checked: one that was reset or taken away meanwhile stays so.
  const [changed] = await tx.user.updateManyAndReturn({
    where: { id: input.userId, passwordHash: user.passwordHash },
    data: { passwordHash, mustChangePassword: false, sessionVersion: { increment: 1 } },
    select: { sessionVersion: true },
  });
  if (changed === undefined) throw new AppError("invalid_credentials");
  await writeAudit(tx, actor, {
    action: "user.change-password",
    targetKind: "user",
    targetId: input.userId,
    targetName: user.studentId,
  });
  return changed;
}
