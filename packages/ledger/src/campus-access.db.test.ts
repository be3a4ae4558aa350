import {
  applyRoster,
  changePassword,
  createUser,
  getUserByStudentId,
  issueActivationCodes,
  proveStudentId,
  registerStudent,
  resetPassword,
  signInByCampus,
  type Tx,
  unlinkCampus,
  verifySignIn,
} from "@lyceum/db";
import { untilBlocked } from "@lyceum/db/testing";
import { defaultSettings, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";

/** Whoever had an account before its owner came from the campus is out of it, and nobody else is. */
let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());

const CHOSEN = "a password of the owner";
const arrive = (studentId: string, subject = `subject of ${studentId}`, name: string | null = "本人") =>
  signInByCampus(
    scene.db,
    { issuer: "oidc https://id.example.edu lyceum", subject, studentId, name, email: null },
    { deviceId: "d", ip: "10.0.0.1" },
  );
const signIn = (studentId: string, password: string) =>
  verifySignIn(scene.db, { studentId, password, deviceId: "", ip: "10.0.0.1" });
const userOf = (id: string) =>
  scene.db.user.findUniqueOrThrow({ where: { id }, include: { account: true, keys: true, campusLink: true } });
const trail = (targetId: string) => scene.db.auditEntry.findMany({ where: { targetId }, orderBy: { id: "asc" } });

