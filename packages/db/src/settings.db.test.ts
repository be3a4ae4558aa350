import { randomUUID } from "node:crypto";
import { defaultSettings } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import { getPublicSettings, getSettings, listAudit, listAuditActions, setSetting, waitForConfig } from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff", ip: "10.1.1.1" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

describe("settings", () => {
  it("start with their defaults, change one at a time, and leave before and after in the trail", async () => {
    expect(await getSettings(fixture.db)).toEqual(defaultSettings);
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "currency", "USD"));
    expect(await getSettings(fixture.db)).toEqual({ ...defaultSettings, currency: "USD" });
    expect(await getPublicSettings(fixture.db)).not.toHaveProperty("maxBodyBytes");
    const { rows } = await listAudit(fixture.db, { action: "setting.change" });
    expect(rows).toMatchObject([
      { targetName: "currency", detail: { before: "CNY", after: "USD" }, ip: "10.1.1.1", actorName: "staff" },
    ]);
  });

  it("refuse a value that is not valid", async () => {
    const set = (key: "timeZone" | "usualOutputTokens", value: unknown) =>
      codeOf(fixture.db.$transaction((tx) => setSetting(tx, staff, key, value)));
    expect(await set("timeZone", "Mars/Olympus")).toBe("invalid_request");
    expect(await set("usualOutputTokens", 1.5)).toBe("invalid_request");
  });
});

describe("the audit trail", () => {
  it("is found by action, by kind of target and by name, and can't be changed", async () => {
    const person = await fixture.person();
    expect(await listAudit(fixture.db, { action: "user." })).toMatchObject({ total: 1 });
    expect((await listAudit(fixture.db, { search: person.studentId.toLowerCase() })).rows).toMatchObject([
      { action: "user.create" },
    ]);
    expect((await listAudit(fixture.db, { search: person.userId })).total).toBe(1);
    expect(await listAuditActions(fixture.db)).toContain("user.create");
    await expect(fixture.db.auditEntry.deleteMany({})).rejects.toThrow();
  });
});

describe("waiting for a change to be in force", () => {
  const worker = (configVersion: bigint, heartbeatAt: Date) => {
    const id = randomUUID();
    return fixture.db.worker.create({ data: { id, host: "h", pid: 1, configVersion, heartbeatAt } });
  };

  it("ends at once where no worker lives", async () => {
    await worker(0n, new Date(Date.now() - 60_000));
    expect(await waitForConfig(fixture.db, { timeoutMs: 0 })).toBe(true);
  });

  it("ends when every living worker has caught up, or says that one has not", async () => {
    // A worker that was heard of lately, however long the test takes.
    const late = await worker(0n, new Date(Date.now() + 3_600_000));
    expect(await waitForConfig(fixture.db, { timeoutMs: 0 })).toBe(false);
    const waiting = waitForConfig(fixture.db, { timeoutMs: 50_000 });
    await fixture.db
      .$executeRaw`update worker set config_version = (select version from config_version), heartbeat_at = now() where id = ${late.id}::uuid`;
    expect(await waiting).toBe(true);
  });
});
