import { defaultSettings, noLimits, type UserRole } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture, PASSWORD } from "./acts-fixture.ts";
import {
  acceptTerms,
  createFirstAdmin,
  createKey,
  createUser,
  enableKey,
  getSessionUser,
  getUser,
  listUserAccountIds,
  listUsers,
  registerStudent,
  setAcceptsUnpriced,
  setSetting,
  setUserDisabled,
  setUserGroups,
  setUserRole,
  type Tx,
  verifyUser,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const registration = { name: "张三", password: PASSWORD, termsVersion: defaultSettings.terms.version, ip: "10.0.0.1" };

describe("the first admin", () => {
  it("is made once, also when several servers start at once", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => createFirstAdmin(fixture.db)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await createFirstAdmin(fixture.db)).toBeNull();
    const admin = await fixture.db.user.findUniqueOrThrow({ where: { studentId: "ADMIN" } });
    expect(admin).toMatchObject({ role: "admin", mustChangePassword: true });
  });

  it("can neither be disabled nor made a student while no other admin is enabled", async () => {
    const { id: userId } = await fixture.db.user.findUniqueOrThrow({ where: { studentId: "ADMIN" } });
    expect(await codeOf(fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId, disabled: true })))).toBe(
      "invalid_request",
    );
    expect(await codeOf(fixture.db.$transaction((tx) => setUserRole(tx, staff, { userId, role: "student" })))).toBe(
      "invalid_request",
    );
    const other = await fixture.person("admin");
    const both = [userId, other.userId].map((id) =>
      codeOf(fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId: id, disabled: true }))),
    );
    expect((await Promise.all(both)).filter((code) => code === null)).toHaveLength(1);
  });
});

describe("an auditor", () => {
  const make = (userId: string, role: UserRole) =>
    fixture.db.$transaction((tx) => setUserRole(tx, staff, { userId, role }));
  const frozen = async (userId: string) =>
    (await fixture.db.account.findUniqueOrThrow({ where: { userId }, select: { isFrozen: true } })).isFrozen;
  const key = (userId: string) => ({
    ...noLimits,
    userId,
    name: "laptop",
    groupId: "default",
    models: [],
    expiresAt: null,
  });

  it("has neither keys nor an account that admits anything, and gets both back as a student", async () => {
    const { userId, actor } = await fixture.person();
    const { id: keyId } = await fixture.db.$transaction((tx) => createKey(tx, actor, key(userId)));
    await make(userId, "auditor");
    expect(await frozen(userId)).toBe(true);
    const status = async () => (await fixture.db.virtualKey.findUniqueOrThrow({ where: { id: keyId } })).status;
    expect(await status()).toBe("disabled");
    const refused = (run: (tx: Tx) => Promise<unknown>) => codeOf(fixture.db.$transaction(run));
    expect(await refused((tx) => enableKey(tx, staff, { userId, keyId }))).toBe("invalid_request");
    expect(await refused((tx) => createKey(tx, staff, key(userId)))).toBe("invalid_request");
    expect(await status()).toBe("disabled");
    // Disabling and enabling the person does not thaw the account.
    for (const disabled of [true, false]) {
      await fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId, disabled }));
    }
    expect(await frozen(userId)).toBe(true);
    await make(userId, "student");
    expect(await frozen(userId)).toBe(false);
    await fixture.db.$transaction((tx) => enableKey(tx, actor, { userId, keyId }));
  });

  it("who is disabled stays so with another role, and one made as such is frozen from the start", async () => {
    const { userId } = await fixture.person("auditor");
    expect(await frozen(userId)).toBe(true);
    await fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId, disabled: true }));
    await make(userId, "student");
    expect(await frozen(userId)).toBe(true);
  });

  it("loses every session with the change, and is no admin who could be the last", async () => {
    const admin = await fixture.person("admin");
    const before = await fixture.db.user.findUniqueOrThrow({ where: { id: admin.userId } });
    await make(admin.userId, "auditor");
    const after = await fixture.db.user.findUniqueOrThrow({ where: { id: admin.userId } });
    expect(after.sessionVersion).toBe(before.sessionVersion + 1);
    expect(await fixture.trail(admin.userId)).toContain("user.role");
  });
});

describe("registration", () => {
  it("gives an ID to one of many who register it at once", async () => {
    const codes = await Promise.all(
      [1, 2, 3, 4, 5].map(() => codeOf(registerStudent(fixture.db, { ...registration, studentId: "race-01" }))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === "student_id_taken")).toHaveLength(4);
    const user = await fixture.db.user.findUniqueOrThrow({
      where: { studentId: "RACE-01" },
      include: { account: true },
    });
    expect(user.verifiedAt).toBeNull();
    expect(user.account).toMatchObject({ kind: "user", balanceNanos: 0n });
    expect(await fixture.trail(user.id)).toEqual(["user.register"]);
  });

  it("refuses a malformed ID, a weak password, other terms, and everybody while it is closed", async () => {
    const attempt = (changes: object) =>
      codeOf(registerStudent(fixture.db, { ...registration, studentId: "2025100", ...changes }));
    expect(await attempt({ studentId: "a b" })).toBe("invalid_student_id");
    expect(await attempt({ password: "my-2025100-x" })).toBe("weak_password");
    expect(await attempt({ termsVersion: defaultSettings.terms.version + 1 })).toBe("terms_required");
    expect(await attempt({ name: " " })).toBe("invalid_request");
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "registration", "closed"));
    expect(await attempt({})).toBe("registration_closed");
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "registration", "open"));
    expect(await attempt({})).toBeNull();
  });
});