/** Begins an act and commits it, with `last`, once `run` has begun another that waits for it. */
async function during<R>(
  first: (tx: Tx) => Promise<unknown>,
  run: () => Promise<R>,
  last: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<R> {
  const [done, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const act = scene.act(async (tx) => {
    await first(tx);
    done.resolve();
    await committing.promise;
    await last(tx);
  });
  act.catch(done.reject);
  await done.promise;
  const running = run();
  // Whoever called awaits it last; until then nobody else hears of its failure.
  running.catch(() => undefined);
  await untilBlocked((sql) => scene.query(sql));
  committing.resolve();
  await act;
  return running;
}

describe("a one-time password", () => {
  it.each(["linked before", "linked now"])(
    "that somebody else has signed in with lets him in no more once the owner has come, %s",
    async (when) => {
      const { studentId, userId } = await scene.student(true);
      if (when === "linked before") await arrive(studentId);
      const { password } = await scene.act((tx) => resetPassword(tx, scene.admin, { userId }));
      const thief = await signIn(studentId, password);
      if (!thief.ok) throw new Error(thief.code);
      const owner = await arrive(studentId);
      if (!owner.ok) throw new Error(owner.code);
      const now = await userOf(userId);
      expect(now).toMatchObject({ passwordHash: null, mustChangePassword: false });
      expect(owner.user.sessionVersion).toBe(now.sessionVersion);
      expect(thief.user.sessionVersion).toBeLessThan(now.sessionVersion);
      const ended = (await trail(userId)).filter(({ action }) => action === "user.end-one-time-password");
      expect(ended).toMatchObject([{ actorId: userId, detail: { by: "campus sign-in" } }]);
      // Once: the next sign-in leaves everybody where he is.
      expect(await arrive(studentId)).toMatchObject({ user: { sessionVersion: now.sessionVersion } });
    },
  );

  it("that its owner is just replacing ends, and what he has chosen stays", async () => {
    const { studentId, userId } = await scene.student(true);
    await arrive(studentId);
    const { password } = await scene.act((tx) => resetPassword(tx, scene.admin, { userId }));
    const actor = { id: userId, name: studentId };
    const change = { userId, currentPassword: password, newPassword: CHOSEN };
    const owner = await during(
      (tx) => changePassword(tx, actor, change),
      () => arrive(studentId),
    );
    expect(owner).toMatchObject({ ok: true, user: { mustChangePassword: false } });
    expect(await signIn(studentId, CHOSEN)).toMatchObject({ ok: true });
  });
});

describe("unlinking", () => {
  /** A campus person with a password, a key, mail, a conversation, and money. */
  async function person() {
    const { studentId, userId } = await scene.student(true);
    const { password } = await scene.act((tx) => resetPassword(tx, scene.admin, { userId }));
    await scene.act((tx) =>
      changePassword(tx, { id: userId, name: "x" }, { userId, currentPassword: password, newPassword: CHOSEN }),
    );
    await scene.db.user.update({ where: { id: userId }, data: { email: "former@example.com", name: "前人" } });
    await scene.db.conversation.create({ data: { id: newId(), userId, title: "private" } });
    await arrive(studentId);
    return { studentId, userId };
  }

  it("for the same person ends the sessions and nothing else", async () => {
    const { studentId, userId } = await person();
    const { sessionVersion } = await userOf(userId);
    await scene.act((tx) => unlinkCampus(tx, scene.admin, { userId, isAnotherPerson: false }));
    const after = await userOf(userId);
    expect(after).toMatchObject({ email: "former@example.com", name: "前人", campusLink: null });
    expect(after.sessionVersion).toBe(sessionVersion + 1);
    expect(after.keys.map(({ status }) => status)).toEqual(["active"]);
    expect(await signIn(studentId, CHOSEN)).toMatchObject({ ok: true });
    expect(await arrive(studentId, "renamed there")).toMatchObject({ entry: "linked", user: { name: "前人" } });
  });

  it("for another person ends all that the former holder had, and the new owner comes to an account without him", async () => {
    const { studentId, userId } = await person();
    const { sessionVersion } = await userOf(userId);
    await scene.act((tx) => unlinkCampus(tx, scene.admin, { userId, isAnotherPerson: true }));
    const after = await userOf(userId);
    expect(after).toMatchObject({ passwordHash: null, email: null, termsVersion: null, name: studentId });
    expect(after.verifiedAt).not.toBeNull();
    expect(after.sessionVersion).toBeGreaterThan(sessionVersion);
    expect(after.keys.map(({ status }) => status)).toEqual(["deleted"]);
    expect(await scene.db.conversation.count({ where: { userId, deletedAt: null } })).toBe(0);
    expect(await signIn(studentId, CHOSEN)).toMatchObject({ ok: false, code: "invalid_credentials" });
    expect((await trail(userId)).at(-1)).toMatchObject({
      action: "user.unlink-campus",
      detail: { anotherPerson: true, formerName: "前人" },
    });
    expect(await arrive(studentId, "the new owner", "新人")).toMatchObject({
      ok: true,
      entry: "linked",
      user: { id: userId, name: "新人", termsVersion: null },
    });
    expect(await arrive(studentId)).toEqual({ ok: false, code: "other_identity" });
  });

  it("gives nobody else an account with power", async () => {
    const studentId = scene.unknownId();
    const admin = { studentId, name: "a", role: "admin", password: CHOSEN } as const;
    const { userId } = await scene.act((tx) => createUser(tx, scene.admin, admin));
    await scene.db.campusLink.create({ data: { userId, issuer: "i", subject: studentId } });
    const unlink = (isAnotherPerson: boolean) =>
      scene.act((tx) => unlinkCampus(tx, scene.admin, { userId, isAnotherPerson }));
    await expect(unlink(true)).rejects.toMatchObject({ code: "invalid_request" });
    expect((await userOf(userId)).campusLink).not.toBeNull();
    await unlink(false);
    expect(await signIn(studentId, CHOSEN)).toMatchObject({ ok: true });
  });
});

it("a code takes no account that was proven in the same instant", async () => {
  const studentId = scene.unknownId();
  const { courseId } = await scene.course(1000n);
  const rows = [{ studentId, name: "x" }];
  await scene.act((tx) => applyRoster(tx, scene.admin, { courseId, rows, fileName: "r.csv", digest: newId() }));
  const [issued] = await scene.act((tx) => issueActivationCodes(tx, scene.admin, { courseId }));
  const register = (password: string, activationCode?: string) =>
    registerStudent(scene.db, {
      ...{ studentId, name: "x", password, termsVersion: defaultSettings.terms.version, activationCode },
    });
  const { userId } = await register(CHOSEN);
  const registering = during(
    (tx) => tx.$executeRaw`select lock_for_proof(array[${userId}::uuid])`,
    () => register("a password of whoever has the letter", issued?.code),
    (tx) => proveStudentId(tx, { id: userId, name: "x" }, userId, "campus sign-in"),
  );
  await expect(registering).rejects.toMatchObject({ code: "student_id_taken" });
  expect(await signIn(studentId, CHOSEN)).toMatchObject({ ok: true });
  expect(await getUserByStudentId(scene.db, studentId)).toMatchObject({ id: userId });
});
