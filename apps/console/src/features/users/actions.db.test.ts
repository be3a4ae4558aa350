import { commandLine, createUser, getBalance, getSessionUser, getSettings, getUser, listAllowances } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import {
  addAllowance,
  fundUsers,
  resetUserPassword,
  setMembership,
  setRole,
  setUsersDisabled,
  stopAllowance,
  verifyUsers,
} from "./actions.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const nobody = "00000000-0000-7000-8000-000000000000";
let drop: () => Promise<void>;
let count = 0;

async function person(role: "student" | "admin" = "student"): Promise<string> {
  count += 1;
  const studentId = `S${String(count).padStart(6, "0")}`;
  const { terms } = await getSettings(getDb());
  const { userId } = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, { studentId, name: studentId, role, password: "correct horse battery" }),
  );
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  return userId;
}
const balanceOf = async (userId: string) => (await getBalance(getDb(), userId)).balanceNanos;

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  request.user = await getSessionUser(getDb(), await person("admin"));
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  request.origin = "http://console.test";
});

describe("fundUsers", () => {
  it("adds the same to everybody named, once each", async () => {
    const userIds = [await person(), await person()];
    const input = {
      userIds: [...userIds, userIds[0] ?? ""],
      mode: "add" as const,
      amount: "0.000000001",
      reason: "test",
    };
    expect(await fundUsers(input)).toMatchObject({ ok: true, data: { people: 2, missing: [] } });
    expect(await Promise.all(userIds.map(balanceOf))).toEqual([1n, 1n]);
  });

  it("sets a balance down as well as up", async () => {
    const userIds = [await person(), await person()];
    await fundUsers({ userIds: userIds.slice(0, 1), mode: "add", amount: "30", reason: "test" });
    await fundUsers({ userIds, mode: "set", amount: "20", reason: "test" });
    expect(await Promise.all(userIds.map(balanceOf))).toEqual([20_000_000_000n, 20_000_000_000n]);
  });

  it("writes nothing for anybody where one of them does not exist", async () => {
    const known = await person();
    const answer = await fundUsers({ userIds: [known, nobody], mode: "add", amount: "5", reason: "test" });
    expect(answer).toMatchObject({ ok: false, code: "not_found" });
    expect(await balanceOf(known)).toBe(0n);
  });

  it.each([
    ["-5", "An amount can't be negative"],
    ["1.0000000001", "At most 9 decimals"],
    ["10000000.01", "At most 10,000,000"],
    ["0", "A top-up is more than 0"],
    ["1e3", "Needs an amount such as 20 or 0.5"],
  ])("refuses %s at the field", async (amount, sentence) => {
    const known = await person();
    const answer = await fundUsers({ userIds: [known], mode: "add", amount, reason: "test" });
    expect(answer).toMatchObject({ ok: false, fieldErrors: { amount: sentence } });
    expect(await balanceOf(known)).toBe(0n);
  });

  it("wants a reason", async () => {
    const answer = await fundUsers({ userIds: [await person()], mode: "add", amount: "5", reason: "  " });
    expect(answer).toMatchObject({ ok: false, fieldErrors: { reason: "Give a reason" } });
  });
});

describe("addAllowance and stopAllowance", () => {
  const terms = { mode: "set-to", period: "day", amount: "5", lastDay: "", reason: "test" } as const;
  const listed = async (userId: string) => {
    const { accountId } = await getUser(getDb(), userId);
    return (await listAllowances(getDb(), { accountIds: [accountId] })).rows;
  };

  it("gives it at once, to the end of its last day, and stops it", async () => {
    const userId = await person();
    expect(await addAllowance({ ...terms, userId, lastDay: "2098-12-31" })).toMatchObject({ ok: true });
    expect(await balanceOf(userId)).toBe(5_000_000_000n);
    const [allowance] = await listed(userId);
    expect(allowance).toMatchObject({ mode: "set-to", note: "test", endsAt: new Date("2098-12-31T16:00:00Z") });
    expect(await stopAllowance({ allowanceId: allowance?.id ?? "" })).toMatchObject({ ok: true });
    expect(await listed(userId)).toEqual([]);
    expect(await balanceOf(userId)).toBe(5_000_000_000n);
  });

  it("refuses at the field what makes no sense", async () => {
    const userId = await person();
    const refuse = (changes: object) => addAllowance({ ...terms, userId, ...changes });
    expect(await refuse({ amount: "0" })).toMatchObject({ ok: false, fieldErrors: { amount: expect.any(String) } });
    expect(await refuse({ lastDay: "2020-01-01" })).toMatchObject({ fieldErrors: { lastDay: expect.any(String) } });
    expect(await refuse({ lastDay: "2099-02-30" })).toMatchObject({
      fieldErrors: { lastDay: "Give today or a later date" },
    });
    expect(await refuse({ reason: " " })).toMatchObject({ fieldErrors: { reason: "Give a reason" } });
    expect(await balanceOf(userId)).toBe(0n);
  });
});

describe("setUsersDisabled", () => {
  it("disables nobody when the last admin is among them", async () => {
    const [student, admin] = [await person(), request.user?.id ?? ""];
    expect(await setUsersDisabled({ userIds: [student, admin], disabled: true })).toMatchObject({
      ok: false,
      code: "invalid_request",
      message: expect.stringContaining("last enabled admin"),
    });
    expect((await getUser(getDb(), student)).disabled).toBe(false);
  });

  it("lets no admin disable himself, even where there is another", async () => {
    await person("admin");
    const answer = await setUsersDisabled({ userIds: [request.user?.id ?? ""], disabled: true });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining("can't disable yourself") });
    expect((await getUser(getDb(), request.user?.id ?? "")).disabled).toBe(false);
  });

  it("names only those it changed, so that undoing leaves the others as they were", async () => {
    const [first, second] = [await person(), await person()];
    await setUsersDisabled({ userIds: [first], disabled: true });
    expect(await setUsersDisabled({ userIds: [first, second], disabled: true })).toMatchObject({
      data: { changed: [second] },
    });
  });
});

describe("setMembership and verifyUsers", () => {
  it("adds and removes one group and leaves the rest", async () => {
    const userId = await person();
    expect(await setMembership({ userIds: [userId], groupId: "vip", member: true })).toMatchObject({
      data: { changed: [userId] },
    });
    expect(await setMembership({ userIds: [userId], groupId: "vip", member: true })).toMatchObject({
      data: { changed: [] },
    });
    await setMembership({ userIds: [userId], groupId: "vip", member: false });
    expect((await getUser(getDb(), userId)).groups).toEqual([]);
  });

  it("says at the field that a group is unknown", async () => {
    const answer = await setMembership({ userIds: [await person()], groupId: "gone", member: true });
    expect(answer).toMatchObject({ ok: false, code: "group_not_found", fieldErrors: { groupId: expect.any(String) } });
  });

  it("confirms only who waits for it", async () => {
    expect(await verifyUsers({ userIds: [await person()] })).toMatchObject({ data: { changed: [] } });
  });
});

it("an administrator's acts on the own account stand, though they end the session that did them", async () => {
  const before = request.user;
  const userId = await person("admin");
  request.user = await getSessionUser(getDb(), userId);
  expect(await resetUserPassword({ userId })).toMatchObject({ ok: true });
  request.user = await getSessionUser(getDb(), userId).then((user) => user && { ...user, mustChangePassword: false });
  expect(await setRole({ userId, role: "student" })).toMatchObject({ ok: true });
  expect(await getSessionUser(getDb(), userId)).toMatchObject({ role: "student", mustChangePassword: true });
  request.user = before;
});
