import { type Limits, newId, noLimits } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  createGroup,
  createKey,
  deleteKey,
  getUserLimits,
  type LimitChanges,
  listAudit,
  listGroups,
  listKeys,
  readMeters,
  setGroupLimits,
  setKeyLimits,
  setSetting,
  setUserGroups,
  setUserLimits,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

type Person = Awaited<ReturnType<ActsFixture["person"]>>;

const makeKey = (person: Person, limits: Partial<Limits> = {}) =>
  fixture.db.$transaction((tx) => {
    const input = { userId: person.userId, name: "k", groupId: "default", models: [], expiresAt: null };
    return createKey(tx, person.actor, { ...input, ...noLimits, ...limits });
  });
const limitUser = (person: Person, limits: LimitChanges) =>
  fixture.db.$transaction((tx) => setUserLimits(tx, staff, { userId: person.userId, limits }));
const versionOf = async (person: Person) =>
  (await fixture.db.account.findUniqueOrThrow({ where: { id: person.accountId } })).limitsVersion;

/** Counts as a request just admitted would: so many, with so many tokens, `secondsAgo`. */
async function count(person: Person, meterId: string, secondsAgo: number, requests: number, tokens: number) {
  const slots = "array_fill(0, array[61])";
  await fixture.db.$executeRawUnsafe(
    `with s as (select floor(extract(epoch from now()))::bigint - ${secondsAgo} as second)
     insert into meter (id, account_id, scope, second, requests, tokens, request_sum, token_sum, limits_version)
     select '${meterId}', '${person.accountId}', 'user', second,
       (${slots})[1 : (second % 61)::int] || ${requests} || (${slots})[(second % 61)::int + 2 :],
       ((${slots})[1 : (second % 61)::int] || ${tokens} || (${slots})[(second % 61)::int + 2 :])::bigint[], ${requests}, ${tokens}, ${await versionOf(person)} from s`,
  );
}

describe("limits", () => {
  it("of a key, a person and a group change one at a time, each with before and after in the trail", async () => {
    const person = await fixture.person();
    const { id: keyId } = await makeKey(person, { rpmLimit: 3, tpmLimit: 5_000_000_000 / 10 });
    expect(await listKeys(fixture.db, person.userId)).toMatchObject([{ rpmLimit: 3, tpmLimit: 500_000_000 }]);
    await fixture.db.$transaction((tx) =>
      setKeyLimits(tx, person.actor, { userId: person.userId, keyId, limits: { rpmLimit: null, parallelLimit: 2 } }),
    );
    expect(await listKeys(fixture.db, person.userId)).toMatchObject([
      { rpmLimit: null, tpmLimit: 500_000_000, parallelLimit: 2 },
    ]);
    const after = await limitUser(person, { capNanos: 7n, capPeriod: "term" });
    expect(after).toEqual({ ...noLimits, capNanos: 7n, capPeriod: "term" });
    expect(await getUserLimits(fixture.db, person.userId)).toEqual(after);
    await fixture.db.$transaction((tx) => createGroup(tx, staff, { id: "lab", multiplier: "1", isOpen: false }));
    await fixture.db.$transaction((tx) => setGroupLimits(tx, staff, { groupId: "lab", limits: { tpmLimit: 9 } }));
    expect(await listGroups(fixture.db)).toContainEqual(expect.objectContaining({ id: "lab", tpmLimit: 9 }));
    expect((await listAudit(fixture.db, { action: "user.limits" })).rows).toMatchObject([
      {
        targetName: person.studentId,
        detail: { before: { capNanos: null, capPeriod: null }, after: { capNanos: "7", capPeriod: "term" } },
      },
    ]);
    expect(await fixture.trail(keyId)).toEqual(["key.create", "key.limits"]);
    expect(await fixture.trail("lab")).toEqual(["group.create", "group.limits"]);
  });

  it("that stay as they are leave no entry and no new version", async () => {
    const person = await fixture.person();
    await limitUser(person, { rpmLimit: 5 });
    const version = await versionOf(person);
    await limitUser(person, { rpmLimit: 5, tpmLimit: undefined, capPeriod: "day" });
    expect(await versionOf(person)).toBe(version);
    await limitUser(person, { rpmLimit: 6 });
    expect(await versionOf(person)).toBe(version + 1);
    expect((await fixture.trail(person.userId)).filter((action) => action === "user.limits")).toHaveLength(2);
  });

  it("that are not valid, or of nobody, change nothing", async () => {
    const person = await fixture.person();
    await expect(limitUser(person, { rpmLimit: 0 })).rejects.toThrow("requests a minute must be a whole number");
    expect(await codeOf(limitUser(person, { capNanos: -1n }))).toBe("invalid_request");
    expect(await getUserLimits(fixture.db, person.userId)).toEqual(noLimits);
    expect(await codeOf(limitUser({ ...person, userId: newId() }, { rpmLimit: 1 }))).toBe("not_found");
    const group = { groupId: "nowhere", limits: { rpmLimit: 1 } };
    expect(await codeOf(fixture.db.$transaction((tx) => setGroupLimits(tx, staff, group)))).toBe("group_not_found");
    const { id: keyId } = await makeKey(person);
    await fixture.db.$transaction((tx) => deleteKey(tx, person.actor, { userId: person.userId, keyId }));
    const key = { userId: person.userId, keyId, limits: { rpmLimit: 1 } };
    expect(await codeOf(fixture.db.$transaction((tx) => setKeyLimits(tx, person.actor, key)))).toBe("not_found");
  });
});

