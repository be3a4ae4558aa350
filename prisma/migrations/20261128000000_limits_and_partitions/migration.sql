-- Limits for keys, users and members of a group; meters that count them; usage records in partitions by month; reservations with columns
-- instead of a JSON draft. The functions that used the old shapes go, and come back in the next migration.

alter type cap_period add value 'term';
alter type entry_kind add value 'return';

drop function admit(json, uuid[], uuid[], uuid, text, boolean);
drop function settle(json, uuid[], uuid[], boolean);
drop function settle_late(usage_record);
drop function sweep(interval);
drop function release(uuid[]);
drop function extend_reservation(uuid, bigint);
drop function set_key_cap(uuid, bigint, cap_period, text);
drop function verify_ledger();
drop trigger key_changed on virtual_key;

-- ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table virtual_key
  drop constraint virtual_key_counts_not_negative,
  drop column period_start, drop column spent_nanos, drop column reserved_nanos,
  add column rpm_limit integer, add column tpm_limit bigint, add column parallel_limit integer,
  add column limits_version integer not null default 1;
alter table account
  add column rpm_limit integer, add column tpm_limit bigint, add column parallel_limit integer,
  add column cap_nanos bigint, add column cap_period cap_period not null default 'month', add column limits_version integer not null default 1;
alter table access_group
  add column rpm_limit integer, add column tpm_limit bigint, add column parallel_limit integer,
  add column cap_nanos bigint, add column cap_period cap_period not null default 'month', add column limits_version integer not null default 1;

alter table virtual_key add constraint virtual_key_limits_positive
  check (coalesce(rpm_limit, 1) > 0 and coalesce(tpm_limit, 1) > 0 and coalesce(parallel_limit, 1) > 0);
-- A check is parsed anew with every statement that writes the table. account, credit and usage_record are written with every batch: the limits
-- of an account are looked at by the trigger limits_changed instead, and the sums have one short check each.
alter table account drop constraint account_balance_not_negative, drop constraint account_reserved_not_negative,
  add constraint account_sums_not_negative check (least(balance_nanos, reserved_nanos) >= 0);
alter table access_group add constraint access_group_limits_positive
  check (coalesce(rpm_limit, 1) > 0 and coalesce(tpm_limit, 1) > 0 and coalesce(parallel_limit, 1) > 0 and coalesce(cap_nanos, 0) >= 0);

