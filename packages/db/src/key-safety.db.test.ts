import { createHash } from "node:crypto";
import { createApiKey, newId, noLimits } from "@lyceum/domain";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import { findGatewayKey } from "./gateway-keys.ts";
import {
  createKey,
  deleteKey,
  disableKey,
  enableKey,
  listKeyRisks,
  listKeys,
  type NewKey,
  reportLeakedKey,
  rollKey,
  system,
  updateKey,
} from "./index.ts";

let fixture: ActsFixture;
let pool: pg.Pool;
beforeAll(async () => {
  fixture = await createActsFixture();
  pool = new pg.Pool({ connectionString: fixture.url });
});
afterAll(async () => {
  await pool.end();
  await fixture.drop();
});

type Person = Awaited<ReturnType<ActsFixture["person"]>>;

function newKey(person: Person, changes: Partial<NewKey> = {}) {
  const input = { userId: person.userId, name: "laptop", groupId: "default", models: [], expiresAt: null, ...noLimits };
  return fixture.db.$transaction((tx) => createKey(tx, person.actor, { ...input, ...changes }));
}
const atGateway = (secret: string) => findGatewayKey(pool, createHash("sha256").update(secret).digest());
const roll = (person: Person, keyId: string, atOnce = false) =>
  fixture.db.$transaction((tx) => rollKey(tx, person.actor, { userId: person.userId, keyId, atOnce }));
const leak = (secret: string) => fixture.db.$transaction((tx) => reportLeakedKey(tx, system, secret));
const notices = (person: Person) => fixture.db.notice.findMany({ where: { userId: person.userId } });

