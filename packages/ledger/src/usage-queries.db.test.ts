import {
  createModel,
  type Db,
  getBalance,
  getUsageRecord,
  listEntries,
  listUsageRecords,
  readUsageRecords,
  setPrice,
  usageSeries,
  usageTotals,
} from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { costOf, noUsage } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";

// The queries live in packages/db; they are tested here, where real settlements can be made.
let fixture: LedgerFixture;
let db: Db;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 4);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

const HOUR_MS = 3_600_000;
const span = { from: new Date(Date.now() - 48 * HOUR_MS), to: new Date(Date.now() + HOUR_MS) };

describe("what a person sees of usage", () => {
  it("adds up: chart, totals, records, receipts, ledger entries and balance", async () => {
    const person = await fixture.person(1_000_000n);
    const other = await fixture.person(1_000_000n);
    const ledger = await fixture.ledger();
    const { id: modelId } = await db.$transaction((tx) => createModel(tx, staff, { name: "m", groups: [] }));
    const price = await db.$transaction((tx) =>
      setPrice(tx, staff, { modelId, input: "2", output: "8", cachedInput: "0.5" }),
    );
    const usage = { ...noUsage, input: 100, cachedInput: 40, output: 10 };
    const cost = costOf(price, usage, 800_000);
    const priced = { usage, priceId: price.id, multiplierPpm: 800_000 };
    const drafts = [
      draftOf(person, cost, priced),
      draftOf(person, cost, { ...priced, model: "n", outcome: "cut" }),
      draftOf(person, 0n, { usage: noUsage, outcome: "failed", errorCode: "upstream_error", httpStatus: 502 }),
      draftOf(other, 7n),
    ];
    for (const draft of drafts) await ledger.settle(draft);

    const { accountId, userId, keyId } = person;
    const totals = await usageTotals(db, { ...span, accountId });
    expect(totals).toEqual({
      requests: 3,
      failures: 2,
      inputTokens: 200,
      cachedInputTokens: 80,
      outputTokens: 20,
      reasoningTokens: 0,
      chargeNanos: 2n * cost,
      uncollectedNanos: 0n,
    });
    for (const by of ["model", "key"] as const) {
      for (const bucket of ["hour", "day"] as const) {
        const points = await usageSeries(db, { ...span, accountId, by, bucket, zone: "Asia/Shanghai" });
        expect(points.reduce((sum, point) => sum + point.chargeNanos, 0n)).toBe(totals.chargeNanos);
        expect(points.reduce((sum, point) => sum + point.requests, 0)).toBe(3);
        expect(new Set(points.map((point) => point.label))).toEqual(new Set(by === "model" ? ["m", "n"] : ["k"]));
      }
    }
    const records = await listUsageRecords(db, { accountId });
    expect(records.total).toBe(3);
    expect(records.rows.reduce((sum, row) => sum + row.chargeNanos, 0n)).toBe(totals.chargeNanos);
    expect(records.rows.every((row) => row.keyId === keyId && row.keyName === "k")).toBe(true);

    const [newest, ...older] = records.rows;
    expect(await listUsageRecords(db, { accountId, model: "n", ...span })).toMatchObject({ total: 1 });
    expect(await readUsageRecords(db, { accountId, ...span, before: null, limit: 1 })).toEqual([newest]);
    expect(await readUsageRecords(db, { accountId, ...span, before: newest?.id ?? null, limit: 9 })).toEqual(older);

    for (const row of records.rows) {
      const receipt = await getUsageRecord(db, { id: row.id, accountId });
      expect(receipt.lines.reduce((sum, line) => sum + line.amountNanos, 0n)).toBe(receipt.costNanos);
      expect(receipt.entries.reduce((sum, entry) => sum + entry.amountNanos, 0n)).toBe(-receipt.chargeNanos);
    }
    const entries = await listEntries(db, accountId);
    const balance = await getBalance(db, userId);
    expect(entries.rows.reduce((sum, entry) => sum + entry.amountNanos, 0n)).toBe(balance.balanceNanos);
    expect(entries.rows[0]?.balanceAfterNanos).toBe(balance.balanceNanos);
    expect(balance).toMatchObject({ balanceNanos: 1_000_000n - 2n * cost, reservedNanos: 0n });
    expect(balance.credits.reduce((sum, credit) => sum + credit.remainingNanos, 0n)).toBe(balance.balanceNanos);
  });

  it("is his alone: another's receipt does not exist for him, and an admin sees everybody's", async () => {
    const person = await fixture.person(1_000n);
    const stranger = await fixture.person(1_000n);
    const ledger = await fixture.ledger();
    const draft = draftOf(person, 10n, { model: "alone" });
    await ledger.settle(draft);
    await expect(getUsageRecord(db, { id: draft.requestId, accountId: stranger.accountId })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await listUsageRecords(db, { accountId: stranger.accountId })).toMatchObject({ total: 0, rows: [] });
    expect(await getUsageRecord(db, { id: draft.requestId, accountId: null })).toMatchObject({
      chargeNanos: 10n,
      price: null,
      lines: [],
    });
    expect((await usageTotals(db, { ...span, accountId: null })).requests).toBeGreaterThan(1);
    expect(await usageTotals(db, { ...span, accountId: stranger.accountId })).toMatchObject({
      requests: 0,
      chargeNanos: 0n,
    });
  });

  it("begins a day at midnight of the zone", async () => {
    const person = await fixture.person(1_000n);
    const hour = (text: string) =>
      fixture.query(
        `insert into usage_rollup (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
       values ($1, $2, $3, 'm', 1, 0, 1, 0, 1, 0, 0, 0, 'default', $1)`,
        [person.accountId, text, person.keyId],
      );
    await hour("2026-03-01T15:00:00Z"); // 23:00 in Shanghai
    await hour("2026-03-01T16:00:00Z"); // midnight there
    const days = async (zone: string) => {
      const query = {
        accountId: person.accountId,
        from: new Date("2026-02-28T00:00:00Z"),
        to: new Date("2026-03-03T00:00:00Z"),
      };
      return (await usageSeries(db, { ...query, bucket: "day", by: "model", zone })).map((point) =>
        point.start.toISOString(),
      );
    };
    expect(await days("Asia/Shanghai")).toEqual(["2026-02-28T16:00:00.000Z", "2026-03-01T16:00:00.000Z"]);
    expect(await days("UTC")).toEqual(["2026-03-01T00:00:00.000Z"]);
  });
});