describe("meters", () => {
  it("name the limits that apply to a person, with nothing used where nothing was", async () => {
    const person = await fixture.person();
    expect(await readMeters(fixture.db, person.accountId)).toEqual([]);
    await makeKey(person);
    const { id: keyId } = await makeKey(person, { parallelLimit: 2 });
    await limitUser(person, { capNanos: 10n, capPeriod: "total" });
    await fixture.db.$transaction((tx) => setGroupLimits(tx, staff, { groupId: "vip", limits: { rpmLimit: 4 } }));
    const unused = { usedRequests: 0, usedTokens: 0, runningRequests: 0, spentNanos: 0n, reservedNanos: 0n };
    const user = {
      ...{ ...unused, ...noLimits, scope: "user", holderId: person.accountId, holderName: "" },
      ...{ capNanos: 10n, capPeriod: "total", beginsAnewAt: null },
    };
    const key = { ...noLimits, ...unused, scope: "key", holderId: keyId, holderName: "k", parallelLimit: 2 };
    expect(await readMeters(fixture.db, person.accountId)).toEqual([user, { ...key, beginsAnewAt: null }]);
    await fixture.db.$transaction((tx) => setUserGroups(tx, staff, { userId: person.userId, groupIds: ["vip"] }));
    expect((await readMeters(fixture.db, person.accountId)).map((row) => [row.scope, row.rpmLimit])).toEqual([
      ["user", null],
      ["member", 4],
      ["key", null],
    ]);
  });

  it("count what is at most 60 seconds old, though the row still holds what is older", async () => {
    const [fresh, stale] = [await fixture.person(), await fixture.person()];
    for (const person of [fresh, stale]) await limitUser(person, { rpmLimit: 5, tpmLimit: 500 });
    await count(fresh, fresh.accountId, 50, 3, 400);
    await count(stale, stale.accountId, 62, 3, 400);
    expect(await readMeters(fixture.db, fresh.accountId)).toMatchObject([{ usedRequests: 3, usedTokens: 400 }]);
    expect(await readMeters(fixture.db, stale.accountId)).toMatchObject([{ usedRequests: 0, usedTokens: 0 }]);
  });

  it("say when a cap begins anew: days and weeks in the site's zone, terms by the setting", async () => {
    const person = await fixture.person();
    const beginsAnew = async (capPeriod: "day" | "term" | "total") => {
      await limitUser(person, { capNanos: 10n, capPeriod });
      return (await readMeters(fixture.db, person.accountId))[0]?.beginsAnewAt ?? null;
    };
    expect(await beginsAnew("term")).toBeNull();
    const terms = [
      { startsOn: "2020-09-01", endsOn: "2021-01-17" },
      { startsOn: "2099-02-20", endsOn: "2099-07-10" },
    ];
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "academicTerms", terms));
    await fixture.db.$transaction((tx) => setSetting(tx, staff, "timeZone", "Asia/Kolkata"));
    expect(await beginsAnew("term")).toEqual(new Date("2099-02-20T00:00:00+05:30"));
    expect((await beginsAnew("day"))?.toISOString()).toMatch(/T18:30:00.000Z$/);
    expect(await beginsAnew("total")).toBeNull();
  });
});