/** A request of nothing, from somewhere. */
function usage({ userId, accountId }: Person, keyId: string, ip: string) {
  const none = { imageTokens: 0, audioTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  const free = { costNanos: 0n, chargeNanos: 0n, uncollectedNanos: 0n, reservedNanos: 0n, multiplierPpm: 1_000_000 };
  return {
    ...{
      id: newId(),
      accountId,
      userId,
      keyId,
      groupId: "default",
      protocol: "openai",
      requestedModel: "m",
      model: "m",
    },
    ...{ isStream: false, attempts: 1, inputTokens: 1, outputTokens: 1, ...none, ...free, outcome: "finished" },
    ...{ httpStatus: 200, isEstimated: false, queueMs: 0, totalMs: 1, ip, admittedAt: new Date(), chargeEntryIds: [] },
  };
}

describe("networks of a key", () => {
  it("are kept as they are written, reach the gateway, and are refused where they could mean two things", async () => {
    const person = await fixture.person();
    const made = await newKey(person, { networks: [" 10.1.0.0/16", "", "2001:DB8::/32", "10.1.0.0/16"] });
    expect((await atGateway(made.secret))?.networks).toEqual(["10.1.0.0/16", "2001:db8::/32"]);
    const before = await atGateway(made.secret);
    const change = { userId: person.userId, keyId: made.id, networks: ["10.2.0.0/16"] };
    await fixture.db.$transaction((tx) => updateKey(tx, person.actor, change));
    const after = await atGateway(made.secret);
    expect(after?.networks).toEqual(["10.2.0.0/16"]);
    // What workers remember is void.
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
    expect(await codeOf(newKey(person, { networks: ["10.1.2.3/16"] }))).toBe("invalid_request");
    const many = Array.from({ length: 21 }, (_, index) => `10.${index}.0.0/16`);
    expect(await codeOf(newKey(person, { networks: many }))).toBe("invalid_request");
  });
});

describe("rolling a key", () => {
  it("leaves name, limits and id, and takes the former one for a day", async () => {
    const person = await fixture.person();
    const first = await newKey(person, { rpmLimit: 7 });
    const second = await roll(person, first.id);
    expect(second.id).toBe(first.id);
    expect(second.secret).not.toBe(first.secret);
    const [row] = await listKeys(fixture.db, person.userId);
    expect(row).toMatchObject({ id: first.id, name: "laptop", rpmLimit: 7, prefix: second.prefix, isLeaked: false });
    const former = await atGateway(first.secret);
    expect(former?.id).toBe(first.id);
    const hours = ((former?.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
    expect((await atGateway(second.secret))?.expiresAt).toBeNull();
    // Only one before it.
    const third = await roll(person, first.id);
    expect(await atGateway(first.secret)).toBeNull();
    expect(await atGateway(second.secret)).not.toBeNull();
    const trail = await fixture.db.auditEntry.findMany({ where: { targetId: first.id, action: "key.roll" } });
    expect(trail).toHaveLength(2);
    expect(JSON.stringify(trail)).not.toContain(third.secret);
  });

  it("ends the former one at once where asked, never takes it beyond the key's end, and is one's own affair", async () => {
    const [person, other] = [await fixture.person(), await fixture.person()];
    const soon = new Date(Date.now() + 3_600_000);
    const first = await newKey(person, { expiresAt: soon });
    await roll(person, first.id);
    expect((await atGateway(first.secret))?.expiresAt).toEqual(soon);
    const second = await newKey(person);
    await roll(person, second.id, true);
    expect(await atGateway(second.secret)).toBeNull();
    expect(await codeOf(roll({ ...other }, first.id))).toBe("not_found");
    await fixture.db.$transaction((tx) => deleteKey(tx, person.actor, { userId: person.userId, keyId: second.id }));
    expect(await codeOf(roll(person, second.id))).toBe("not_found");
  });
});

describe("a key that somebody found", () => {
  it("is disabled at once, by whoever has it whole; its owner is told once, and can only roll it", async () => {
    const person = await fixture.person();
    const made = await newKey(person);
    expect(await leak(` ${made.secret}\n`)).toEqual({
      outcome: "frozen",
      prefix: made.prefix,
      lastFour: made.lastFour,
    });
    expect(await leak(made.secret)).toMatchObject({ outcome: "known" });
    expect(await atGateway(made.secret)).toMatchObject({ isLeaked: true, isDisabled: true });
    expect(await notices(person)).toMatchObject([{ kind: "key-leaked", detail: { name: "laptop" }, href: "/keys" }]);
    const own = { userId: person.userId, keyId: made.id };
    expect(await codeOf(fixture.db.$transaction((tx) => enableKey(tx, person.actor, own)))).toBe("invalid_request");
    const next = await roll(person, made.id);
    expect(await atGateway(made.secret)).toBeNull();
    expect(await atGateway(next.secret)).toMatchObject({ isLeaked: false, isDisabled: false });
  });

  it("that was rolled ends, and what it was rolled to goes on", async () => {
    const person = await fixture.person();
    const first = await newKey(person);
    const second = await roll(person, first.id);
    expect(await leak(first.secret)).toMatchObject({ outcome: "frozen" });
    expect(await atGateway(first.secret)).toBeNull();
    expect(await atGateway(second.secret)).toMatchObject({ isDisabled: false });
    expect(await notices(person)).toMatchObject([{ kind: "key-leaked", detail: { former: true } }]);
  });

  it("that was deleted is told from one that works; what is no key of ours is refused", async () => {
    const person = await fixture.person();
    const made = await newKey(person);
    const own = { userId: person.userId, keyId: made.id };
    await fixture.db.$transaction((tx) => disableKey(tx, person.actor, own));
    await fixture.db.$transaction((tx) => deleteKey(tx, person.actor, own));
    expect(await leak(made.secret)).toMatchObject({ outcome: "ended" });
    expect(await notices(person)).toHaveLength(0);
    expect(await codeOf(leak("sk-ly-nonsense"))).toBe("invalid_key");
    expect(await codeOf(leak(createApiKey().secret))).toBe("invalid_key");
  });
});

describe("risky keys", () => {
  it("are named by their worst risk: leaked, many networks, idle, endless", async () => {
    const person = await fixture.person();
    const inMonth = new Date(Date.now() + 30 * 86_400_000);
    const keys = {
      endless: await newKey(person, { name: "endless" }),
      safe: await newKey(person, { name: "safe", expiresAt: inMonth }),
      idle: await newKey(person, { name: "idle", expiresAt: inMonth }),
      leaked: await newKey(person, { name: "leaked" }),
      roaming: await newKey(person, { name: "roaming", expiresAt: inMonth }),
    };
    await leak(keys.leaked.secret);
    const old = new Date(Date.now() - 61 * 86_400_000);
    await fixture.db.virtualKey.update({ where: { id: keys.idle.id }, data: { lastUsedAt: old } });
    for (const ip of ["10.1.0.1", "10.1.0.2", "10.1.1.1", "10.1.2.1", "2001:db8::1", "10.1.3.1", "not an address"]) {
      await fixture.db.usageRecord.create({ data: usage(person, keys.roaming.id, ip) });
    }
    expect(await listKeyRisks(fixture.db, person.userId)).toEqual([
      { keyId: keys.leaked.id, name: "leaked", kind: "leaked", count: 0 },
      { keyId: keys.roaming.id, name: "roaming", kind: "many-networks", count: 5 },
      { keyId: keys.idle.id, name: "idle", kind: "idle", count: 61 },
      { keyId: keys.endless.id, name: "endless", kind: "endless", count: 0 },
    ]);
  });
});