-- What counts against the limits of one key, one user, or one member of a group. Its row changes only under its account's lock.
create table meter (
  id uuid not null,
  account_id uuid not null,
  scope text not null,
  group_id text,
  second bigint not null default 0,
  requests integer[],
  tokens bigint[],
  request_sum integer not null default 0,
  token_sum bigint not null default 0,
  open_requests integer not null default 0,
  limits_version integer not null,
  period_start timestamptz(3),
  period_end timestamptz(3),
  spent_nanos bigint not null default 0,
  reserved_nanos bigint not null default 0,
  constraint meter_pkey primary key (id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
create index meter_account_id_idx on meter (account_id);
alter table meter add constraint meter_not_negative check (least(request_sum, token_sum, open_requests, spent_nanos, reserved_nanos) >= 0);

-- ── credits ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table credit add column pool_id uuid, add column is_open boolean not null default true;
update credit set is_open = remaining_nanos > 0;
-- An account gathers hundreds of spent credits in a year; only the open ones are looked at. remaining_nanos itself stands in no index, so that
-- spending leaves the row where it is.
create index credit_open_idx on credit (account_id, ends_at) where is_open;

-- ── reservations ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table reservation
  add column user_id uuid, add column group_id text, add column protocol text, add column requested_model text, add column model text,
  add column is_stream boolean, add column input_tokens integer, add column price_id uuid, add column multiplier_ppm integer,
  add column input_cost_nanos bigint, add column token_estimate bigint not null default 0, add column meters integer not null default 0,
  add column client text not null default '', add column ip text not null default '';
update reservation set user_id = (draft->>'user_id')::uuid, group_id = draft->>'group_id', protocol = draft->>'protocol',
  requested_model = draft->>'requested_model', model = draft->>'model', is_stream = (draft->>'is_stream')::boolean,
  input_tokens = (draft->>'input_tokens')::int, price_id = (draft->>'price_id')::uuid, multiplier_ppm = (draft->>'multiplier_ppm')::int,
  input_cost_nanos = (draft->>'cost_nanos')::bigint, client = coalesce(draft->>'client', ''), ip = coalesce(draft->>'ip', '');
alter table reservation
  drop column draft, drop column period_start,
  alter column group_id set not null, alter column protocol set not null, alter column requested_model set not null,
  alter column model set not null, alter column is_stream set not null, alter column input_tokens set not null,
  alter column multiplier_ppm set not null, alter column input_cost_nanos set not null;
-- Only running requests stand here: whoever needs more than one by its id reads them all.
drop index reservation_worker_id_idx;
drop index reservation_account_id_admitted_at_idx;

-- ── usage records ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The lowest UUIDv7 of a moment (RFC 9562 section 5.7): bounds of partitions and of searches by time.
create function id_floor(moment timestamptz) returns uuid language sql immutable strict as $$
  select (lpad(to_hex(greatest(0, floor(extract(epoch from moment) * 1000))::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

alter table usage_record rename to usage_record_whole;
alter table usage_record_whole rename constraint usage_record_pkey to usage_record_whole_pkey;
drop index usage_record_account_id_admitted_at_idx;
drop index usage_record_key_id_admitted_at_idx;
create table usage_record (like usage_record_whole including defaults including constraints, constraint usage_record_pkey primary key (id))
  partition by range (id);
create index usage_record_account_id_id_idx on usage_record (account_id, id);
-- In a schema of their own: they are no tables to anybody but PostgreSQL and the two functions below.
create schema usage_months;
create table usage_months.other partition of usage_record default;

-- Makes the partitions from a moment's month to so many months after it, where they are missing. ATTACH takes no lock that a request waits for.
create function make_usage_months(first timestamptz, ahead int) returns void language plpgsql as $$
declare
  month timestamptz; low uuid; high uuid; name text;
begin
  perform pg_advisory_xact_lock(7023561);
  for i in 0 .. ahead loop
    month := (date_trunc('month', first at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC';
    name := to_char(month at time zone 'UTC', '"m"YYYY_MM');
    continue when to_regclass('usage_months.' || name) is not null;
    low := id_floor(month);
    high := id_floor((month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
    execute format('create table usage_months.%I (like usage_record including defaults including constraints)', name);
    execute format('alter table usage_months.%I add primary key (id)', name);
    execute format('create index on usage_months.%I (account_id, id)', name);
    -- Records whose month had no partition yet, for example from a server with a wrong clock.
    execute format('with moved as (delete from usage_months.other where id >= %L and id < %L returning *) insert into usage_months.%I select * from moved',
      low, high, name);
    execute format('alter table usage_record attach partition usage_months.%I for values from (%L) to (%L)', name, low, high);
  end loop;
end $$;

select make_usage_months(least(now(), (select min(admitted_at) from usage_record_whole)),
  (extract(year from age(now(), least(now(), (select min(admitted_at) from usage_record_whole)))) * 12
    + extract(month from age(now(), least(now(), (select min(admitted_at) from usage_record_whole)))))::int + 4);
insert into usage_record select * from usage_record_whole;
drop table usage_record_whole;

-- Sums of usage records whose month was dropped (retention), so that the books still add up.
create table usage_carry (
  account_id uuid not null,
  records bigint not null,
  charge_nanos bigint not null,
  constraint usage_carry_pkey primary key (account_id)
);
-- Their parts of ledger entries that other usage records still share.
create table entry_carry (
  entry_id uuid not null,
  charge_nanos bigint not null,
  constraint entry_carry_pkey primary key (entry_id)
);

-- ── rollups ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table usage_rollup drop constraint usage_rollup_pkey;
alter table usage_rollup add column group_id text, add column pool_id uuid not null default '00000000-0000-0000-0000-000000000000';
update usage_rollup t set group_id = coalesce((select k.group_id from virtual_key k where k.id = t.key_id), '');
alter table usage_rollup alter column group_id set not null, alter column pool_id drop default;
alter table usage_rollup add constraint usage_rollup_pkey primary key (account_id, hour, key_id, model, group_id, pool_id);

-- ── prices ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Dearer (or cheaper) prices for requests with long inputs: [{"aboveTokens": 128000, "inputNanos": "…", …}], ascending.
alter table price add column tiers jsonb not null default '[]';

-- ── verification ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table ledger_verification (
  id uuid not null,
  actor_id uuid,
  usage_records bigint not null,
  differences jsonb not null,
  duration_ms integer not null,
  created_at timestamptz(3) not null default current_timestamp,
  constraint ledger_verification_pkey primary key (id)
);
create index ledger_verification_created_at_idx on ledger_verification (created_at);
