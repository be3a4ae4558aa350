import {
  type CampusChoice,
  courseStaffIds,
  createUser,
  getCampusLink,
  getUserByStudentId,
  resetPassword,
  setSetting,
  setUserDisabled,
  signInByCampus,
  takeCampusReturn,
  unlinkCampus,
  verifySignIn,
} from "@lyceum/db";
import { newId } from "@lyceum/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { type Registered, registerByPassword } from "./testing/register.ts";

let scene: CourseScene;
beforeAll(async () => {
  scene = await createCourseScene();
});
afterAll(() => scene.drop());

const SQUATTER = "a password of a squatter";
const OWNER = "the password of the owner";
const ISSUER = "oidc https://id.example.edu lyceum";
const client = { deviceId: "d", ip: "10.0.0.1" };

/** As the campus's server says it. */
const arrive = (studentId: string, choice?: CampusChoice, person: { subject?: string; name?: string | null } = {}) =>
  signInByCampus(
    scene.db,
    { issuer: ISSUER, subject: `subject of ${studentId}`, studentId, name: "本人", email: null, ...person },
    client,
    choice,
  );
const register = (studentId: string, password: string): Promise<Registered> =>
  registerByPassword(scene.db, studentId, password);
/** As often as one likes: an ID that is taken is refused, and by nothing else. */
async function tryToRegister(studentId: string, password: string): Promise<void> {
  const isTaken = (await scene.db.user.count({ where: { studentId } })) > 0;
  const registering = register(studentId, password);
  if (isTaken) await expect(registering).rejects.toMatchObject({ code: "student_id_taken" });
  else await registering;
}
const signIn = (studentId: string, password: string) =>
  verifySignIn(scene.db, { studentId, password, deviceId: "", ip: "10.0.0.1" });
const userOf = (id: string) =>
  scene.db.user.findUniqueOrThrow({ where: { id }, include: { account: true, keys: true } });
const trail = async (targetId: string) =>
  (await scene.db.auditEntry.findMany({ where: { targetId } })).map(({ action }) => action).toSorted();

/** A course with money that waits for an ID. */
async function waiting(studentId: string, amountNanos = 20n) {
  const { courseId } = await scene.course(1000n);
  await scene.enrol(courseId, [studentId]);
  const memberId = [...(await scene.members(courseId)).values()].find((each) => each.studentId === studentId)?.id;
  const give = { courseId, memberIds: [memberId ?? ""], mode: "add", amountNanos, reason: "r" } as const;
  await scene.act((tx) => fundMembers(tx, scene.admin, give));
  return { courseId };
}

describe("a first campus sign-in", () => {
  it("makes the account, proves the ID, and brings what waited for it; the terms are still to be accepted", async () => {
    const studentId = scene.unknownId();
    await waiting(studentId);
    const first = await arrive(studentId);
    if (!first.ok) throw new Error(first.code);
    expect(first).toMatchObject({ entry: "made", claimed: [{ grantedNanos: 20n }] });
    expect(first.user).toMatchObject({ studentId, name: "本人", verified: true, role: "student", termsVersion: null });
    expect(await userOf(first.user.id)).toMatchObject({ passwordHash: null, account: { balanceNanos: 20n } });
    expect(await trail(first.user.id)).toEqual(["course.claim", "user.register", "user.verify"]);
    const verify = await scene.db.auditEntry.findFirstOrThrow({
      where: { action: "user.verify", targetId: first.user.id },
    });
    expect(verify.detail).toEqual({ by: "campus sign-in" });
    expect(await arrive(studentId)).toMatchObject({ ok: true, entry: "known", user: { id: first.user.id } });
    // No password fits an account without one.
    for (const password of ["", "null", SQUATTER])
      expect(await signIn(studentId, password)).toMatchObject({ ok: false });
  });

  it("takes the name from the server, else from the course, else the ID", async () => {
    const [listed, unlisted] = [scene.unknownId(), scene.unknownId()];
    await waiting(listed);
    expect(await arrive(listed, undefined, { name: null })).toMatchObject({ user: { name: `name of ${listed}` } });
    expect(await arrive(unlisted, undefined, { name: "\u0000" })).toMatchObject({ user: { name: unlisted } });
  });

  it("is open where registration by password is closed", async () => {
    await scene.act((tx) => setSetting(tx, scene.admin, "registration", "closed"));
    try {
      const studentId = scene.unknownId();
      await expect(register(studentId, OWNER)).rejects.toThrow();
      expect(await arrive(studentId)).toMatchObject({ ok: true, entry: "made" });
    } finally {
      await scene.act((tx) => setSetting(tx, scene.admin, "registration", "open"));
    }
  });

  it("of two browsers at once makes one account", async () => {
    const studentId = scene.unknownId();
    await waiting(studentId);
    const answers = await Promise.all([1, 2, 3, 4].map(() => arrive(studentId)));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(new Set(answers.map((each) => each.ok && each.user.id)).size).toBe(1);
    expect(await userOf((await getUserByStudentId(scene.db, studentId)).id)).toMatchObject({
      account: { balanceNanos: 20n },
    });
  });

  it.each(["", "张三", "1", "a@b", "2025 001", "-12345", "ſ123456", "Bı123456", "1".repeat(33)])(
    "refuses %j, which is no student ID",
    async (id) => {
      expect(await arrive(id)).toEqual({ ok: false, code: "id_invalid" });
    },
  );
});

