import { type Db, getBalance, getUserByStudentId, listModels, listUsers, usageSeries, verifySignIn } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { hashApiKey } from "@lyceum/domain";
import { verifyLedger } from "@lyceum/ledger";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareDemo, scenarios, seed } from "../../../prisma/seed.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
});
afterEach(async () => {
  await db.$disconnect();
  await database.drop();
});

const options = {
  upstreamUrl: "http://127.0.0.1:4010/v1",
  masterSecret: "ab".repeat(32),
  password: "a shared password 1",
};
const signIn = (studentId: string, password: string) => verifySignIn(db, { studentId, password, deviceId: "", ip: "" });

describe("seeds", () => {
  it.each(scenarios)("%s leaves books that add up, and people who can sign in", async (scenario) => {
    const result = await seed(scenario, db, options);
    expect(await verifyLedger(db)).toEqual([]);
    for (const person of [result.admin, result.students[0]]) {
      if (person)
        expect(await signIn(person.studentId, person.password)).toMatchObject({
          ok: true,
          user: { name: person.name, mustChangePassword: false },
        });
    }
    for (const { key } of result.students) {
      if (key !== undefined)
        expect(await db.virtualKey.count({ where: { hash: Uint8Array.from(hashApiKey(key)), status: "active" } })).toBe(
          1,
        );
    }
    const names = (await listModels(db)).map((model) => model.name);
    expect(names.sort()).toEqual([...result.models].sort());
  });

  it("campus is two weeks of thirty students, the same numbers in every run", async () => {
    const now = new Date("2026-11-22T14:00:00Z");
    await seed("campus", db, { ...options, now });
    const users = await listUsers(db, { pageSize: 100 });
    expect(users.total).toBe(31);
    expect(users.rows.filter((row) => row.groups.includes("vip"))).toHaveLength(6);
    expect(users.rows.filter((row) => !row.verified)).toHaveLength(2);
    const span = { accountId: null, from: new Date("2026-11-01T00:00:00Z"), to: new Date("2026-12-01T00:00:00Z") };
    const days = await usageSeries(db, { ...span, bucket: "day", by: "model", zone: "Asia/Shanghai" });
    expect(new Set(days.map((day) => day.start.getTime())).size).toBe(14);
    expect(new Set(days.map((day) => day.label)).size).toBe(6);
    const requests = days.reduce((sum, day) => sum + day.requests, 0);
    expect(requests).toBeGreaterThan(1_000);
    expect(await db.usageRecord.count()).toBe(requests);
    expect(await db.usageRecord.count({ where: { settledAt: { gt: now } } })).toBe(0);
    const balance = await getBalance(db, (await getUserByStudentId(db, "2025003")).id);
    expect(balance.availableNanos).toBeGreaterThan(0n);
    const sums = async (client: Db) =>
      (await client.usageRecord.aggregate({ _sum: { costNanos: true, inputTokens: true } }))._sum;
    const first = await sums(db);
    const again = await createTestDatabase();
    const other = createPatientPrisma(again.url, 2);
    await seed("campus", other, { ...options, now });
    expect(await sums(other)).toEqual(first);
    await other.$disconnect();
    await again.drop();
  });

  it("e2e has one model for each property that pages show", async () => {
    await seed("e2e", db, options);
    const models = Object.fromEntries((await listModels(db)).map((model) => [model.name, model]));
    expect(models["demo-removed"]?.removedAt).not.toBeNull();
    expect(models["demo-unpriced"]?.price).toBeNull();
    expect(models["demo-vip"]?.groups).toEqual(["vip"]);
    expect(models["demo-text"]?.deployments).toMatchObject([{ isUp: true }]);
    const funded = await getUserByStudentId(db, "2025001");
    expect(await getBalance(db, funded.id)).toMatchObject({ balanceNanos: 20_000_000_000n });
  });

  it("leaves nothing behind when its people exist already, and refuses an unknown name", async () => {
    await seed("e2e", db, options);
    await expect(seed("e2e", db, options)).rejects.toThrow();
    expect(await db.user.count()).toBe(4);
    await expect(seed("moon", db)).rejects.toThrow('There is no scenario "moon"');
  });
});

describe("the demo", () => {
  it("starts again on the same folder: new password, key and upstream, same history", async () => {
    const first = await prepareDemo(db, options);
    const records = await db.usageRecord.count();
    const second = await prepareDemo(db, { ...options, upstreamUrl: "http://127.0.0.1:4999/v1" });
    expect(await db.usageRecord.count()).toBe(records);
    expect(await signIn("2025001", first.students[0]?.password ?? "")).toMatchObject({ ok: false });
    expect(await signIn("2025001", second.students[0]?.password ?? "")).toMatchObject({ ok: true });
    expect(await signIn("ADMIN", second.admin?.password ?? "")).toMatchObject({ ok: true, user: { role: "admin" } });
    const statusOf = async (key = "") =>
      (await db.virtualKey.findUnique({ where: { hash: Uint8Array.from(hashApiKey(key)) } }))?.status;
    expect(await statusOf(first.students[0]?.key)).toBe("deleted");
    expect(await statusOf(second.students[0]?.key)).toBe("active");
    expect((await db.channel.findMany()).map((channel) => channel.baseUrl)).toEqual([
      "http://127.0.0.1:4999/v1",
      "http://127.0.0.1:4999/v1",
    ]);
    expect(await verifyLedger(db)).toEqual([]);
  });

  it("keeps password and key for whoever still has them, and not those that no longer hold", async () => {
    const first = await prepareDemo(db, options);
    const former = { password: first.students[0]?.password ?? "", key: first.students[0]?.key ?? "" };
    expect(await prepareDemo(db, { ...options, former })).toEqual(first);
    const other = await prepareDemo(db, { ...options, former: { ...former, password: "something else" } });
    expect(other.students[0]).not.toMatchObject(former);
  });

  it("never takes over a system that has students of its own", async () => {
    await seed("e2e", db, options);
    await expect(prepareDemo(db, options)).rejects.toThrow("students of its own");
  });
});
