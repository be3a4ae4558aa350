import type pg from "pg";
import { hoursOf, sessionsOf, startOf, stretchesOf, type UsagePlan } from "./plan.ts";

const STRETCH_HOURS = 24;

/**
 * Fills an empty, migrated database with the usage of a plan, and with rollups, credits and ledger entries that add up with it.
 * Whole statements of the server, because ten million rows through a client take an hour. The ledger's own functions can't
 * write the past; verify_ledger() is the proof that the books are right all the same.
 */
export async function fillUsage(
  client: pg.Client,
  plan: UsagePlan,
  { log, signal }: { log: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const start = startOf(plan);
  // All or nothing; and partitions made in the same transaction are written without WAL where the server's wal_level allows it.
  await client.query("begin");
  try {
    await client.query(HELPERS);
    log(`${plan.accounts} people with ${plan.keysEach} keys each, ${plan.models} models`);
    await client.query(PEOPLE, [plan.accounts, start]);
    await client.query(KEYS, [plan.keysEach, start]);
    await client.query(MODELS_AND_PRICES, [plan.models, start]);
    await client.query("select make_usage_months($1, $2)", [start, plan.months + 1]);
    // What is late is noted row by row; here the hours are added up afterwards.
    await client.query("alter table usage_rollup disable trigger late_rollup");
    const shape = [start, hoursOf(plan), sessionsOf(plan), plan.accounts, plan.keysEach, plan.models];
    for (const [index, { firstSession, lastSession }] of stretchesOf(plan, STRETCH_HOURS).entries()) {
      signal.throwIfAborted();
      await client.query(RECORDS, [firstSession, lastSession, plan.recordsPerSession, plan.records, ...shape]);
      const written = Math.min(plan.records, (lastSession + 1) * plan.recordsPerSession);
      if (index % 10 === 9 || written === plan.records) log(`${written} usage records`);
    }
    log("the campus's hours");
    await client.query("alter table usage_rollup enable trigger late_rollup; select close_campus_hours()");
    log("credits and ledger entries");
    await client.query(CREDITS, [start]);
    await client.query(ENTRIES);
    await client.query(BALANCES);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/**
 * Chance without chance: a hash of a number and a salt, so that the same plan gives the same usage. Temporary, so the database is left
 * with nothing but data.
 */
const HELPERS = `
create function pg_temp.pick(seed bigint, salt bigint, below int) returns int language sql immutable as $$
  select (hashint8extended(seed, salt) & 1073741823)::int % below
$$;
-- Crowded at the low end, as people and models are: the first hundredth of them gets a tenth.
create function pg_temp.pick_skewed(seed bigint, salt bigint, below int) returns int language sql immutable as $$
  select least(below - 1, floor(below * power((hashint8extended(seed, salt) & 1073741823) / 1073741824.0::float8, 2))::int)
$$;
-- A UUIDv7 of a moment (RFC 9562 section 5.7): 48 bits of milliseconds, the rest by the hash of a text. Stable, because extract() is: the
-- planner puts a function's body in its place only where it is no more volatile than the function says.
create function pg_temp.id_at(moment timestamptz, seed text) returns uuid language sql stable as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0')
    || overlay(overlay(left(md5(seed), 20) placing '7' from 1) placing '8' from 5))::uuid
$$;
create temp table person (n int primary key, user_id uuid, account_id uuid, credit_id uuid);
create temp table person_key (n int, k int, key_id uuid, primary key (n, k));
create temp table priced_model (n int primary key, name text, price_id uuid, input_nanos bigint, output_nanos bigint);
create temp table session_charge (entry_id uuid, account_id uuid, at timestamptz, amount_nanos bigint, requests int);
`;

/** $1 how many, $2 since when. */
const PEOPLE = `
with made as (
  insert into person select n, pg_temp.id_at($2, 'user' || n), pg_temp.id_at($2, 'account' || n), pg_temp.id_at($2, 'credit' || n)
    from generate_series(0, $1::int - 1) n returning *
), users as (
  insert into app_user (id, student_id, name, verified_at, created_at)
    select user_id, 'USAGE-' || lpad(n::text, 7, '0'), 'usage ' || n, $2, $2 from made
)
insert into account (id, kind, user_id, created_at) select account_id, 'user', user_id, $2 from made`;

/** $1 how many each, $2 since when. */
const KEYS = `
with made as (
  insert into person_key select n, k, pg_temp.id_at($2, 'key' || n || '/' || k)
    from person, generate_series(0, $1::int - 1) k returning *
)
insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models, created_at)
  select key_id, user_id, account_id, 'key ' || k, sha256(key_id::text::bytea), 'sk-ly-0000', '0000', 'default', '{}', $2
  from made join person using (n)`;

/** $1 how many, $2 since when. Nanos a token are whole, so that nothing is ever rounded; every eighth model costs the same. */
const MODELS_AND_PRICES = `
with made as (
  insert into priced_model
    select n, 'usage-model-' || n, pg_temp.id_at($2, 'price' || n), 500 * (n % 8 + 1), 2000 * (n % 8 + 1)
    from generate_series(0, $1::int - 1) n returning *
), models as (
  insert into model (id, name, created_at) select pg_temp.id_at($2, 'model' || n), name, $2 from made
)
insert into price (id, model_id, version, input_nanos, output_nanos, created_at)
  select price_id, pg_temp.id_at($2, 'model' || n), 1, input_nanos * 1000000, output_nanos * 1000000, $2 from made`;

/**
 * $1 to $2 sessions, $3 records each, $4 records in all, $5 the start, $6 hours, $7 sessions in all, $8 people, $9 keys each, $10 models.
 * One record in thirty fails and costs nothing.
 */
const RECORDS = `
with record as (
  insert into usage_record (id, account_id, user_id, key_id, group_id, protocol, requested_model, model, upstream_model, is_stream, attempts,
      input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, image_tokens, audio_tokens,
      price_id, multiplier_ppm, cost_nanos, charge_nanos, uncollected_nanos, reserved_nanos, charge_entry_ids, charge_parts,
      outcome, error_code, http_status, is_estimated, queue_ms, ttft_ms, total_ms, client, ip, admitted_at, settled_at)
  select pg_temp.id_at(admitted_at, 'record' || i), account_id, user_id, key_id, 'default', 'openai-chat', model, model, model, true, 1,
      input, 0, 0, output, 0, 0, 0,
      price_id, 1000000, charge, charge, 0, charge,
      case when charge > 0 then array[entry_id] else '{}' end, case when charge > 0 then array[charge] else '{}' end,
      case when failed then 'failed' else 'finished' end, case when failed then 'upstream_unavailable' end,
      case when failed then 503 else 200 end, false, 1, case when failed then null else 300 end, total_ms, 'OpenAI/Python 2.8.1', '10.20.0.9',
      admitted_at, admitted_at + total_ms * interval '1 ms'
    from (
      select *, input * input_nanos + output * output_nanos as charge
      from (
        select i, account_id, user_id, key_id, m.name as model, price_id, input_nanos, output_nanos,
          failed, case when failed then 0 else 100 + pg_temp.pick(i, 6, 4000) end as input,
          case when failed then 0 else 10 + pg_temp.pick(i, 7, 800) end as output,
          500 + pg_temp.pick(i, 8, 9000) as total_ms,
          entry_id,
          date_trunc('milliseconds', hour + (pg_temp.pick(s, 4, 900) + r * 2400.0 / $3::int) * interval '1 second'
            + pg_temp.pick(i, 9, 1000) * interval '1 ms') as admitted_at
        from (
          select s, hour, pg_temp.id_at(hour + interval '59 minutes', 'entry' || s) as entry_id,
            pg_temp.pick_skewed(s, 1, $8::int) as n, pg_temp.pick(s, 2, $9::int) as k, pg_temp.pick_skewed(s, 3, $10::int) as m
          from generate_series($1::bigint, $2::bigint) s
            cross join lateral (select $5::timestamptz + floor(s * $6::bigint / $7::bigint) * interval '1 hour' as hour) h
          offset 0 -- so that it is worked out once a session, not once a record
        ) session
        join person p on p.n = session.n
        join person_key y on y.n = session.n and y.k = session.k
        join priced_model m on m.n = session.m
        cross join generate_series(0, $3::int - 1) r
        cross join lateral (select s * $3::int + r as i) numbered
        cross join lateral (select pg_temp.pick(i, 5, 30) = 0 as failed) fate
        where i < $4::bigint
      ) used
    ) priced
    order by admitted_at
  returning account_id, key_id, model, outcome, input_tokens, output_tokens, charge_nanos, charge_entry_ids, admitted_at, settled_at
), rolled as (
  insert into usage_rollup (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens, output_tokens,
      reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
    select account_id, date_trunc('hour', admitted_at, 'UTC'), key_id, model, count(*), count(*) filter (where outcome <> 'finished'),
      sum(input_tokens), 0, sum(output_tokens), 0, sum(charge_nanos), 0, 'default', '00000000-0000-0000-0000-000000000000'
    from record group by 1, 2, 3, 4 order by 2, 1, 3, 4 -- hour by hour, as settlements write it
)
insert into session_charge
  select charge_entry_ids[1], account_id, max(settled_at), sum(charge_nanos), count(*) from record
  where charge_nanos > 0 group by 1, 2`;

/** $1 since when. Everybody was given a quarter more than they used, and ¥1. */
const CREDITS = `
insert into credit (id, account_id, kind, amount_nanos, remaining_nanos, note, created_at)
  select credit_id, account_id, 'top-up', used + used / 4 + 1000000000, used / 4 + 1000000000, 'usage', $1
  from (
    select credit_id, account_id, coalesce(sum(amount_nanos), 0)::bigint as used
    from person left join session_charge using (account_id) group by 1, 2
  ) spending`;

const ENTRIES = `
insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, reason, requests, created_at)
  select pg_temp.id_at(created_at, 'top-up' || id), account_id, id, 'top-up'::entry_kind, amount_nanos, amount_nanos, 'usage', 0, created_at from credit
  union all
  select entry_id, s.account_id, c.id, 'charge', -s.amount_nanos,
    c.amount_nanos - sum(s.amount_nanos) over (partition by s.account_id order by at, entry_id), '', requests, at
  from session_charge s join credit c on c.account_id = s.account_id`;

const BALANCES = `
with balances as (
  update account a set balance_nanos = c.remaining_nanos from credit c where c.account_id = a.id
)
update virtual_key k set last_used_at = r.last_hour, last_used_client = 'OpenAI/Python 2.8.1'
  from (select key_id, max(hour) as last_hour from usage_rollup group by 1) r where k.id = r.key_id`;