describe("an account that somebody registered without proof", () => {
  it("isn't entered before it is said whose it was, and nothing happens until then", async () => {
    const studentId = scene.unknownId();
    await waiting(studentId);
    const { userId } = await register(studentId, SQUATTER);
    expect(await arrive(studentId)).toEqual({ ok: false, code: "must_choose", account: "unproven" });
    expect(await arrive(studentId, { password: "wrong" })).toEqual({ ok: false, code: "invalid_credentials" });
    expect(await userOf(userId)).toMatchObject({ verifiedAt: null, sessionVersion: 1, account: { balanceNanos: 0n } });
    expect(await getCampusLink(scene.db, userId)).toBeNull();
  });

  it("is the owner's, and the squatter's no more: password, sessions, devices, keys, mail and conversations", async () => {
    const studentId = scene.unknownId();
    const { courseId } = await waiting(studentId);
    const staff = await scene.student(true);
    await scene.db.courseMember.create({
      data: {
        id: newId(),
        courseId,
        studentId: staff.studentId,
        userId: staff.userId,
        name: "助教",
        role: "ta",
        state: "active",
      },
    });
    const { userId, accountId } = await register(studentId, SQUATTER);
    await scene.db
      .$executeRaw`insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id)
      values (new_id(), ${userId}::uuid, ${accountId}::uuid, 'k', ${Buffer.from(userId)}, 'p', 'l', 'default')`;
    await scene.db.user.update({ where: { id: userId }, data: { email: "squatter@example.com" } });
    await scene.db.conversation.create({ data: { id: newId(), userId, title: "private" } });
    await scene.db.playgroundPreset.create({ data: { id: newId(), userId, name: "private" } });
    expect(await signIn(studentId, SQUATTER)).toMatchObject({ ok: true, user: { sessionVersion: 1 } });

    const entered = await arrive(studentId, "not-mine");
    expect(entered).toMatchObject({
      ok: true,
      entry: "taken-over",
      user: { id: userId, name: "本人", sessionVersion: 2 },
    });
    const after = await userOf(userId);
    expect(after).toMatchObject({
      passwordHash: null,
      email: null,
      termsVersion: null,
      account: { balanceNanos: 20n },
    });
    expect(after.keys.map(({ status }) => status)).toEqual(["deleted"]);
    expect(await scene.db.conversation.count({ where: { userId, deletedAt: null } })).toBe(0);
    expect(await scene.db.playgroundPreset.count({ where: { userId } })).toBe(0);
    expect(await signIn(studentId, SQUATTER)).toMatchObject({ ok: false, code: "invalid_credentials" });
    expect(await trail(userId)).toEqual(["course.claim", "user.register", "user.take-over", "user.verify"]);
    expect(await scene.act((tx) => courseStaffIds(tx, courseId))).toEqual([staff.userId]);
    const told = await scene.db.notice.findMany({ where: { userId: staff.userId } });
    expect(told).toMatchObject([{ kind: "course-id-taken-back", href: `/courses/${courseId}` }]);
    await expect(register(studentId, SQUATTER)).rejects.toThrow(/student ID/);
  });

  it("stays as it is for the owner who knows its password", async () => {
    const studentId = scene.unknownId();
    await waiting(studentId);
    const { userId, accountId } = await register(studentId, OWNER);
    await scene.db
      .$executeRaw`insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id)
      values (new_id(), ${userId}::uuid, ${accountId}::uuid, 'k', ${Buffer.from(userId)}, 'p', 'l', 'default')`;
    expect(await arrive(studentId, { password: OWNER })).toMatchObject({
      ok: true,
      entry: "kept",
      user: { id: userId },
    });
    const after = await userOf(userId);
    expect(after).toMatchObject({ sessionVersion: 1, name: studentId, account: { balanceNanos: 20n } });
    expect(after.keys.map(({ status }) => status)).toEqual(["active"]);
    expect(await signIn(studentId, OWNER)).toMatchObject({ ok: true });
    expect(await trail(userId)).toEqual(["course.claim", "user.link-campus", "user.register", "user.verify"]);
  });

  it("is not entered by guessing at the password for ever", async () => {
    const studentId = scene.unknownId();
    await register(studentId, SQUATTER);
    const guess = () => arrive(studentId, { password: "wrong" });
    for (let i = 0; i < 5; i += 1) expect(await guess()).toMatchObject({ code: "invalid_credentials" });
    const [counted] = await scene.db.signInFailure.findMany({ where: { studentId } });
    expect(counted).toMatchObject({ failures: 5 });
    // The first delays last seconds, which a busy machine takes for the next guess.
    await scene.db.signInFailure.updateMany({
      where: { studentId },
      data: { failures: 10, blockedUntil: new Date(0) },
    });
    expect(await guess()).toMatchObject({ code: "invalid_credentials" });
    expect(await guess()).toMatchObject({ code: "sign_in_delayed" });
  });
});