describe("what staff do to a person", () => {
  it("makes a verified person with a one-time password, or says that the ID is taken", async () => {
    const input = { studentId: "2025200", name: "李四", role: "student" } as const;
    const made = await fixture.db.$transaction((tx) => createUser(tx, staff, input));
    expect(made.oneTimePassword).toMatch(/^(\w{4}-){3}\w{4}$/);
    expect(await getUser(fixture.db, made.userId)).toMatchObject({ verified: true, mustChangePassword: true });
    expect(await codeOf(fixture.db.$transaction((tx) => createUser(tx, staff, input)))).toBe("student_id_taken");
  });

  it("leaves neither act nor audit entry when the transaction rolls back", async () => {
    const { userId } = await registerStudent(fixture.db, { ...registration, studentId: "2025300" });
    const undone = fixture.db.$transaction(async (tx) => {
      await verifyUser(tx, staff, { userId });
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
    expect(await getUser(fixture.db, userId)).toMatchObject({ verified: false });
    expect(await fixture.trail(userId)).toEqual(["user.register"]);
    await fixture.db.$transaction((tx) => verifyUser(tx, staff, { userId }));
    await fixture.db.$transaction((tx) => verifyUser(tx, staff, { userId }));
    expect(await fixture.trail(userId)).toEqual(["user.register", "user.verify"]);
  });

  it("freezes the account and ends the sessions of a disabled person", async () => {
    const person = await fixture.person();
    const before = await getSessionUser(fixture.db, person.userId);
    await fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId: person.userId, disabled: true }));
    const after = await getSessionUser(fixture.db, person.userId);
    expect(after).toMatchObject({ disabled: true, sessionVersion: (before?.sessionVersion ?? 0) + 1 });
    expect(await fixture.db.account.findUnique({ where: { id: person.accountId } })).toMatchObject({ isFrozen: true });
    await fixture.db.$transaction((tx) => setUserDisabled(tx, staff, { userId: person.userId, disabled: false }));
    expect(await fixture.db.account.findUnique({ where: { id: person.accountId } })).toMatchObject({ isFrozen: false });
  });

  it("sets exactly the groups named, and none when one is unknown", async () => {
    const { userId } = await fixture.person();
    const set = (groupIds: string[]) =>
      codeOf(fixture.db.$transaction((tx) => setUserGroups(tx, staff, { userId, groupIds })));
    expect(await set(["vip"])).toBeNull();
    expect((await getUser(fixture.db, userId)).groups).toEqual(["vip"]);
    expect(await set(["default", "nobody"])).toBe("group_not_found");
    expect((await getUser(fixture.db, userId)).groups).toEqual(["vip"]);
    expect(await set([])).toBeNull();
    expect((await getUser(fixture.db, userId)).groups).toEqual([]);
  });

  it("takes only the terms in force, and unpriced models only where the settings allow them", async () => {
    const { userId, actor } = await fixture.person();
    const accept = (version: number) =>
      codeOf(fixture.db.$transaction((tx) => acceptTerms(tx, actor, { userId, version })));
    expect(await accept(7)).toBe("terms_required");
    expect(await accept(defaultSettings.terms.version)).toBeNull();
    const unpriced = () =>
      codeOf(fixture.db.$transaction((tx) => setAcceptsUnpriced(tx, actor, { userId, accepts: true })));
    expect(await unpriced()).toBe("forbidden");
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "allowUnpriced", true));
    expect(await unpriced()).toBeNull();
    expect(await getUser(fixture.db, userId)).toMatchObject({
      termsVersion: defaultSettings.terms.version,
      acceptsUnpriced: true,
    });
  });
});

describe("the list of users", () => {
  it("searches IDs and names literally, filters and pages", async () => {
    await registerStudent(fixture.db, { ...registration, studentId: "LIST-0001", name: "王 100%" });
    const person = await fixture.person();
    await fixture.db.$transaction((tx) => setUserGroups(tx, staff, { userId: person.userId, groupIds: ["vip"] }));
    expect((await listUsers(fixture.db, { search: "0%" })).rows.map((row) => row.studentId)).toEqual(["LIST-0001"]);
    expect((await listUsers(fixture.db, { search: "list" })).rows).toMatchObject([
      { verified: false, balanceNanos: 0n, keys: 0 },
    ]);
    expect((await listUsers(fixture.db, { group: "vip" })).rows.map((row) => row.id)).toEqual([person.userId]);
    const all = await fixture.db.user.count();
    expect(await listUsers(fixture.db, { group: "default" })).toMatchObject({ total: all });
    const page = await listUsers(fixture.db, { page: 2, pageSize: 2, sort: "created" });
    expect(page).toMatchObject({ page: 2, pageSize: 2, total: all });
    expect(page.rows).toHaveLength(2);
    expect(await listUserAccountIds(fixture.db, { group: "vip" })).toEqual([person.accountId]);
  });
});

it("finds those whose balance pays for nothing", async () => {
  const [empty, funded] = [await fixture.person(), await fixture.person()];
  await fixture.db
    .$executeRaw`select * from post_credit(${funded.accountId}::uuid, 'top-up', 'top-up', 10000000, null, '', null, 't')`;
  const { rows } = await listUsers(fixture.db, { status: "empty", pageSize: 200 });
  const found = rows.map((row) => row.studentId);
  expect(found).toContain(empty.studentId);
  expect(found).not.toContain(funded.studentId);
});
