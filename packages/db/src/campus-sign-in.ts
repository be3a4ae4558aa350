import { createHash } from "node:crypto";
import { AppError, personNameSchema } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type Claimed, proveStudentId } from "./course-claims.ts";
import { courseStaffIds, tellPeople } from "./notices.ts";
import { endFormerAccess, insertPerson } from "./registration.ts";
import {
  getSessionUser,
  hashDevice,
  readStudentId,
  rememberDevice,
  type SessionUser,
  verifySignIn,
} from "./sign-in.ts";
import { isUniqueViolation } from "./transaction.ts";

/** Whom the campus's server says this is. */
export type CampusPerson = {
  /** The server, and the person there, whatever else it says of him. */
  readonly issuer: string;
  readonly subject: string;
  readonly studentId: string;
  readonly name: string | null;
  /** That the server has proven; null: none. */
  readonly email: string | null;
};

/** What somebody decides about an account that is there already: it is the own one, as its password shows, or it was a stranger's. */
export type CampusChoice = { readonly password: string } | "not-mine";

/**
 * How the account was come by: made; there and proven, linked now; there without proof, kept by its password or taken from whoever had it; or linked
 * before.
 */
export type CampusEntry = "made" | "linked" | "kept" | "taken-over" | "known";

export type CampusSignIn =
  | { readonly ok: true; readonly user: SessionUser; readonly entry: CampusEntry; readonly claimed: readonly Claimed[] }
  /** `unproven`: somebody registered this ID without proof; `staff`: it is an administrator's or auditor's account. */
  | { readonly ok: false; readonly code: "must_choose"; readonly account: "unproven" | "staff" }
  | { readonly ok: false; readonly code: "id_invalid" | "other_identity" | "account_disabled" | "invalid_credentials" }
  | { readonly ok: false; readonly code: "sign_in_delayed"; readonly retryAfterMs: number };

type Client = { readonly deviceId: string; readonly ip: string };

/**
 * Signs somebody in whom the campus's server vouches for. The server says whose the student ID is, so that is proven, with all that waits for it. The rules
 * stand in docs/campus-sign-in.md; in short: an account belongs to its ID's owner, who gets it without whoever had it before; an account with
 * power is linked by its password alone; an account is one person's at the server, and a person there has one account.
 */
export async function signInByCampus(
  db: Db,
  person: CampusPerson,
  client: Client,
  choice?: CampusChoice,
): Promise<CampusSignIn> {
  // "ſ" is S once its case is changed: who is called that is somebody else.
  const isPlain = /^[\x20-\x7e]*$/.test(person.studentId);
  const studentId = isPlain ? readStudentId(person.studentId) : null;
  if (studentId === null) return { ok: false, code: "id_invalid" };
  let shown: SessionUser | null = null;
  if (choice !== undefined && choice !== "not-mine") {
    const answer = await verifySignIn(db, { studentId, password: choice.password, ...client });
    if (!answer.ok) {
      const { code, retryAfterMs = 1000 } = answer;
      return code === "sign_in_delayed" ? { ok: false, code, retryAfterMs } : { ok: false, code };
    }
    shown = answer.user;
  }
  const known = { ...person, studentId };
  const arrival = { ip: client.ip, shown, isNotMine: choice === "not-mine" };
  const answer = await enterOnce(db, known, arrival);
  const deviceHash = hashDevice(client.deviceId);
  if (answer.ok && deviceHash !== null) await rememberDevice(db, answer.user.id, deviceHash);
  return answer;
}

type Arrival = { readonly ip: string; readonly shown: SessionUser | null; readonly isNotMine: boolean };

/** Two first sign-ins at once make one account: who comes second finds it. */
async function enterOnce(db: Db, person: CampusPerson, arrival: Arrival): Promise<CampusSignIn> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await db.$transaction((tx) => enter(tx, person, arrival));
    } catch (error) {
      if (attempt > 1 || !(error instanceof TakenMeanwhile || isUniqueViolation(error))) throw error;
    }
  }
}

class TakenMeanwhile extends Error {}

const columns = {
  ...{ id: true, name: true, role: true, verifiedAt: true, disabledAt: true, sessionVersion: true },
  ...{ campusLink: { select: { issuer: true, subject: true } } },
} as const;

async function enter(tx: Tx, person: CampusPerson, arrival: Arrival): Promise<CampusSignIn> {
  const { issuer, subject, studentId } = person;
  const linked = await tx.campusLink.findUnique({
    where: { issuer_subject: { issuer, subject } },
    select: { userId: true },
  });
  const found = await tx.user.findUnique({ where: { studentId }, select: columns });
  // The person's ID has changed at the server, or somebody can change it there: a person decides, not we.
  if (linked !== null && linked.userId !== found?.id) return { ok: false, code: "other_identity" };
  if (found === null) return create(tx, person, arrival.ip);
  if (linked === null) {
    await tx.$executeRaw`select lock_for_proof(array[${found.id}::uuid])`;
    return link(tx, person, arrival, await tx.user.findUniqueOrThrow({ where: { id: found.id }, select: columns }));
  }
  return comeBack(tx, person, arrival.ip, found);
}

