import { createUser, type Db } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fund, fundMany, setBalance } from "./post.ts";
import { verifyLedger } from "./verify.ts";

let database: TestDatabase;
let db: Db;
const staff = { id: newId(), name: "staff", ip: "10.0.0.9" };
const UNIT = 1_000_000_000n;
let counter = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 12);
});
afterAll(async () => {
  expect(await verifyLedger(db)).toEqual([]);
  await db.$disconnect();
  await database.drop();
});

async function account(): Promise<string> {
  counter += 1;
  const input = {
    studentId: `P${counter + 1000}`,
    name: "n",
    role: "student",
    password: "correct horse battery",
  } as const;
  return (await db.$transaction((tx) => createUser(tx, staff, input))).accountId;
}
const balanceOf = async (id: string) => (await db.account.findUniqueOrThrow({ where: { id } })).balanceNanos;
const trail = (targetId: string) => db.auditEntry.findMany({ where: { targetId }, orderBy: { id: "asc" } });

async function codeOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe("fund", () => {
  it("adds exactly the amount, with actor and reason in ledger and trail", async () => {
    const accountId = await account();
    const change = await db.$transaction((tx) =>
      fund(tx, staff, { accountId, amountNanos: 20n * UNIT, reason: "第一周" }),
    );
    const entries = await db.ledgerEntry.findMany({ where: { accountId } });
    const entryIds = entries.map((entry) => entry.id);
    expect(change).toEqual({ accountId, entryIds, beforeNanos: 0n, afterNanos: 20n * UNIT, missingNanos: 0n });
    expect(entries).toMatchObject([
      { kind: "top_up", amountNanos: 20n * UNIT, actorId: staff.id, reason: "第一周", requests: 0 },
    ]);
    expect(await trail(accountId)).toMatchObject([
      {
        action: "account.fund",
        actorName: "staff",
        ip: "10.0.0.9",
        detail: { before: "0", after: "20", reason: "第一周" },
      },
    ]);
  });

  it("leaves neither money nor trail when the transaction rolls back", async () => {
    const accountId = await account();
    const undone = db.$transaction(async (tx) => {
      await fund(tx, staff, { accountId, amountNanos: UNIT, reason: "r" });
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
    expect(await balanceOf(accountId)).toBe(0n);
    expect(await trail(accountId)).toEqual([]);
  });

  it("refuses nothing, less than nothing, absurd amounts, no reason, a past end and unknown accounts", async () => {
    const accountId = await account();
    const attempt = (changes: object) =>
      codeOf(db.$transaction((tx) => fund(tx, staff, { accountId, amountNanos: UNIT, reason: "r", ...changes })));
    expect(await attempt({ amountNanos: 0n })).toBe("invalid_amount");
    expect(await attempt({ amountNanos: -1n })).toBe("invalid_amount");
    expect(await attempt({ amountNanos: 10_000_000n * UNIT + 1n })).toBe("invalid_amount");
    expect(await attempt({ reason: "  " })).toBe("invalid_request");
    expect(await attempt({ reason: "x".repeat(201) })).toBe("invalid_request");
    expect(await attempt({ endsAt: new Date(0) })).toBe("invalid_request");
    expect(await attempt({ accountId: newId() })).toBe("not_found");
    expect(await balanceOf(accountId)).toBe(0n);
    expect(await attempt({ endsAt: new Date(Date.now() + 60_000) })).toBeNull();
  });
});

describe("a voucher", () => {
  it("is a credit of its own kind, with an end", async () => {
    const accountId = await account();
    const endsAt = new Date(Date.now() + 60_000);
    await db.$transaction((tx) =>
      fund(tx, staff, { accountId, amountNanos: 5n, reason: "V", endsAt, kind: "voucher" }),
    );
    expect(await db.credit.findMany({ where: { accountId } })).toMatchObject([
      { kind: "voucher", amountNanos: 5n, endsAt },
    ]);
    expect(await db.ledgerEntry.findMany({ where: { accountId } })).toMatchObject([{ kind: "top_up" }]);
  });
});

describe("setBalance", () => {
  it("reaches the target from below and from above", async () => {
    const accountId = await account();
    const set = (targetNanos: bigint) =>
      db.$transaction((tx) => setBalance(tx, staff, { accountId, targetNanos, reason: "r" }));
    expect(await set(5n)).toMatchObject({ beforeNanos: 0n, afterNanos: 5n });
    expect(await set(2n)).toMatchObject({ beforeNanos: 5n, afterNanos: 2n, missingNanos: 0n });
    expect(await set(2n)).toMatchObject({ beforeNanos: 2n, afterNanos: 2n });
    expect(await set(0n)).toMatchObject({ afterNanos: 0n });
    expect(await db.ledgerEntry.count({ where: { accountId } })).toBe(3);
  });

  it("takes only what running requests have not reserved, and says what it couldn't", async () => {
    const accountId = await account();
    await db.$transaction((tx) => fund(tx, staff, { accountId, amountNanos: 10n, reason: "r" }));
    const requestId = newId();
    const request = { protocol: "p", requestedModel: "m", model: "m", isStream: false, inputTokens: 1 };
    const terms = { groupId: "default", multiplierPpm: 1_000_000, inputCostNanos: 7n, workerId: newId() };
    await db.reservation.create({ data: { requestId, accountId, amountNanos: 7n, ...request, ...terms } });
    await db.account.update({ where: { id: accountId }, data: { reservedNanos: 7n } });
    const change = await db.$transaction((tx) => setBalance(tx, staff, { accountId, targetNanos: 1n, reason: "r" }));
    expect(change).toMatchObject({ beforeNanos: 10n, afterNanos: 7n, missingNanos: 6n });
    const last = (await trail(accountId)).at(-1);
    expect(last?.detail).toMatchObject({ missing: "0.000000006" });
    expect(await verifyLedger(db)).toEqual([]);
  });
});

describe("fundMany", () => {
  it("funds all or, where one account is unknown, none", async () => {
    const accountIds = [await account(), await account(), await account()];
    const many = (ids: string[]) =>
      codeOf(
        db.$transaction((tx) => fundMany(tx, staff, { accountIds: ids, mode: "add", amountNanos: 3n, reason: "r" })),
      );
    expect(await many([...accountIds, newId()])).toBe("not_found");
    expect(await Promise.all(accountIds.map(balanceOf))).toEqual([0n, 0n, 0n]);
    expect(await many([...accountIds, accountIds[0] ?? ""])).toBeNull();
    expect(await Promise.all(accountIds.map(balanceOf))).toEqual([3n, 3n, 3n]);
  });

  it("neither deadlocks nor loses an amount when many staff post at once, in any order", async () => {
    const accountIds = await Promise.all(Array.from({ length: 6 }, account));
    const orders = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? accountIds : accountIds.toReversed()));
    await Promise.all(
      orders.map((ids) =>
        db.$transaction((tx) => fundMany(tx, staff, { accountIds: ids, mode: "add", amountNanos: 1n, reason: "r" })),
      ),
    );
    expect(await Promise.all(accountIds.map(balanceOf))).toEqual(accountIds.map(() => 10n));
    await db.$transaction((tx) => fundMany(tx, staff, { accountIds, mode: "set", amountNanos: 4n, reason: "r" }));
    expect(await Promise.all(accountIds.map(balanceOf))).toEqual(accountIds.map(() => 4n));
  });
});

describe("verifyLedger", () => {
  it("names the account and the sum that differ", async () => {
    const accountId = await account();
    await db.$transaction((tx) => fund(tx, staff, { accountId, amountNanos: 10n, reason: "r" }));
    await db.account.update({ where: { id: accountId }, data: { balanceNanos: 11n } });
    const differences = await verifyLedger(db);
    expect(differences.map((each) => each.subject)).toEqual(["balance, by credits", "balance, by ledger entries"]);
    expect(differences[0]).toMatchObject({
      accountId,
      studentId: expect.stringMatching(/^P1/),
      expectedNanos: 10n,
      foundNanos: 11n,
    });
    await db.account.update({ where: { id: accountId }, data: { balanceNanos: 10n } });
  });
});
