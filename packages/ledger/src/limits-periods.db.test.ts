import type { CapPeriod } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { type LimitedPerson, limitedPerson } from "./testing/limits-scene.ts";
import type { Ledger } from "./types.ts";

const YUAN = 1_000_000_000n;
let books: LedgerFixture;
let ledger: Ledger;
beforeAll(async () => {
  books = await createLedgerFixture();
  ledger = await books.ledger();
});
afterAll(async () => {
  expect(await books.differences()).toEqual([]);
  await books.drop();
});

const terms = (...days: string[]) =>
  books.query(
    "insert into setting (key, value) values ('academicTerms', $1) on conflict (key) do update set value = excluded.value",
    [JSON.stringify(days.map((startsOn) => ({ startsOn, endsOn: startsOn })))],
  );
beforeEach(() => terms());

describe("the period of a cap", () => {
  async function bounds(period: CapPeriod, moment: string, zone: string) {
    const row = await books.one<{ starts: Date; ends: Date | null }>(
      "select starts, ends from cap_period_bounds($1, $2, $3)",
      [period, moment, zone],
    );
    return [row.starts, row.ends].map((each) => each?.toISOString().replace(":00.000Z", "") ?? null);
  }

  it.each<[CapPeriod, string, string, string, string]>([
    ["day", "2026-11-28T15:59:59Z", "Asia/Shanghai", "2026-11-27T16:00", "2026-11-28T16:00"],
    ["day", "2026-11-28T16:00:00Z", "Asia/Shanghai", "2026-11-28T16:00", "2026-11-29T16:00"],
    ["day", "2026-11-28T18:29:59Z", "Asia/Kolkata", "2026-11-27T18:30", "2026-11-28T18:30"],
    ["day", "2026-11-28T18:30:00Z", "Asia/Kolkata", "2026-11-28T18:30", "2026-11-29T18:30"],
    // The clock goes forward: a day of 23 hours.
    ["day", "2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"],
    ["week", "2026-11-29T15:00:00Z", "Asia/Shanghai", "2026-11-22T16:00", "2026-11-29T16:00"],
    ["week", "2026-11-29T18:30:00Z", "Asia/Kolkata", "2026-11-29T18:30", "2026-12-06T18:30"],
    ["month", "2026-02-28T16:00:00Z", "Asia/Shanghai", "2026-02-28T16:00", "2026-03-31T16:00"],
    ["month", "2026-12-31T18:00:00Z", "Asia/Kolkata", "2026-11-30T18:30", "2026-12-31T18:30"],
  ])("%s at %s in %s is from %s to %s", async (period, moment, zone, starts, ends) => {
    expect(await bounds(period, moment, zone)).toEqual([starts, ends]);
  });

  it("term is from the first day of one to the first day of the next, and all before the first where none has begun", async () => {
    await terms("2026-09-01", "2027-02-22");
    expect(await bounds("term", "2026-08-31T18:29:59Z", "Asia/Kolkata")).toEqual([
      "1970-01-01T00:00",
      "2026-08-31T18:30",
    ]);
    expect(await bounds("term", "2026-08-31T18:30:00Z", "Asia/Kolkata")).toEqual([
      "2026-08-31T18:30",
      "2027-02-21T18:30",
    ]);
    expect(await bounds("term", "2030-01-01T00:00:00Z", "Asia/Kolkata")).toEqual(["2027-02-21T18:30", null]);
    await terms();
    expect(await bounds("term", "2026-11-28T00:00:00Z", "Asia/Kolkata")).toEqual(["1970-01-01T00:00", null]);
    expect(await bounds("total", "2026-11-28T00:00:00Z", "Asia/Kolkata")).toEqual(["1970-01-01T00:00", null]);
  });
});

/** As if all that a person did, and his meters' periods, were so many days ago. */
async function backdate(person: LimitedPerson, days: number): Promise<void> {
  const past = [person.accountId, days];
  await books.query(
    `update meter set period_start = period_start - make_interval(days => $2), period_end = period_end - make_interval(days => $2) where account_id = $1`,
    past,
  );
  await books.query(
    "update reservation set admitted_at = admitted_at - make_interval(days => $2) where account_id = $1",
    past,
  );
  await books.query("update usage_rollup set hour = hour - make_interval(days => $2) where account_id = $1", past);
  await books.query(
    "update usage_record set admitted_at = admitted_at - make_interval(days => $2) where account_id = $1",
    past,
  );
}