type Found = NonNullable<Awaited<ReturnType<typeof findAny>>>;
const findAny = (tx: Tx) => tx.user.findFirst({ select: columns });

async function create(tx: Tx, person: CampusPerson, ip: string): Promise<CampusSignIn> {
  const { studentId } = person;
  const name = await nameOf(tx, person);
  const made = await insertPerson(tx, {
    ...{ studentId, name, role: "student", passwordHash: null, mustChangePassword: false, termsVersion: null },
    isVerified: false,
  });
  if (made === null) throw new TakenMeanwhile();
  const { userId } = made;
  if (person.email !== null) await tx.user.update({ where: { id: userId }, data: { email: person.email } });
  const actor = { id: userId, name, ip };
  await note(tx, actor, "user.register", person);
  const claimed = await proveStudentId(tx, actor, userId, "campus sign-in");
  await writeLink(tx, userId, person);
  return entered(tx, userId, "made", claimed);
}

/** The first time that somebody comes to an account that is there. Its locks are held. */
async function link(tx: Tx, person: CampusPerson, arrival: Arrival, found: Found): Promise<CampusSignIn> {
  const { id: userId, campusLink: before } = found;
  if (found.disabledAt !== null) return { ok: false, code: "account_disabled" };
  if (before?.issuer === person.issuer) {
    return before.subject === person.subject
      ? comeBack(tx, person, arrival.ip, found)
      : { ok: false, code: "other_identity" };
  }
  const { shown } = arrival;
  const isOwn = shown?.id === userId && shown.sessionVersion === found.sessionVersion;
  // Whoever may choose a name at the server could choose an administrator's.
  if (found.role !== "student" && !isOwn) return { ok: false, code: "must_choose", account: "staff" };
  const isUnproven = found.verifiedAt === null;
  if (isUnproven && !isOwn && !arrival.isNotMine) return { ok: false, code: "must_choose", account: "unproven" };

  const takesOver = isUnproven && !isOwn;
  // Where an administrator has said that the ID is another person's now, the account is called by it: unlinkCampus.
  const isNameless = !isUnproven && found.name === person.studentId;
  const name = takesOver || isNameless ? await nameOf(tx, person) : found.name;
  const actor = { id: userId, name, ip: arrival.ip };
  if (takesOver) {
    await endFormerAccess(tx, userId);
    await tx.signInFailure.deleteMany({ where: { studentId: person.studentId } });
    await tx.user.update({ where: { id: userId }, data: { name, email: person.email }, select: { id: true } });
  } else if (isNameless) {
    await tx.user.update({ where: { id: userId }, data: { name }, select: { id: true } });
  }
  const claimed = await proveStudentId(tx, actor, userId, "campus sign-in");
  await writeLink(tx, userId, person);
  await endOneTimePassword(tx, person, arrival.ip, found);
  await note(tx, actor, takesOver ? "user.take-over" : "user.link-campus", person);
  if (takesOver) await tellStaff(tx, person, name, claimed);
  else await tellOwner(tx, userId, person);
  return entered(tx, userId, takesOver ? "taken-over" : isUnproven ? "kept" : "linked", claimed);
}

async function comeBack(tx: Tx, person: CampusPerson, ip: string, found: Found): Promise<CampusSignIn> {
  if (found.disabledAt !== null) return { ok: false, code: "account_disabled" };
  await tx.$executeRaw`update campus_link set last_used_at = clock_timestamp() where user_id = ${found.id}::uuid`;
  await endOneTimePassword(tx, person, ip, found);
  return entered(tx, found.id, "known", []);
}

/**
 * One that was handed out and never replaced: who has come without it is not asked for it. Whoever has opened a session with the slip is out, since
 * nothing would ask him for it any more. A password that has been chosen meanwhile stays.
 */
async function endOneTimePassword(tx: Tx, person: CampusPerson, ip: string, { id, name, role }: Found): Promise<void> {
  if (role !== "student") return;
  const { count } = await tx.user.updateMany({
    where: { id, mustChangePassword: true },
    data: { passwordHash: null, mustChangePassword: false, sessionVersion: { increment: 1 } },
  });
  if (count > 0) await note(tx, { id, name, ip }, "user.end-one-time-password", person);
}

async function writeLink(tx: Tx, userId: string, { issuer, subject }: CampusPerson): Promise<void> {
  const now = new Date();
  const data = { issuer, subject, linkedAt: now, lastUsedAt: now };
  await tx.campusLink.upsert({ where: { userId }, create: { userId, ...data }, update: data });
}

