import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fillUsage } from "./fill.ts";
import type { UsagePlan } from "./plan.ts";
import { timeQueries } from "./queries.ts";

const plan: UsagePlan = {
  records: 2_003,
  accounts: 20,
  keysEach: 2,
  models: 8,
  months: 1,
  recordsPerSession: 7,
  until: new Date("2026-11-28T07:00:00Z"),
};
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await fillUsage(client, plan, { log: () => undefined, signal: new AbortController().signal });
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

it("writes as many records as asked for, and books that add up", async () => {
  const { rows } = await client.query(
    "select (select count(*)::int from usage_record) as records, (select sum(requests)::int from usage_rollup) as rolled",
  );
  expect(rows).toEqual([{ records: 2_003, rolled: 2_003 }]);
  expect((await client.query("select * from verify_ledger()")).rows).toEqual([]);
});

it("leaves nothing behind when it is stopped", async () => {
  const other = await createTestDatabase();
  const otherClient = new pg.Client({ connectionString: other.url });
  await otherClient.connect();
  try {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(fillUsage(otherClient, plan, { log: () => undefined, signal })).rejects.toThrow("stopped");
    expect((await otherClient.query("select from app_user")).rowCount).toBe(0);
  } finally {
    await otherClient.end();
    await other.drop();
  }
});

it("gives every account a balance that its last entry states", async () => {
  const { rows } = await client.query(`select a.id from account a
    join lateral (select balance_after_nanos from ledger_entry e where e.account_id = a.id order by created_at desc, id desc limit 1) e on true
    where a.balance_nanos <> e.balance_after_nanos or a.balance_nanos <= 0`);
  expect(rows).toEqual([]);
});

it("makes ids of version 7 whose time is that of the admission", async () => {
  const { rows } = await client.query(`select id from usage_record
    where uuid_extract_version(id) <> 7 or uuid_extract_timestamp(id) <> admitted_at`);
  expect(rows).toEqual([]);
});

it("keeps every record inside the plan's months", async () => {
  const { rows } = await client.query<{ first: Date; last: Date }>(
    "select min(admitted_at) as first, max(admitted_at) as last from usage_record",
  );
  const start = new Date("2026-10-29T07:00:00Z");
  expect(rows[0]?.first.getTime()).toBeGreaterThanOrEqual(start.getTime());
  expect(rows[0]?.last.getTime()).toBeLessThan(plan.until.getTime());
});

it("times every statement of the pages, without changing them", async () => {
  const times = await timeQueries(database.url, client, plan.until);
  expect(new Set(times.map((each) => each.page)).size).toBeGreaterThan(15);
  // A list of requests is two statements: a page of rows and their count.
  expect(times.filter((each) => each.page === "busiest student: requests of 30 days, first page")).toHaveLength(2);
  for (const { ms, firstMs } of times) expect([ms > 0, firstMs > 0]).toEqual([true, true]);
});
