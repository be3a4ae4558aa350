import { type Db, usageSeries, usageTotals } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admissionOf, createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { chargeInThePast } from "./testing/past.ts";

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

const HOUR_MS = 3_600_000;
const pools = ["00000000-0000-0000-0000-000000000000", "00000000-0000-7000-8000-0000000000aa"];

/** What the campus's sums differ by from those of all people, in either direction. */
const differences = async () => {
  const rollup = (series: string, dimension: string) =>
    `select '${dimension}' as dimension, hour, ${series} as series, sum(requests)::bigint, sum(failures)::bigint, sum(input_tokens)::bigint,
      sum(cached_input_tokens)::bigint, sum(output_tokens)::bigint, sum(reasoning_tokens)::bigint, sum(charge_nanos)::bigint, sum(uncollected_nanos)::bigint
      from usage_rollup group by hour, ${series}`;
  return fixture.query(`with people as (${rollup("model", "model")} union all ${rollup("pool_id::text", "course")}),
    campus as (select dimension, hour, series, sum(requests)::bigint, sum(failures)::bigint, sum(input_tokens)::bigint, sum(cached_input_tokens)::bigint,
      sum(output_tokens)::bigint, sum(reasoning_tokens)::bigint, sum(charge_nanos)::bigint, sum(uncollected_nanos)::bigint from campus_usage group by 1, 2, 3)
    (select 'missing', * from people except select 'missing', * from campus) union all (select 'too much', * from campus except select 'too much', * from people)`);
};

describe("usage of the whole campus", () => {
  it("is the sum of everybody's at every moment: before an hour is closed, after, and after what came late", async () => {
    const person = await fixture.person(1_000_000_000n);
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          hoursAgo: fc.integer({ min: 0, max: 12 }),
          model: fc.constantFrom("a", "b"),
          pool: fc.constantFrom(...pools),
        }),
      },
      { weight: 1, arbitrary: fc.constant("close" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        for (const each of steps) {
          if (each === "close") await fixture.query("select close_campus_hours()");
          else {
            const at = new Date(Date.now() - each.hoursAgo * HOUR_MS);
            await chargeInThePast(fixture, person, at, [{ at, chargeNanos: 7n, model: each.model, poolId: each.pool }]);
          }
          expect(await differences()).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
    await fixture.query("select close_campus_hours()");
    expect(await fixture.query("select from campus_rollup_late where hour < campus_closed_until()")).toEqual([]);
    const span = { accountId: null, from: new Date(Date.now() - 24 * HOUR_MS), to: new Date(Date.now() + HOUR_MS) };
    const totals = await usageTotals(db, span);
    expect(totals.requests).toBeGreaterThan(0);
    for (const by of ["model", "course", "key"] as const) {
      const points = await usageSeries(db, { ...span, bucket: "day", by, zone: "Asia/Shanghai" });
      expect(points.reduce((sum, point) => sum + point.chargeNanos, 0n)).toBe(totals.chargeNanos);
      expect(points.reduce((sum, point) => sum + point.requests, 0)).toBe(totals.requests);
      if (by === "course") expect(new Set(points.map((point) => point.series))).toEqual(new Set(pools));
    }
    const own = await usageSeries(db, {
      ...span,
      accountId: person.accountId,
      bucket: "day",
      by: "course",
      zone: "UTC",
    });
    expect(new Set(own.map((point) => point.series))).toEqual(new Set(pools));
  });

  it("misses nothing that settles while an hour is being closed", async () => {
    const person = await fixture.person(1_000_000_000n);
    const old = new Date(Date.now() - 6 * HOUR_MS);
    const client = await fixture.pool.connect();
    try {
      // Written into an hour that is closed before this commits.
      await client.query("begin");
      await client.query(
        `insert into usage_rollup values ($1, date_trunc('hour', $2::timestamptz, 'UTC'), $3, 'c', 1, 0, 1, 0, 1, 0, 5, 0, 'default', $4)`,
        [person.accountId, old, person.keyId, pools[0]],
      );
      await fixture.query(
        "insert into campus_rollup values ('model', date_trunc('hour', now() - interval '5 hours', 'UTC'), 'd', 0, 0, 0, 0, 0, 0, 0, 0)",
      );
      await fixture.query("select close_campus_hours()");
      await client.query("commit");
    } finally {
      client.release();
    }
    await fixture.query("delete from campus_rollup where series = 'd'");
    expect(await differences()).toEqual([]);
    await fixture.query("select close_campus_hours()");
    expect(await differences()).toEqual([]);
  });

  it("costs the settlement of a request of now no note", async () => {
    const person = await fixture.person(1_000n);
    const ledger = await fixture.ledger();
    await fixture.query("delete from campus_rollup_late");
    const draft = draftOf(person, 5n);
    await ledger.admit(admissionOf(person, 5n, { requestId: draft.requestId }));
    await ledger.settle(draft);
    expect(await fixture.query("select from campus_rollup_late")).toEqual([]);
  });
});
