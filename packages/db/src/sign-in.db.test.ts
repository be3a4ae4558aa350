import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, PASSWORD } from "./acts-fixture.ts";
import { changePassword, getSessionUser, resetPassword, setUserDisabled, verifySignIn } from "./index.ts";
import { untilBlocked } from "./testing/test-database.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const signIn = (studentId: string, password: string, deviceId = "") =>
  verifySignIn(fixture.db, { studentId, password, deviceId, ip: "10.0.0.1" });

/** Lets the delay of a slot pass. */
async function wait(studentId: string) {
  await fixture.db
    .$executeRaw`update sign_in_failure set blocked_until = now() - interval '1 millisecond' where student_id = ${studentId}`;
}

/** Seconds that a slot is blocked for, counted from its last failure. */
async function delays(studentId: string): Promise<number[]> {
  const rows = await fixture.db.$queryRaw<
    { delay: number }[]
  >`select round(extract(epoch from blocked_until - updated_at))::int as delay
    from sign_in_failure where student_id = ${studentId} order by device_hash`;
  return rows.map((row) => row.delay);
}

describe("sign-in", () => {
  it("answers an unknown ID, a malformed one and a wrong password alike", async () => {
    const { studentId } = await fixture.person();
    const wrong = { ok: false, code: "invalid_credentials" };
    expect(await signIn(studentId, "wrong password")).toEqual(wrong);
    expect(await signIn("NOBODY-01", "wrong password")).toEqual(wrong);
    expect(await signIn("?", "wrong password")).toEqual(wrong);
  });

  it("tells who it is, whatever the letter case of the ID", async () => {
    const { studentId, userId } = await fixture.person();
    const answer = await signIn(` ${studentId.toLowerCase()} `, PASSWORD);
    expect(answer).toMatchObject({ ok: true, user: { id: userId, studentId, role: "student", verified: true } });
  });

  it("delays 1 s after five failures, then twice as long each time, at most a quarter of an hour", async () => {
    const { studentId } = await fixture.person();
    for (let i = 0; i < 4; i++) await signIn(studentId, "wrong password");
    expect(await delays(studentId)).toEqual([0]);
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      await signIn(studentId, "wrong password");
      seen.push(...(await delays(studentId)));
      await wait(studentId);
    }
    expect(seen).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it("does not look at the password of a delayed attempt, and forgets the failures after a success", async () => {
    const { studentId } = await fixture.person();
    for (let i = 0; i < 12; i++) {
      await wait(studentId);
      await signIn(studentId, "wrong password");
    }
    const delayed = await signIn(studentId, PASSWORD);
    expect(delayed).toMatchObject({ ok: false, code: "sign_in_delayed" });
    expect(delayed.ok ? 0 : delayed.retryAfterMs).toBeGreaterThan(10_000);
    await wait(studentId);
    expect(await signIn(studentId, PASSWORD)).toMatchObject({ ok: true });
    expect(await delays(studentId)).toEqual([]);
  });

  it("lets a known device in while strangers, whatever device they claim, are delayed", async () => {
    const { studentId } = await fixture.person();
    expect(await signIn(studentId, PASSWORD, "my laptop")).toMatchObject({ ok: true });
    for (let i = 0; i < 12; i++) {
      await wait(studentId);
      await signIn(studentId, "wrong password", `stranger ${i}`);
    }
    expect(await signIn(studentId, PASSWORD, "stranger 13")).toMatchObject({ code: "sign_in_delayed" });
    expect(await signIn(studentId, PASSWORD, "my laptop")).toMatchObject({ ok: true });
    // A guess from a known device counts against that device only.
    await signIn(studentId, "wrong password", "my laptop");
    await fixture.db
      .$executeRaw`update sign_in_failure set failures = 12 where student_id = ${studentId} and device_hash <> ''`;
    await signIn(studentId, "wrong password", "my laptop");
    expect(await signIn(studentId, PASSWORD, "my laptop")).toMatchObject({ code: "sign_in_delayed" });
  });

  it("looks at one password per turn when guesses are sent at once", async () => {
    const { studentId } = await fixture.person();
    await signIn(studentId, "wrong password");
    await fixture.db.$executeRaw`update sign_in_failure set failures = 12 where student_id = ${studentId}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(studentId, "wrong password")));
    expect(answers.filter((answer) => !answer.ok && answer.code === "invalid_credentials")).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.code === "sign_in_delayed")).toHaveLength(19);
  });

  it("tells only someone with the right password that the account is disabled", async () => {
    const { studentId, userId } = await fixture.person();
    await fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId, disabled: true }));
    expect(await signIn(studentId, "wrong password")).toMatchObject({ code: "invalid_credentials" });
    expect(await signIn(studentId, PASSWORD)).toEqual({ ok: false, code: "account_disabled" });
  });
});

describe("passwords", () => {
  it("a reset gives a one-time password, ends sessions and delays, and must be changed", async () => {
    const { studentId, userId, actor } = await fixture.person();
    for (let i = 0; i < 6; i++) await signIn(studentId, "wrong password");
    const before = await getSessionUser(fixture.db, userId);
    const { password } = await fixture.db.$transaction((tx) => resetPassword(tx, staff, { userId }));
    expect(await signIn(studentId, PASSWORD)).toMatchObject({ code: "invalid_credentials" });
    const answer = await signIn(studentId, password);
    expect(answer).toMatchObject({
      ok: true,
      user: { mustChangePassword: true, sessionVersion: (before?.sessionVersion ?? 0) + 1 },
    });
    const change = (currentPassword: string, newPassword: string) =>
      codeOf(fixture.db.$transaction((tx) => changePassword(tx, actor, { userId, currentPassword, newPassword })));
    expect(await change("not this one", "a fresh password 1")).toBe("invalid_credentials");
    expect(await change(password, "short")).toBe("weak_password");
    expect(await change(password, password)).toBe("weak_password");
    expect(await change(password, "a fresh password 1")).toBeNull();
    expect(await signIn(studentId, "a fresh password 1")).toMatchObject({
      ok: true,
      user: { mustChangePassword: false },
    });
    expect(await fixture.trail(userId)).toEqual(["user.create", "user.reset-password", "user.change-password"]);
  });

  it("is not written back by a change that began before it was taken away", async () => {
    const { userId, studentId } = await fixture.person();
    const input = { userId, currentPassword: PASSWORD, newPassword: "a fresh password 2" };
    let change: Promise<string | null> | undefined;
    await fixture.db.$transaction(async (tx) => {
      await tx.user.update({ where: { id: userId }, data: { passwordHash: null }, select: { id: true } });
      change = codeOf(fixture.db.$transaction((other) => changePassword(other, { id: userId, name: "s" }, input)));
      await untilBlocked((sql) => fixture.db.$queryRawUnsafe(sql));
    });
    expect(await change).toBe("invalid_credentials");
    expect(await signIn(studentId, "a fresh password 2")).toMatchObject({ ok: false });
    const row = await fixture.db.user.findUnique({ where: { id: userId }, select: { passwordHash: true } });
    expect(row).toEqual({ passwordHash: null });
  });
});