describe("an account whose ID is proven", () => {
  it("is entered and linked, and its owner told once", async () => {
    const { studentId, userId } = await scene.student(true);
    expect(await arrive(studentId)).toMatchObject({ ok: true, entry: "linked", user: { id: userId } });
    expect(await arrive(studentId)).toMatchObject({ ok: true, entry: "known" });
    const told = await scene.db.notice.findMany({ where: { userId } });
    expect(told.map(({ kind }) => kind)).toEqual(["campus-linked"]);
    expect(await trail(userId)).toEqual(["user.link-campus"]);
  });

  it("isn't asked for a one-time password that was never used", async () => {
    const { studentId, userId } = await scene.student(true);
    const { password } = await scene.act((tx) => resetPassword(tx, scene.admin, { userId }));
    expect(await arrive(studentId)).toMatchObject({ ok: true, user: { mustChangePassword: false } });
    expect(await signIn(studentId, password)).toMatchObject({ ok: false });
  });

  it("stays disabled, linked or not, proven or not", async () => {
    const people = [await scene.student(true), await scene.student(true), await scene.student(false)];
    const [linked] = people;
    await arrive(linked?.studentId ?? "");
    for (const { userId, studentId } of people) {
      await scene.act((tx) => setUserDisabled(tx, scene.admin, { userId, disabled: true }));
      expect(await arrive(studentId, "not-mine")).toEqual({ ok: false, code: "account_disabled" });
    }
  });

  it.each(["admin", "auditor"] as const)("of an %s opens only to whoever knows its password too", async (role) => {
    const studentId = scene.unknownId();
    const input = { studentId, name: role, role, password: OWNER };
    const { userId } = await scene.act((tx) => createUser(tx, scene.admin, input));
    const must = { ok: false, code: "must_choose", account: "staff" };
    expect(await arrive(studentId)).toEqual(must);
    expect(await arrive(studentId, "not-mine")).toEqual(must);
    expect(await arrive(studentId, { password: SQUATTER })).toMatchObject({ code: "invalid_credentials" });
    expect(await arrive(studentId, { password: OWNER })).toMatchObject({
      ok: true,
      entry: "linked",
      user: { id: userId, role },
    });
    expect(await arrive(studentId)).toMatchObject({ ok: true, entry: "known" });
  });
});

describe("a link", () => {
  it("is between one account and one person at the server", async () => {
    const [one, two] = [scene.unknownId(), scene.unknownId()];
    const first = await arrive(one);
    // Another person at the server claims the ID; the same person claims another ID, of nobody or of somebody.
    const other = { ok: false, code: "other_identity" };
    expect(await arrive(one, "not-mine", { subject: "somebody else" })).toEqual(other);
    expect(await arrive(two, "not-mine", { subject: `subject of ${one}` })).toEqual(other);
    await arrive(two);
    expect(await arrive(two, "not-mine", { subject: `subject of ${one}` })).toEqual(other);
    if (!first.ok) throw new Error(first.code);
    const { id: userId, sessionVersion } = first.user;
    await scene.act((tx) => unlinkCampus(tx, scene.admin, { userId, isAnotherPerson: false }));
    expect((await userOf(userId)).sessionVersion).toBe(sessionVersion + 1);
    expect(await arrive(one, undefined, { subject: "somebody else" })).toMatchObject({ ok: true, entry: "linked" });
    const nobody = { userId: newId(), isAnotherPerson: false };
    await expect(scene.act((tx) => unlinkCampus(tx, scene.admin, nobody))).rejects.toThrow();
  });

  it("is made anew where the campus has another server", async () => {
    const studentId = scene.unknownId();
    await arrive(studentId);
    const person = { issuer: "cas https://sso.example.edu/cas", subject: "x", studentId, name: null, email: null };
    expect(await signInByCampus(scene.db, person, client)).toMatchObject({ ok: true, entry: "linked" });
  });

  it("follows a return once", async () => {
    const inAMinute = new Date(Date.now() + 60_000);
    const answers = await Promise.all([1, 2, 3].map(() => takeCampusReturn(scene.db, "one state", inAMinute)));
    expect(answers.toSorted()).toEqual([false, false, true]);
    expect(await takeCampusReturn(scene.db, "another", inAMinute)).toBe(true);
  });
});

