import type { DatabasePool } from "@lyceum/db/pool";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPool } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { until } from "./testing/worker-fixture.ts";

type Line = { level: string; message: string; fields: Readonly<Record<string, unknown>> };

let database: TestDatabase;
let pool: DatabasePool;
let lines: Line[];
const started: Housekeeping[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPatientPool(database.url, 6);
  lines = [];
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
  await pool.end();
  await database.drop();
});

function start(timeZone: string, usageRetentionMonths: number | null = null) {
  const log = (level: string, message: string, fields: Line["fields"]) => void lines.push({ level, message, fields });
  started.push(startHousekeeping({ pool, url: database.url }, () => ({ timeZone, usageRetentionMonths }), log));
}

/** A zone where it is so many o'clock now. */
function zoneAt(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? "UTC" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

const months = async () =>
  (
    await pool.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relname ~ '^m\\d{4}_\\d{2}$' order by 1",
    )
  ).rows.map((row) => row.name);
const nameOf = (moment: Date) => `m${moment.toISOString().slice(0, 7).replace("-", "_")}`;
const monthsFromNow = (count: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count, 1));
};

it("makes months ahead where they are missing", async () => {
  const last = nameOf(monthsFromNow(3));
  await pool.query(`drop table if exists usage_months.${last}`);
  start("UTC");
  await until(async () => (await months()).includes(last));
});

it("adds up the books once a night, however many workers there are, and logs an error where they differ", async () => {
  await pool.query("insert into account (id, kind, balance_nanos) values ($1, 'house', 5)", [newId()]);
  for (let i = 0; i < 4; i++) start(zoneAt(3));
  const logged = () => lines.filter((line) => line.message.includes("add up"));
  await until(async () => logged().length > 0);
  for (const each of started.splice(0)) await each.stop();
  expect(logged()).toMatchObject([{ level: "error", fields: { differenceCount: 2, usageRecords: "0" } }]);
  expect((await pool.query("select actor_id, actor_name, difference_count from ledger_verification")).rows).toEqual([
    { actor_id: null, actor_name: "nightly", difference_count: 2 },
  ]);
});

it("lets the day pass without", async () => {
  start(zoneAt(9));
  await until(async () => (await months()).includes(nameOf(monthsFromNow(3))));
  for (const each of started.splice(0)) await each.stop();
  expect((await pool.query("select from ledger_verification")).rowCount).toBe(0);
  expect(lines).toEqual([]);
});

it("drops months older than the retention, with an entry in the audit trail, and none without one", async () => {
  const old = nameOf(monthsFromNow(-14));
  const kept = nameOf(monthsFromNow(-13));
  await pool.query("select make_usage_months($1, 1)", [monthsFromNow(-14)]);
  const account = newId();
  await pool.query("insert into account (id, kind) values ($1, 'house')", [account]);
  await pool.query(
    `insert into usage_record (id, account_id, group_id, protocol, requested_model, model, is_stream, attempts, input_tokens, cached_input_tokens,
        cache_write_tokens, output_tokens, reasoning_tokens, image_tokens, audio_tokens, multiplier_ppm, cost_nanos, charge_nanos, uncollected_nanos,
        reserved_nanos, charge_entry_ids, charge_parts, outcome, http_status, is_estimated, queue_ms, total_ms, admitted_at)
      values ($1, $2, 'default', 'openai-chat', 'm', 'm', false, 1, 0, 0, 0, 0, 0, 0, 0, 1000000, 0, 0, 0, 0, '{}', '{}', 'finished', 200, false, 0, 1, $3)`,
    [newId(monthsFromNow(-14).getTime() + 1_000), account, monthsFromNow(-14)],
  );
  start("UTC", null);
  await until(async () => (await months()).includes(nameOf(monthsFromNow(3))));
  for (const each of started.splice(0)) await each.stop();
  expect(await months()).toContain(old);
  start("UTC", 13);
  await until(async () => !(await months()).includes(old));
  await until(async () => lines.length > 0);
  expect(await months()).toContain(kept);
  expect(lines).toMatchObject([{ level: "info", fields: { gone: 1, months: 13 } }]);
  const trail = await pool.query("select actor_id, actor_name, action, detail from audit_entry");
  expect(trail.rows).toEqual([
    {
      actor_id: null,
      actor_name: "system",
      action: "usage.drop",
      detail: { records: 1, keptSince: kept.slice(1).replace("_", "-"), months: 13 },
    },
  ]);
  expect((await pool.query("select * from verify_ledger()")).rows).toEqual([]);
});

it("deletes stored responses whose days are over", async () => {
  const [account, kept] = [newId(), newId()];
  const insert = `insert into stored_response (account_id, id, input, response, bytes, expires_at)
    values ($1, $2, '[]', '{}', 4, now() + make_interval(days => $3))`;
  await pool.query(insert, [account, newId(), -1]);
  await pool.query(insert, [account, kept, 1]);
  start("UTC");
  const ids = async () =>
    (await pool.query<{ id: string }>("select id from stored_response where account_id = $1", [account])).rows;
  await until(async () => (await ids()).length === 1);
  expect(await ids()).toEqual([{ id: kept }]);
});

it("forgets the acts of more than a month ago", async () => {
  const ids = [newId(), newId()];
  await pool.query(
    "insert into act_once values ($1, now() - interval '32 days'), ($2, now() - interval '27 days')",
    ids,
  );
  start("UTC");
  const left = async () => (await pool.query<{ id: string }>("select id from act_once")).rows.map(({ id }) => id);
  await until(async () => (await left()).length < 2);
  expect(await left()).toEqual([ids[1]]);
});
