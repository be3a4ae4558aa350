import { createHash } from "node:crypto";
import { AppError, parseStudentId, type UserRole } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { passwordMatches } from "./passwords.ts";

export type SessionUser = {
  readonly id: string;
  readonly studentId: string;
  readonly name: string;
  readonly role: UserRole;
  readonly sessionVersion: number;
  readonly verified: boolean;
  readonly mustChangePassword: boolean;
  readonly termsVersion: number | null;
};

export type SignInAnswer =
  | { ok: true; user: SessionUser }
  | { ok: false; code: "invalid_credentials" | "sign_in_delayed" | "account_disabled"; retryAfterMs?: number };

/** Failures without any delay. After these it is 1 s, 2 s, 4 s … at most a quarter of an hour. */
const FREE_FAILURES = 5;
const MAX_DELAY_SECONDS = 900;
/** Failures are forgotten after a quiet day. */
const MEMORY = "1 day";

/** All devices that this person never signed in from share one count: a stranger can call himself any device. */
const UNKNOWN_DEVICE = "";

const sessionColumns = {
  id: true,
  studentId: true,
  name: true,
  role: true,
  sessionVersion: true,
  verifiedAt: true,
  mustChangePassword: true,
  termsVersion: true,
  disabledAt: true,
} as const;

/**
 * Checks a sign-in. An unknown ID and a wrong password get the same answer in the same time. The delay grows per ID; a
 * device that signed in as this person before has a count of its own, so that nobody can lock the owner out.
 * A delayed attempt does not look at the password. `deviceId` "" is a browser without the cookie.
 */
export async function verifySignIn(
  db: Db,
  input: { studentId: string; password: string; deviceId: string; ip: string },
): Promise<SignInAnswer> {
  const studentId = readStudentId(input.studentId);
  if (studentId === null) {
    await passwordMatches(null, input.password);
    return { ok: false, code: "invalid_credentials" };
  }
  const user = await db.user.findUnique({ where: { studentId }, select: { ...sessionColumns, passwordHash: true } });
  const deviceHash = hashDevice(input.deviceId);
  const isKnown = user !== null && deviceHash !== null && (await knowsDevice(db, user.id, deviceHash));
  const slot = isKnown ? deviceHash : UNKNOWN_DEVICE;

  const retryAfterMs = await takeAttempt(db, studentId, slot);
  if (retryAfterMs !== null) return { ok: false, code: "sign_in_delayed", retryAfterMs };
  const fits = await passwordMatches(user?.passwordHash ?? null, input.password);
  if (user === null || !fits) return { ok: false, code: "invalid_credentials" };
  await db.$executeRaw`delete from sign_in_failure where (student_id = ${studentId} and device_hash = ${slot})
    or updated_at < clock_timestamp() - ${MEMORY}::interval`;
  if (user.disabledAt !== null) return { ok: false, code: "account_disabled" };
  if (deviceHash !== null) await rememberDevice(db, user.id, deviceHash);
  return { ok: true, user: toSessionUser(user) };
}

/**
 * Whether the session that an act began with still holds as the act ends; the last thing asked in its transaction. Whoever ends sessions changes the person's row:
 * an act that comes to the question later waits for them and hears no, one that came earlier is waited for.
 */
export async function sessionHolds(tx: Tx, session: Pick<SessionUser, "id" | "sessionVersion">): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ version: number }[]>`
    select session_version as version from app_user where id = ${session.id}::uuid for share`;
  return found?.version === session.sessionVersion;
}

/** Who a session belongs to now; null for nobody. Whether it still holds is for the caller: version and `disabled`. */
export async function getSessionUser(
  db: Db | Tx,
  userId: string,
): Promise<(SessionUser & { disabled: boolean }) | null> {
  const user = await db.user.findUnique({ where: { id: userId }, select: sessionColumns });
  return user === null ? null : { ...toSessionUser(user), disabled: user.disabledAt !== null };
}

/**
 * Counts an attempt as failed before the password is looked at, so that guesses sent at once can't share one turn.
 * Returns null if it may go on, else how long to wait.
 */
async function takeAttempt(db: Db, studentId: string, slot: string): Promise<number | null> {
  const taken = await db.$queryRaw<{ failures: number }[]>`
    insert into sign_in_failure as f (student_id, device_hash, failures, blocked_until, updated_at)
    values (${studentId}, ${slot}, 1, clock_timestamp(), clock_timestamp())
    on conflict (student_id, device_hash) do update set
      failures = case when f.updated_at < clock_timestamp() - ${MEMORY}::interval then 1 else f.failures + 1 end,
      blocked_until = clock_timestamp() + make_interval(secs => case
        when f.updated_at < clock_timestamp() - ${MEMORY}::interval or f.failures + 1 < ${FREE_FAILURES} then 0
        else least(${MAX_DELAY_SECONDS}, power(2, least(f.failures + 1 - ${FREE_FAILURES}, 20))) end),
      updated_at = clock_timestamp()
    where f.blocked_until <= clock_timestamp() returning failures`;
  if (taken.length > 0) return null;
  const rows = await db.$queryRaw<{ wait: number }[]>`
    select greatest(1, ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000))::int as wait
    from sign_in_failure where student_id = ${studentId} and device_hash = ${slot}`;
  return rows[0]?.wait ?? 1;
}

async function knowsDevice(db: Db, userId: string, deviceHash: string): Promise<boolean> {
  const where = { userId_deviceHash: { userId, deviceHash } };
  return (await db.knownDevice.findUnique({ where, select: { userId: true } })) !== null;
}

export async function rememberDevice(db: Db, userId: string, deviceHash: string): Promise<void> {
  await db.$executeRaw`insert into known_device (user_id, device_hash) values (${userId}::uuid, ${deviceHash})
    on conflict (user_id, device_hash) do update set last_seen_at = clock_timestamp()`;
}

function toSessionUser(user: Omit<SessionUser, "verified"> & { verifiedAt: Date | null }): SessionUser {
  const { id, studentId, name, role, sessionVersion, mustChangePassword, termsVersion } = user;
  return {
    id,
    studentId,
    name,
    role,
    sessionVersion,
    verified: user.verifiedAt !== null,
    mustChangePassword,
    termsVersion,
  };
}

export function hashDevice(deviceId: string): string | null {
  return deviceId === "" ? null : createHash("sha256").update(`device:${deviceId}`).digest("hex");
}

export function readStudentId(text: string): string | null {
  try {
    return parseStudentId(text);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
