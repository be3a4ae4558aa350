import { type Db, getBookSums, listLedger } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  admissionOf,
  createLedgerFixture,
  draftOf,
  type LedgerFixture,
  type Person,
} from "./testing/ledger-fixture.ts";
import { chargeInThePast } from "./testing/past.ts";

// The queries live in packages/db; they are tested here, where real settlements can be made.
let fixture: LedgerFixture;
let db: Db;
let person: Person;
let other: Person;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 4);
  person = await fixture.person(1_000n);
  other = await fixture.person(500n);
  const ledger = await fixture.ledger();
  await ledger.settle(draftOf(person, 30n));
  await ledger.settle(draftOf(other, 600n)); // 100 more than there is
  const open = draftOf(person, 50n);
  await ledger.admit(admissionOf(person, 50n, { requestId: open.requestId }));
  const at = new Date("2026-01-10T00:00:00Z");
  await chargeInThePast(fixture, person, at, [{ at, chargeNanos: 7n }]);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

describe("the ledger as administrators see it", () => {
  it("lists everybody's entries, newest first, by person, kind and time", async () => {
    const all = await listLedger(db);
    expect(all.total).toBe(5);
    const times = all.rows.map((row) => row.createdAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(all.rows.at(-1)).toMatchObject({ studentId: person.userId, accountKind: "user", amountNanos: -7n });

    expect((await listLedger(db, { search: other.userId })).rows.map((row) => row.kind)).toEqual(["charge", "top-up"]);
    expect(await listLedger(db, { search: "nobody" })).toMatchObject({ total: 0, rows: [] });
    expect((await listLedger(db, { kind: "top-up" })).total).toBe(2);
    const january = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-02-01T00:00:00Z") };
    expect(await listLedger(db, january)).toMatchObject({ total: 1, rows: [{ amountNanos: -7n, requests: 1 }] });
    expect((await listLedger(db, { to: new Date("2026-01-10T00:00:00Z") })).total).toBe(0);
    expect((await listLedger(db, { pageSize: 2, page: 3 })).rows).toHaveLength(1);
  });

  it("sums up what the books hold, what this month was charged, and what the house paid", async () => {
    const before = await getBookSums(db, "Asia/Shanghai");
    expect(before.accounts).toContainEqual({ kind: "user", count: 2, balanceNanos: 963n });
    expect(before.credits).toEqual([{ kind: "top-up", count: 1, remainingNanos: 963n }]);
    expect(before).toMatchObject({
      reservations: { count: 1, amountNanos: 50n },
      chargedNanos: 530n,
      uncollectedNanos: 100n,
      house: { requests: 0, costNanos: 0n },
    });
    const ledger = await fixture.ledger();
    await ledger.settle(draftOf({ ...person, accountId: HOUSE_ACCOUNT_ID }, 9n));
    expect(await getBookSums(db, "Asia/Shanghai")).toEqual({ ...before, house: { requests: 1, costNanos: 9n } });
  });
});