describe("a cap", () => {
  it.each<[CapPeriod, number]>([
    ["day", 1],
    ["week", 7],
    ["month", 31],
    ["term", 41],
  ])("by %s allows its amount once in each, and says when it begins anew", async (period, days) => {
    const inDays = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
    await terms(inDays(-300), inDays(-20), inDays(20));
    for (const scope of ["key", "user", "member"] as const) {
      const person = await limitedPerson(books, 100n * YUAN);
      await person.limit(scope, { capNanos: 3n * YUAN, capPeriod: period });
      const request = person.admission(2n * YUAN);
      await ledger.admit(request);
      await ledger.settle(draftOf(person, 2n * YUAN, { requestId: request.requestId }));
      const asked = Date.now();
      const refused = await ledger.admit(person.admission(2n * YUAN));
      const answered = Date.now();
      const { ends } = await books.one<{ ends: Date }>(
        "select ends from cap_period_bounds($1, now(), 'Asia/Shanghai')",
        [period],
      );
      expect(refused).toMatchObject({ refusal: "cap_exceeded", availableNanos: YUAN, failed: { scope } });
      const waitMs = refused.admitted ? 0 : (refused.failed?.waitMs ?? 0);
      expect(waitMs).toBeGreaterThanOrEqual(ends.getTime() - answered - 1_000);
      expect(waitMs).toBeLessThanOrEqual(ends.getTime() - asked + 1_000);
      await backdate(person, days);
      expect(await ledger.admit(person.admission(3n * YUAN))).toMatchObject({ admitted: true });
      expect(await ledger.admit(person.admission(1n))).toMatchObject({ refusal: "cap_exceeded", availableNanos: 0n });
    }
  });

  it("of a period that is over still holds back a request that was admitted in it", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("key", { capNanos: 5n * YUAN, capPeriod: "day" });
    await ledger.settle(draftOf(person, YUAN, { groupId: person.groupId }));
    const yesterday = person.admission(2n * YUAN);
    await ledger.admit(yesterday);
    await backdate(person, 1);
    // Today is another cap's business.
    await ledger.settle(draftOf(person, YUAN, { groupId: person.groupId }));
    await ledger.admit(person.admission(3n * YUAN));
    expect(await ledger.extend(yesterday.requestId, 9n * YUAN)).toBe(2n * YUAN);
    expect(await ledger.extend(yesterday.requestId, YUAN)).toBe(0n);
  });

  it("by term begins anew when the terms are changed, for whoever has one", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    await person.limit("user", { capNanos: 2n * YUAN, capPeriod: "term" });
    await ledger.settle(draftOf(person, 2n * YUAN, { groupId: person.groupId }));
    expect(await ledger.admit(person.admission(YUAN))).toMatchObject({
      refusal: "cap_exceeded",
      failed: { waitMs: null },
    });
    await books.query("update usage_rollup set hour = hour - interval '2 days' where account_id = $1", [
      person.accountId,
    ]);
    await terms(new Date().toISOString().slice(0, 10));
    expect(await ledger.admit(person.admission(2n * YUAN))).toMatchObject({ admitted: true });
  });

  it("that begins at half past an hour counts what was admitted from that minute on, and nothing before", async () => {
    const person = await limitedPerson(books, 100n * YUAN);
    const midnight = "2026-11-27T18:30:00Z"; // in Kolkata
    for (const [offset, cost] of [
      ["-29 minutes", 1n],
      ["-1 millisecond", 10n],
      ["0", 100n],
      ["29 minutes", 1_000n],
      ["31 minutes", 10_000n],
    ] as const) {
      const { id, moment } = await books.one<{ id: string; moment: string }>(
        "select id_floor($1::timestamptz + $2::interval) as id, ($1::timestamptz + $2::interval)::text as moment",
        [midnight, offset],
      );
      const draft = draftOf(person, cost, { requestId: id, groupId: person.groupId });
      await books.settleAt(draft, moment);
    }
    const spent = async (key: string | null, group: string | null) => {
      const row = await books.one<{ spent: string }>(
        "select spent_since($1, $2, $3, (select starts from cap_period_bounds('day', $4, 'Asia/Kolkata'))) as spent",
        [person.accountId, key, group, "2026-11-28T12:00:00Z"],
      );
      return Number(row.spent);
    };
    expect(await spent(null, null)).toBe(11_100);
    expect(await spent(person.keyId, null)).toBe(11_100);
    expect(await spent(null, person.groupId)).toBe(11_100);
    expect(await spent(null, "another")).toBe(0);
  });
});
