import { type Db, droppedBefore, getUsageRecord, usageSeries } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountStatement } from "./statement.ts";
import { csvRows } from "./testing/csv-rows.ts";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { chargeInThePast } from "./testing/past.ts";
import { recordVerification } from "./verify.ts";

let fixture: LedgerFixture;
let db: Db;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 4);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

const partitionOf = async (id: string) =>
  (await fixture.one<{ name: string }>("select tableoid::regclass::text as name from usage_record where id = $1", [id]))
    .name;

describe("months of usage records", () => {
  it("take in what came while they were missing", async () => {
    const person = await fixture.person(1_000n);
    const at = new Date("2024-02-29T23:59:59Z");
    const [id = "", next = ""] = await chargeInThePast(fixture, person, at, [
      { at, chargeNanos: 3n },
      { at: new Date("2024-03-01T00:00:00Z"), chargeNanos: 4n },
    ]);
    expect([await partitionOf(id), await partitionOf(next)]).toEqual(["usage_months.other", "usage_months.other"]);
    await fixture.query("select make_usage_months($1, 0)", [at]);
    expect([await partitionOf(id), await partitionOf(next)]).toEqual(["usage_months.m2024_02", "usage_months.other"]);
    await fixture.query("select make_usage_months($1, 1)", [at]); // again is no trouble
    expect(await partitionOf(next)).toBe("usage_months.m2024_03");
    expect(await fixture.differences()).toEqual([]);
    await fixture.query("select drop_usage_before('2024-04-01T00:00:00Z')");
    expect(await fixture.differences()).toEqual([]);
  });

  it("are dropped with their sums kept: books, charts, later statements and receipts still make sense", async () => {
    const person = await fixture.person(1_000n);
    const ledger = await fixture.ledger();
    await fixture.query("select make_usage_months('2025-01-01T00:00:00Z', 3)");
    const january = new Date("2025-01-20T03:00:00Z");
    const border = new Date("2025-01-31T23:59:59Z");
    const [old = ""] = await chargeInThePast(fixture, person, january, [
      { at: january, chargeNanos: 100n, model: "a" },
    ]);
    // One entry that carries records of two months.
    const [, kept = ""] = await chargeInThePast(fixture, person, new Date("2025-02-01T00:00:02Z"), [
      { at: border, chargeNanos: 20n, model: "a" },
      { at: new Date("2025-02-01T00:00:01Z"), chargeNanos: 3n, model: "b" },
    ]);
    await ledger.settle(draftOf(person, 5n));
    expect(await fixture.differences()).toEqual([]);
    const chart = () =>
      usageSeries(db, {
        accountId: person.accountId,
        from: new Date("2025-01-01T00:00:00Z"),
        to: new Date(Date.now() + 3_600_000),
        bucket: "day",
        by: "model",
        zone: "Asia/Shanghai",
      });
    const before = await chart();
    const counted = (await recordVerification(db, { id: null, name: "test" }, true))?.usageRecords;
    expect(await droppedBefore(db, person.accountId)).toBeNull();

    // Months are UTC's, whatever the connection thinks.
    const client = await fixture.pool.connect();
    try {
      await client.query("set timezone = 'America/Los_Angeles'");
      const { rows } = await client.query("select drop_usage_before('2025-02-14T00:00:00Z') as gone");
      expect(rows).toEqual([{ gone: "2" }]);
      await client.query("set timezone = 'Asia/Shanghai'");
      expect((await client.query("select drop_usage_before('2025-02-01T00:00:00Z') as gone")).rows).toEqual([
        { gone: "0" },
      ]);
      await client.query("reset timezone");
    } finally {
      client.release();
    }

    expect(await fixture.differences()).toEqual([]);
    expect(await recordVerification(db, { id: null, name: "test" }, true)).toMatchObject({
      usageRecords: counted,
      differenceCount: 0,
    });
    expect(await chart()).toEqual(before);
    await expect(getUsageRecord(db, { id: old, accountId: person.accountId })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await getUsageRecord(db, { id: kept, accountId: person.accountId })).toMatchObject({ chargeNanos: 3n });
    expect(await droppedBefore(db, person.accountId)).toEqual(new Date("2025-02-01T00:00:00Z"));
    expect(await droppedBefore(db, newId())).toBeNull();

    const rows = await csvRows(
      await accountStatement(db, {
        accountId: person.accountId,
        month: "2025-01",
        zone: "UTC",
        currency: "CNY",
        holder: "n",
      }),
    );
    const of = (row: string) => rows.filter((each) => each.row === row);
    expect(of("request")).toEqual([]);
    expect(of("usage")).toMatchObject([{ model: "a", requests: "2", amount: "-0.00000012", input_tokens: "20" }]);
    expect(of("usage")[0]?.note).toContain("dropped");
    expect(of("sum").map((row) => [row.kind, row.amount])).toEqual([
      ["entries", "-0.0000001"],
      ["closing", "-0.0000001"],
      ["charges", "-0.0000001"],
      ["requests", "0"],
      ["usage", "-0.00000012"],
      ["other-months", "0.00000002"], // charged a second into February
    ]);
  });

  it("hold up no request while they are added up", async () => {
    const person = await fixture.person(1_000n);
    const ledger = await fixture.ledger();
    await fixture.query("select make_usage_months('2025-03-01T00:00:00Z', 1)");
    const at = new Date("2025-03-05T00:00:00Z");
    await chargeInThePast(fixture, person, at, [{ at, chargeNanos: 1n }]);
    const reader = await fixture.pool.connect();
    try {
      // A reader that takes its time holds the table's lock: the months stay, and requests go on.
      await reader.query("begin; select count(*) from usage_record");
      const drop = fixture.query("set lock_timeout = '300ms'; select drop_usage_before('2025-04-01T00:00:00Z')");
      await expect(drop).rejects.toMatchObject({ code: "55P03" });
      expect(await ledger.settle(draftOf(person, 5n))).toMatchObject({ outcome: "settled" });
    } finally {
      await reader.query("commit");
      reader.release();
    }
    expect(await fixture.differences()).toEqual([]);
    await fixture.query("select drop_usage_before('2025-04-01T00:00:00Z')");
    expect(await fixture.differences()).toEqual([]);
  });
});
