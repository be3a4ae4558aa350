import { hashApiKey, isApiKey, noLimits } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  createKey,
  createModel,
  deleteKey,
  disableKey,
  enableKey,
  listKeyNames,
  listKeys,
  MAX_KEYS,
  type NewKey,
  setKeyLimits,
  setUserGroups,
  updateKey,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
  await fixture.db.$transaction((tx) => createModel(tx, staff, { name: "qwen3", groups: ["default"] }));
});
afterAll(() => fixture.drop());

type Person = Awaited<ReturnType<ActsFixture["person"]>>;

function newKey(person: Person, changes: Partial<NewKey> = {}) {
  const input = {
    userId: person.userId,
    name: "laptop",
    groupId: "default",
    models: [],
    expiresAt: null,
    ...noLimits,
  };
  return fixture.db.$transaction((tx) => createKey(tx, person.actor, { ...input, ...changes }));
}

describe("a new key", () => {
  it("is returned once and stored only as hash and ends", async () => {
    const person = await fixture.person();
    const made = await newKey(person);
    expect(isApiKey(made.secret)).toBe(true);
    const row = await fixture.db.virtualKey.findUniqueOrThrow({ where: { id: made.id } });
    expect(Buffer.from(row.hash)).toEqual(hashApiKey(made.secret));
    expect(JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
      made.secret,
    );
    expect(await listKeys(fixture.db, person.userId)).toMatchObject([
      { id: made.id, prefix: made.secret.slice(0, 10), spentNanos: 0n },
    ]);
    const audit = await fixture.db.auditEntry.findFirstOrThrow({ where: { targetId: made.id } });
    expect(JSON.stringify(audit.detail)).not.toContain(made.secret);
  });

  it("is refused for a group that one isn't in, unknown models, bad names, past expiry, limits that are none", async () => {
    const person = await fixture.person();
    expect(await codeOf(newKey(person, { groupId: "vip" }))).toBe("group_not_allowed");
    await expect(newKey(person, { models: ["qwen3", "gone", "never"] })).rejects.toThrow("gone, never");
    expect(await codeOf(newKey(person, { name: " " }))).toBe("invalid_request");
    expect(await codeOf(newKey(person, { name: "x".repeat(65) }))).toBe("invalid_request");
    expect(await codeOf(newKey(person, { expiresAt: new Date(0) }))).toBe("invalid_request");
    expect(await codeOf(newKey(person, { capNanos: -1n }))).toBe("invalid_request");
    expect(await codeOf(newKey(person, { rpmLimit: 0 }))).toBe("invalid_request");
    await fixture.db.$transaction((tx) => setUserGroups(tx, staff, { userId: person.userId, groupIds: ["vip"] }));
    expect(await codeOf(newKey(person, { groupId: "vip", models: ["qwen3"] }))).toBeNull();
  });

  it("is one too many after fifty, also when they are made at once", async () => {
    const person = await fixture.person();
    const hash = (i: number) => Uint8Array.from(Buffer.from(`${person.userId}-${i}`));
    await fixture.db.virtualKey.createMany({
      data: Array.from({ length: MAX_KEYS - 2 }, (_, i) => ({
        id: crypto.randomUUID(),
        userId: person.userId,
        accountId: person.accountId,
        name: "k",
        hash: hash(i),
        prefix: "p",
        lastFour: "l",
        groupId: "default",
        models: [],
      })),
    });
    const codes = await Promise.all([1, 2, 3, 4, 5].map(() => codeOf(newKey(person))));
    expect(codes.filter((code) => code === null)).toHaveLength(2);
    expect(codes.filter((code) => code === "invalid_request")).toHaveLength(3);
  });
});

describe("a key's owner", () => {
  it("alone can change it: to others it does not exist", async () => {
    const owner = await fixture.person();
    const stranger = await fixture.person();
    const { id: keyId } = await newKey(owner);
    const foreign = { userId: stranger.userId, keyId };
    const acts = [
      () => fixture.db.$transaction((tx) => disableKey(tx, stranger.actor, foreign)),
      () => fixture.db.$transaction((tx) => enableKey(tx, stranger.actor, foreign)),
      () => fixture.db.$transaction((tx) => deleteKey(tx, stranger.actor, foreign)),
      () => fixture.db.$transaction((tx) => updateKey(tx, stranger.actor, { ...foreign, name: "mine" })),
      () => fixture.db.$transaction((tx) => setKeyLimits(tx, stranger.actor, { ...foreign, limits: { capNanos: 1n } })),
    ];
    for (const act of acts) expect(await codeOf(act())).toBe("not_found");
    expect(await listKeys(fixture.db, stranger.userId)).toEqual([]);
    expect(await listKeys(fixture.db, owner.userId)).toMatchObject([
      { name: "laptop", status: "active", capNanos: null },
    ]);
    expect(await fixture.trail(keyId)).toEqual(["key.create"]);
  });

  it("changes name, models, group, expiry, cap and state, each with an audit entry and a new version for the workers where they need one", async () => {
    const owner = await fixture.person();
    const { id: keyId } = await newKey(owner);
    const own = { userId: owner.userId, keyId };
    const expiresAt = new Date(Date.now() + 86_400_000);
    const version = async () => (await fixture.db.virtualKey.findUniqueOrThrow({ where: { id: keyId } })).version;
    const first = await version();
    await fixture.db.$transaction((tx) =>
      updateKey(tx, owner.actor, { ...own, name: "lab", models: ["qwen3"], expiresAt }),
    );
    await fixture.db.$transaction((tx) =>
      setKeyLimits(tx, owner.actor, { ...own, limits: { capNanos: 5n, capPeriod: "day" } }),
    );
    await fixture.db.$transaction((tx) => disableKey(tx, owner.actor, own));
    expect(await version()).toBe(first + 2);
    expect(await listKeys(fixture.db, owner.userId)).toMatchObject([
      {
        name: "lab",
        models: ["qwen3"],
        expiresAt,
        isExpired: false,
        capNanos: 5n,
        capPeriod: "day",
        status: "disabled",
      },
    ]);
    await fixture.db.$transaction((tx) => enableKey(tx, owner.actor, own));
    await fixture.db.$transaction((tx) => deleteKey(tx, owner.actor, own));
    expect(await codeOf(fixture.db.$transaction((tx) => enableKey(tx, owner.actor, own)))).toBe("not_found");
    expect(await listKeys(fixture.db, owner.userId)).toEqual([]);
    expect(await listKeyNames(fixture.db, owner.userId)).toEqual([{ id: keyId, name: "lab", isDeleted: true }]);
    expect(await fixture.trail(keyId)).toEqual([
      "key.create",
      "key.update",
      "key.limits",
      "key.disable",
      "key.enable",
      "key.delete",
    ]);
  });

  it("disabling and deleting one key at once ends in deletion, whichever comes first", async () => {
    const owner = await fixture.person();
    for (let i = 0; i < 5; i++) {
      const { id: keyId } = await newKey(owner);
      const own = { userId: owner.userId, keyId };
      const codes = await Promise.all([
        codeOf(fixture.db.$transaction((tx) => disableKey(tx, owner.actor, own))),
        codeOf(fixture.db.$transaction((tx) => deleteKey(tx, owner.actor, own))),
      ]);
      expect(codes[1]).toBeNull();
      expect([null, "not_found"]).toContain(codes[0]);
      expect((await fixture.db.virtualKey.findUniqueOrThrow({ where: { id: keyId } })).status).toBe("deleted");
    }
  });
});