describe("whatever is tried in whatever order", () => {
  type Act =
    | { kind: "squat" | "register" | "squatter-in" | "fund"; id: number }
    | { kind: "arrive"; id: number; choice: "none" | "not-mine" | "owner" }
    | { kind: "intrude"; id: number; subject: number; choice: "none" | "not-mine" | "squatter" };
  const id = fc.nat({ max: 1 });
  const acts: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ kind: fc.constantFrom("squat", "register", "squatter-in", "fund"), id }),
    fc.record({ kind: fc.constant("arrive" as const), id, choice: fc.constantFrom("none", "not-mine", "owner") }),
    // Somebody with an account at the server says that the ID is his, after he has come once as himself.
    fc.record({
      kind: fc.constant("intrude" as const),
      id,
      subject: id,
      choice: fc.constantFrom("none", "not-mine", "squatter"),
    }),
  );

  it("nobody reaches an ID that isn't his, or money that was meant for it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 4, maxLength: 14 }), async (sequence) => {
        const ids = [scene.unknownId(), scene.unknownId()];
        const intruders = [scene.unknownId(), scene.unknownId()];
        const { courseId } = await scene.course(100_000n);
        await scene.enrol(courseId, ids);
        const members = await scene.members(courseId);
        for (const each of intruders) await arrive(each);
        const sessions: { userId: string; sessionVersion: number }[] = [];
        const owned = new Set<string>();

        for (const act of sequence) {
          const studentId = ids[act.id] ?? "";
          switch (act.kind) {
            case "squat":
              await tryToRegister(studentId, SQUATTER);
              break;
            case "register":
              await tryToRegister(studentId, OWNER);
              break;
            case "squatter-in": {
              const answer = await signIn(studentId, SQUATTER);
              if (answer.ok) sessions.push({ userId: answer.user.id, sessionVersion: answer.user.sessionVersion });
              break;
            }
            case "fund": {
              const memberIds = [members.get(studentId)?.id ?? ""];
              const give = { courseId, memberIds, mode: "add", amountNanos: 5n, reason: "r" } as const;
              await scene.act((tx) => fundMembers(tx, scene.admin, give));
              break;
            }
            case "arrive": {
              const choice = act.choice === "owner" ? { password: OWNER } : act.choice;
              const answer = await arrive(studentId, choice === "none" ? undefined : choice);
              if (answer.ok) {
                expect(answer.user).toMatchObject({ studentId, verified: true });
                owned.add(studentId);
              }
              break;
            }
            case "intrude": {
              const choice = act.choice === "squatter" ? { password: SQUATTER } : act.choice;
              const subject = `subject of ${intruders[act.subject]}`;
              const answer = await arrive(studentId, choice === "none" ? undefined : choice, { subject });
              expect(answer.ok).toBe(false);
              break;
            }
          }
          await hold(ids, sessions, owned);
        }
        for (const studentId of ids) {
          await scene.db.$executeRaw`delete from sign_in_failure`;
          if (owned.has(studentId)) expect((await signIn(studentId, SQUATTER)).ok).toBe(false);
        }
      }),
      { numRuns: 12 },
    );
    expect(await scene.differences()).toEqual([]);
  }, 120_000);

  async function hold(
    ids: readonly string[],
    sessions: readonly { userId: string; sessionVersion: number }[],
    owned: ReadonlySet<string>,
  ): Promise<void> {
    for (const studentId of ids) {
      const user = await scene.db.user.findUnique({ where: { studentId }, include: { account: true } });
      // Proven is what the owner came for, and only then there is money.
      expect(user !== null && user.verifiedAt !== null).toBe(owned.has(studentId));
      if (user !== null && !owned.has(studentId)) expect(user.account?.balanceNanos).toBe(0n);
      const held = sessions.filter((each) => each.userId === user?.id && each.sessionVersion === user?.sessionVersion);
      if (owned.has(studentId)) expect(held).toEqual([]);
    }
  }
});