async function entered(tx: Tx, userId: string, entry: CampusEntry, claimed: readonly Claimed[]): Promise<CampusSignIn> {
  const user = await getSessionUser(tx, userId);
  if (user === null) throw new Error("the account just entered is missing");
  return { ok: true, user, entry, claimed };
}

/** As the server has it, else as a course has it, else the ID. */
async function nameOf(tx: Tx, { name, studentId }: CampusPerson): Promise<string> {
  const given = personNameSchema.safeParse(name ?? "");
  if (given.success) return given.data;
  const member = await tx.courseMember.findFirst({
    where: { studentId, state: "active", NOT: { name: "" } },
    orderBy: { id: "desc" },
    select: { name: true },
  });
  const listed = personNameSchema.safeParse(member?.name ?? "");
  return listed.success ? listed.data : studentId;
}

async function note(tx: Tx, actor: Actor & { id: string }, action: string, person: CampusPerson): Promise<void> {
  const target = { targetKind: "user", targetId: actor.id, targetName: person.studentId };
  await writeAudit(tx, actor, { action, ...target, detail: { by: "campus sign-in", server: person.issuer } });
}

/** Whoever teaches somebody may have dealt with the one who had the account before. */
async function tellStaff(tx: Tx, person: CampusPerson, name: string, claimed: readonly Claimed[]): Promise<void> {
  for (const { courseId, code, id } of claimed) {
    await tellPeople(tx, {
      userIds: await courseStaffIds(tx, courseId),
      kind: "course-id-taken-back",
      dedupeKey: `course-id-taken-back:${id}`,
      detail: { course: code, studentId: person.studentId, name },
      href: `/courses/${courseId}`,
    });
  }
}

async function tellOwner(tx: Tx, userId: string, { issuer, subject }: CampusPerson): Promise<void> {
  const dedupeKey = `campus-linked:${hashOf(JSON.stringify([issuer, subject]))
    .toString("hex")
    .slice(0, 32)}`;
  await tellPeople(tx, { userIds: [userId], kind: "campus-linked", dedupeKey, detail: {}, href: "/settings" });
}

/** Since when an account is entered from the campus's server; null: it isn't. */
export async function getCampusLink(
  db: Db | Tx,
  userId: string,
): Promise<{ readonly linkedAt: Date; readonly lastUsedAt: Date } | null> {
  return db.campusLink.findUnique({ where: { userId }, select: { linkedAt: true, lastUsedAt: true } });
}

/**
 * An administrator decides that a person's account may be linked anew: the same person's, whom the server knows by another name now, or another person's, who
 * has the ID now. Ends the sessions; for another person all that the former holder had in the account, as a take-over does, and the account is called by its ID
 * until its new owner comes. The ID stays proven, and money and courses stay with it. To be called before anything else is locked. Throws `not_found` where
 * there is no link, and `invalid_request` for another person's account that has power: nobody inherits that.
 */
export async function unlinkCampus(
  tx: Tx,
  actor: Actor,
  { userId, isAnotherPerson }: { userId: string; isAnotherPerson: boolean },
): Promise<void> {
  if (isAnotherPerson) await tx.$executeRaw`select lock_for_proof(array[${userId}::uuid])`;
  const { count } = await tx.campusLink.deleteMany({ where: { userId } });
  if (count === 0) throw new AppError("not_found");
  const { studentId, role, name } = await tx.user.update({
    where: { id: userId },
    data: { sessionVersion: { increment: 1 } },
    select: { studentId: true, role: true, name: true },
  });
  if (isAnotherPerson) {
    if (role !== "student") throw new AppError("invalid_request", { parameters: staffFirst });
    await endFormerAccess(tx, userId);
    await tx.signInFailure.deleteMany({ where: { studentId } });
    await tx.user.update({ where: { id: userId }, data: { name: studentId }, select: { id: true } });
  }
  const target = { targetKind: "user", targetId: userId, targetName: studentId };
  const detail = isAnotherPerson ? { anotherPerson: true, formerName: name } : { anotherPerson: false };
  await writeAudit(tx, actor, { action: "user.unlink-campus", ...target, detail });
}

const staffFirst = {
  reason_zh: "这是管理员或审计员的账号，请先改为学生。",
  reason_en: "this is the account of an administrator or auditor: make it a student's first.",
};

/** Whether a browser comes back with this for the first time. `expiresAt`: from when on it is refused anyway. */
export async function takeCampusReturn(db: Db, state: string, expiresAt: Date): Promise<boolean> {
  await db.$executeRaw`delete from campus_return where expires_at < clock_timestamp()`;
  const count =
    await db.$executeRaw`insert into campus_return (hash, expires_at) values (${hashOf(state)}, ${expiresAt})
    on conflict do nothing`;
  return count === 1;
}

function hashOf(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash("sha256").update(text).digest());
}
