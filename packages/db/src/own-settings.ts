import { createHash, randomBytes } from "node:crypto";
import { AppError, type NoticeKind } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type Claimed, proveByEmail } from "./course-claims.ts";

/** How long the link to an address works. */
const LINK_HOURS = 24;
/** Between two mails to addresses that nobody has proven yet: nobody uses us to fill a stranger's inbox. */
const PAUSE_MS = 60_000;

export type OwnSettings = {
  readonly locale: "zh" | "en";
  /** Proven; null: none. */
  readonly email: string | null;
  /** That waits for its link to be opened. */
  readonly pendingEmail: string | null;
  /** Kinds of notices that don't go by mail. */
  readonly mailOff: readonly string[];
  readonly acceptsUnpriced: boolean;
  /** False: one signs in by the campus's server alone. */
  readonly hasPassword: boolean;
};

/** What a person has set for oneself. Throws `not_found`. */
export async function getOwnSettings(db: Db | Tx, userId: string): Promise<OwnSettings> {
  const user = await db.user.findUnique({
    where: { id: userId },
    select: {
      ...{ locale: true, email: true, mailOff: true, acceptsUnpriced: true, passwordHash: true },
      emailVerification: { select: { email: true, expiresAt: true } },
    },
  });
  if (user === null) throw new AppError("not_found");
  const { emailVerification: pending, locale, passwordHash, ...rest } = user;
  const isWaiting = pending !== null && pending.expiresAt > new Date();
  const pendingEmail = isWaiting ? pending.email : null;
  return { ...rest, locale: locale === "en" ? "en" : "zh", pendingEmail, hasPassword: passwordHash !== null };
}

/** In which language a person is written to. */
export async function setOwnLocale(db: Db | Tx, userId: string, locale: "zh" | "en"): Promise<void> {
  await db.user.updateMany({ where: { id: userId, NOT: { locale } }, data: { locale } });
}

/** Which kinds of notices a person doesn't want by mail. */
export async function setMailOff(tx: Tx, userId: string, kinds: readonly NoticeKind[]): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { mailOff: [...new Set(kinds)] }, select: { id: true } });
}

/**
 * Takes note that a person wants mail to an address, and returns what its link carries; only its hash is kept. An address that was proven before stays
 * until then. Throws `invalid_request` a minute long after the last one.
 */
export async function beginEmail(tx: Tx, input: { userId: string; email: string }): Promise<{ token: string }> {
  const { userId, email } = input;
  await tx.$queryRaw`select id from app_user where id = ${userId}::uuid for no key update`;
  const last = await tx.emailVerification.findUnique({ where: { userId }, select: { sentAt: true } });
  if (last !== null && Date.now() - last.sentAt.getTime() < PAUSE_MS) {
    throw refusal("刚发过一封，请一分钟后再试。", "one was sent just now: try again in a minute.");
  }
  const token = randomBytes(24).toString("base64url");
  const now = new Date();
  const data = { email, hash: hashOf(token), sentAt: now, expiresAt: new Date(now.getTime() + LINK_HOURS * 3_600_000) };
  await tx.emailVerification.upsert({
    where: { userId },
    create: { userId, ...data },
    update: data,
    select: { userId: true },
  });
  return { token };
}

/** The link could not be sent: its address waits no more, and another may be tried at once. One that was asked for since stays. */
export async function forgetEmail(db: Db | Tx, input: { userId: string; token: string }): Promise<void> {
  await db.emailVerification.deleteMany({ where: { userId: input.userId, hash: hashOf(input.token) } });
}

/**
 * The address is this person's: its link was opened by who is signed in as that person. Where it is the one that a course has for the student ID, the
 * ID is proven with it. Throws `invalid_request` for a link that works no more.
 */
export async function confirmEmail(
  tx: Tx,
  actor: Actor,
  input: { userId: string; token: string },
): Promise<{ email: string; claimed: Claimed[] }> {
  const hash = hashOf(input.token);
  const [found] = await tx.$queryRaw<{ email: string }[]>`delete from email_verification
    where user_id = ${input.userId}::uuid and hash = ${hash} and expires_at > clock_timestamp() returning email`;
  if (found === undefined)
    throw refusal("链接已失效，或不是发给当前登录的人的。", "the link works no more, or was sent to somebody else.");
  const claimed = await proveByEmail(tx, actor, input.userId, found.email);
  await setEmail(tx, actor, input.userId, found.email);
  return { email: found.email, claimed };
}

/** No more mails to this person. */
export async function removeEmail(tx: Tx, actor: Actor, input: { userId: string }): Promise<void> {
  await tx.emailVerification.deleteMany({ where: { userId: input.userId } });
  await setEmail(tx, actor, input.userId, null);
}

async function setEmail(tx: Tx, actor: Actor, userId: string, email: string | null): Promise<void> {
  const user = await tx.user.update({ where: { id: userId }, data: { email }, select: { studentId: true } });
  // What still waits to be mailed doesn't go to an address that is none any more.
  if (email === null)
    await tx.notice.updateMany({ where: { userId, mailNextAt: { not: null } }, data: { mailNextAt: null } });
  await writeAudit(tx, actor, {
    action: email === null ? "user.remove-email" : "user.set-email",
    ...{ targetKind: "user", targetId: userId, targetName: user.studentId },
  });
}

/** Ends every session of a person, this one too; what programs send with keys goes on. */
export async function endOwnSessions(tx: Tx, actor: Actor, input: { userId: string }): Promise<void> {
  const user = await tx.user.update({
    where: { id: input.userId },
    data: { sessionVersion: { increment: 1 } },
    select: { studentId: true },
  });
  await writeAudit(tx, actor, {
    action: "user.end-sessions",
    ...{ targetKind: "user", targetId: input.userId, targetName: user.studentId },
  });
}

function hashOf(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash("sha256").update(token).digest());
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
