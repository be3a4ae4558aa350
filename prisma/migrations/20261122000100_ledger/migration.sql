-- The ledger: the functions below are the only code that moves money.
--
-- Lock order everywhere: accounts in id order, then keys in id order. FOR NO KEY UPDATE is enough (these functions never change a
-- key column) and does not wait for the KEY SHARE locks that foreign keys take, for example while somebody creates an API key.
-- Every statement after the locks sees what the lock holders before it wrote: a volatile function takes a new snapshot for each.

-- ── guards ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table account
  add constraint account_balance_not_negative check (balance_nanos >= 0),
  add constraint account_reserved_not_negative check (reserved_nanos >= 0);
alter table credit
  add constraint credit_remaining_in_range check (remaining_nanos between 0 and amount_nanos);
alter table virtual_key
  add constraint virtual_key_counts_not_negative check (spent_nanos >= 0 and reserved_nanos >= 0),
  add constraint virtual_key_cap_not_negative check (cap_nanos is null or cap_nanos >= 0);
alter table usage_record
  add constraint usage_record_sums check (cost_nanos = charge_nanos + uncollected_nanos and charge_nanos >= 0 and uncollected_nanos >= 0);
alter table reservation add constraint reservation_not_negative check (amount_nanos >= 0);
alter table access_group add constraint access_group_multiplier_not_negative check (multiplier_ppm >= 0);
alter table price
  add constraint price_not_negative check (input_nanos >= 0 and output_nanos >= 0 and request_nanos >= 0
    and coalesce(cached_input_nanos, 0) >= 0 and coalesce(cache_write_nanos, 0) >= 0 and coalesce(reasoning_nanos, 0) >= 0
    and coalesce(image_nanos, 0) >= 0 and coalesce(audio_nanos, 0) >= 0);

-- Rows that change with every request keep room for their next version on the same page.
alter table account set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
alter table virtual_key set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
alter table credit set (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
alter table usage_rollup set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
alter table reservation set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger ledger_entry_append_only before update or delete on ledger_entry for each statement execute function refuse_change();
create trigger audit_entry_append_only before update or delete on audit_entry for each statement execute function refuse_change();

-- ── configuration version ────────────────────────────────────────────────────────────────────────────────────────────────────

insert into config_version (id, version) values (1, 1);

create function raise_config_version() returns trigger language plpgsql as $$
begin
  update config_version set version = version + 1 where id = 1;
  return null;
end $$;
create trigger config_changed after insert or update or delete on channel for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on deployment for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on model for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on model_group for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on price for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on access_group for each statement execute function raise_config_version();
create trigger config_changed after insert or update or delete on setting for each statement execute function raise_config_version();

-- Workers cache a key by its hash and send the version they know to admit(), which refuses another one. Spending does not raise it.
create function raise_key_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger key_changed before update of name, group_id, models, status, expires_at, cap_nanos, cap_period on virtual_key
  for each row execute function raise_key_version();

-- Leaving a group, or being switched off, must reach the keys of that person.
create function raise_member_key_versions() returns trigger language plpgsql as $$
begin
  update virtual_key set status = status where user_id = coalesce(new.user_id, old.user_id);
  return null;
end $$;
create trigger member_changed after insert or update or delete on group_member for each row execute function raise_member_key_versions();
create function raise_user_key_versions() returns trigger language plpgsql as $$
begin
  update virtual_key set status = status where user_id = new.id;
  return null;
end $$;
create trigger user_changed after update of accepts_unpriced, disabled_at on app_user for each row execute function raise_user_key_versions();

-- ── the house ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

insert into account (id, kind) values ('00000000-0000-7000-8000-000000000001', 'house');

-- The groups of a new system; an admin may change or delete them.
insert into access_group (id, name, is_open) values ('default', 'default', true), ('vip', 'vip', false);

-- A UUIDv7 (RFC 9562 section 5.7) on every supported PostgreSQL: 48 bits of Unix milliseconds, then random.
create function new_id() returns uuid language sql volatile as $$
  select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- Start of the cap period that a moment belongs to; 'total' never starts anew.
create function cap_period_start(period cap_period, moment timestamptz, zone text) returns timestamptz language sql stable as $$
  select case when period = 'total' then 'epoch'::timestamptz else date_trunc(period::text, moment, zone) end
$$;

-- ── admit ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Decides a batch of requests, one after another, from rows it has locked, and reserves for those admitted.
-- batch: [{request_id, account_id, key_id?, key_version?, input_nanos, output_nanos, minimum_nanos, draft}]
--   input_nanos must be covered whole; output_nanos may be lowered, but not below minimum_nanos.
--   draft: the usage record (columns of usage_record) that sweep() writes if the worker dies.
-- outcome: admitted | busy (account or key locked elsewhere, try again with wait) | account_frozen | key_missing | key_changed |
--   key_disabled | key_expired | insufficient_balance | key_cap_exceeded
-- granted_nanos: what was reserved. available_nanos: what the tighter of balance and cap had left.
create function admit(batch json, account_ids uuid[], key_ids uuid[], worker uuid, zone text, wait boolean)
returns table (request_id uuid, outcome text, granted_nanos bigint, available_nanos bigint, admitted_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz(3);
  locked_accounts uuid[]; locked_keys uuid[];
  r record;
  account_seen uuid; account_left bigint; account_delta bigint := 0;
  key_seen uuid; key_left bigint; key_delta bigint := 0; key_start timestamptz; key_rolled boolean;
  verdict text; grant_nanos bigint; left_nanos bigint;
  changed_accounts uuid[] := '{}'; account_deltas bigint[] := '{}';
  changed_keys uuid[] := '{}'; key_deltas bigint[] := '{}'; key_starts timestamptz[] := '{}'; keys_rolled boolean[] := '{}';
  out_ids uuid[] := '{}'; out_verdicts text[] := '{}'; out_grants bigint[] := '{}'; out_lefts bigint[] := '{}';
  new_ids uuid[] := '{}'; new_accounts uuid[] := '{}'; new_keys uuid[] := '{}'; new_amounts bigint[] := '{}';
  new_starts timestamptz[] := '{}'; new_drafts json[] := '{}';
begin
  if wait then
    locked_accounts := array(select id from account where id = any(account_ids) order by id for no key update);
    locked_keys := array(select id from virtual_key where id = any(key_ids) order by id for no key update);
  else
    locked_accounts := array(select id from account where id = any(account_ids) order by id for no key update skip locked);
    locked_keys := array(select id from virtual_key where id = any(key_ids) order by id for no key update skip locked);
  end if;
  moment := clock_timestamp();

  for r in
    select b.*, a.id as account_found, a.balance_nanos, a.reserved_nanos, a.next_end_at, a.is_frozen,
      k.id as key_found, k.account_id as key_account, k.status, k.version, k.expires_at, k.cap_nanos, k.cap_period,
      k.period_start, k.spent_nanos, k.reserved_nanos as key_reserved, v.amount_nanos as held
    from rows from (json_to_recordset(batch) as (request_id uuid, account_id uuid, key_id uuid, key_version int,
        input_nanos bigint, output_nanos bigint, minimum_nanos bigint, draft json)) with ordinality
      as b (request_id, account_id, key_id, key_version, input_nanos, output_nanos, minimum_nanos, draft, place)
    left join account a on a.id = b.account_id
    left join virtual_key k on k.id = b.key_id
    left join reservation v on v.request_id = b.request_id
    order by b.account_id, b.key_id, b.place
  loop
    if account_seen is distinct from r.account_id then
      if account_delta <> 0 then
        changed_accounts := changed_accounts || account_seen; account_deltas := account_deltas || account_delta;
      end if;
      account_seen := r.account_id; account_delta := 0;
      -- Rule 9: credits that have ended count no more, though requests admitted before may still spend them.
      if r.next_end_at <= moment then
        select coalesce(sum(remaining_nanos), 0) into account_left from credit
          where account_id = r.account_id and (ends_at is null or ends_at > moment);
      else
        account_left := r.balance_nanos;
      end if;
      account_left := account_left - coalesce(r.reserved_nanos, 0);
    end if;
    if key_seen is distinct from r.key_id then
      if key_delta <> 0 or key_rolled then
        changed_keys := changed_keys || key_seen; key_deltas := key_deltas || key_delta;
        key_starts := key_starts || key_start; keys_rolled := keys_rolled || key_rolled;
      end if;
      key_seen := r.key_id; key_delta := 0; key_rolled := false; key_left := null; key_start := null;
      if r.key_found is not null then
        key_start := cap_period_start(r.cap_period, moment, zone);
        key_rolled := key_start > r.period_start;
        if not key_rolled then key_start := r.period_start; end if;
        if r.cap_nanos is not null then
          key_left := r.cap_nanos - case when key_rolled then 0 else r.spent_nanos + r.key_reserved end;
        end if;
      end if;
    end if;

    left_nanos := least(account_left, key_left);
    grant_nanos := 0;
    if r.held is not null then
      verdict := 'admitted'; grant_nanos := r.held;   -- the answer to an earlier call was lost
    elsif r.account_found is null then verdict := 'account_frozen';
    elsif not r.account_id = any(locked_accounts) then verdict := 'busy';
    elsif r.is_frozen then verdict := 'account_frozen';
    elsif r.key_id is not null and (r.key_found is null or r.key_account <> r.account_id or r.status = 'deleted') then verdict := 'key_missing';
    elsif r.key_id is not null and not r.key_id = any(locked_keys) then verdict := 'busy';
    elsif r.status = 'disabled' then verdict := 'key_disabled';
    elsif r.expires_at <= moment then verdict := 'key_expired';
    elsif r.version <> r.key_version then verdict := 'key_changed';
    elsif left_nanos >= r.input_nanos + r.output_nanos then
      verdict := 'admitted'; grant_nanos := r.input_nanos + r.output_nanos;
    elsif left_nanos >= r.input_nanos + r.minimum_nanos then
      verdict := 'admitted'; grant_nanos := left_nanos;
    elsif account_left < r.input_nanos + r.minimum_nanos then verdict := 'insufficient_balance';
    else verdict := 'key_cap_exceeded';
    end if;

    if verdict = 'admitted' and r.held is null then
      account_left := account_left - grant_nanos; account_delta := account_delta + grant_nanos;
      key_left := key_left - grant_nanos; key_delta := key_delta + grant_nanos;
      new_ids := new_ids || r.request_id; new_accounts := new_accounts || r.account_id; new_keys := new_keys || r.key_id;
      new_amounts := new_amounts || grant_nanos; new_starts := new_starts || key_start; new_drafts := new_drafts || r.draft;
    end if;
    out_ids := out_ids || r.request_id; out_verdicts := out_verdicts || verdict;
    out_grants := out_grants || grant_nanos; out_lefts := out_lefts || left_nanos;
  end loop;
  if account_delta <> 0 then
    changed_accounts := changed_accounts || account_seen; account_deltas := account_deltas || account_delta;
  end if;
  if key_delta <> 0 or key_rolled then
    changed_keys := changed_keys || key_seen; key_deltas := key_deltas || key_delta;
    key_starts := key_starts || key_start; keys_rolled := keys_rolled || key_rolled;
  end if;

  update account a set reserved_nanos = a.reserved_nanos + d.delta
    from unnest(changed_accounts, account_deltas) as d (id, delta) where a.id = d.id;
  update virtual_key k set
      reserved_nanos = case when d.rolled then 0 else k.reserved_nanos end + d.delta,
      spent_nanos = case when d.rolled then 0 else k.spent_nanos end,
      period_start = d.start
    from unnest(changed_keys, key_deltas, key_starts, keys_rolled) as d (id, delta, start, rolled)
    where k.id = d.id and k.id = any(locked_keys);
  insert into reservation (request_id, account_id, key_id, amount_nanos, period_start, worker_id, draft, admitted_at)
    select id, account, key, amount, start, worker, draft, moment
    from unnest(new_ids, new_accounts, new_keys, new_amounts, new_starts, new_drafts) as n (id, account, key, amount, start, draft);
  return query select i, v, g, l, moment::timestamptz from unnest(out_ids, out_verdicts, out_grants, out_lefts) as o (i, v, g, l);
end $$;

-- ── settle ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Corrects a request that the sweeper had closed as 'killed' and whose true outcome arrived after all (rule 4). The caller holds
-- the locks of the account and the key. Returns what the request is charged now.
create function settle_late(late usage_record) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
  former usage_record;
  c record; e record;
  due bigint; take bigint; entry uuid; balance bigint;
  parts_ids uuid[]; parts bigint[];
begin
  select * into strict former from usage_record where id = late.id;
  parts_ids := former.charge_entry_ids; parts := former.charge_parts;
  due := late.cost_nanos - former.charge_nanos;
  if due > 0 then
    select greatest(0, balance_nanos - reserved_nanos) into take from account where id = late.account_id;
    due := least(due, take);
    for c in select id, remaining_nanos from credit
        where account_id = late.account_id and remaining_nanos > 0 and (ends_at is null or ends_at > former.admitted_at)
        order by ends_at nulls last, created_at, id loop
      exit when due = 0;
      take := least(due, c.remaining_nanos); due := due - take;
      entry := new_id();
      update credit set remaining_nanos = remaining_nanos - take where id = c.id;
      update account set balance_nanos = balance_nanos - take where id = late.account_id returning balance_nanos into balance;
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, reason, requests)
        values (entry, late.account_id, c.id, 'adjustment', -take, balance, 'late settlement', 1);
      parts_ids := parts_ids || entry; parts := parts || take;
    end loop;
  elsif due < 0 then
    due := -due;
    -- Given back to the credits it came from, the last one first.
    for e in select l.credit_id, sum(p.part)::bigint as paid, max(p.place) as place
        from unnest(former.charge_entry_ids, former.charge_parts) with ordinality as p (entry_id, part, place)
        join ledger_entry l on l.id = p.entry_id group by l.credit_id order by place desc loop
      exit when due = 0;
      take := least(due, e.paid); due := due - take;
      entry := new_id();
      update credit set remaining_nanos = remaining_nanos + take where id = e.credit_id;
      update account set balance_nanos = balance_nanos + take where id = late.account_id returning balance_nanos into balance;
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, reason, requests)
        values (entry, late.account_id, e.credit_id, 'adjustment', take, balance, 'late settlement', 1);
      parts_ids := parts_ids || entry; parts := parts || -take;
    end loop;
    -- Money that went back to a credit which has ended is looked at again by expire_credits().
    update account set next_end_at = (select min(ends_at) from credit where account_id = late.account_id and remaining_nanos > 0)
      where id = late.account_id;
  end if;
  late.charge_nanos := coalesce((select sum(p) from unnest(parts) as p), 0);
  late.uncollected_nanos := greatest(0, late.cost_nanos - late.charge_nanos);
  late.cost_nanos := late.charge_nanos + late.uncollected_nanos;
  update usage_record set
      input_tokens = late.input_tokens, cached_input_tokens = late.cached_input_tokens, cache_write_tokens = late.cache_write_tokens,
      output_tokens = late.output_tokens, reasoning_tokens = late.reasoning_tokens, image_tokens = late.image_tokens,
      audio_tokens = late.audio_tokens, cost_nanos = late.cost_nanos, charge_nanos = late.charge_nanos,
      uncollected_nanos = late.uncollected_nanos, charge_entry_ids = parts_ids, charge_parts = parts, outcome = late.outcome,
      error_code = late.error_code, http_status = late.http_status, is_estimated = late.is_estimated, ttft_ms = late.ttft_ms,
      total_ms = late.total_ms, upstream_usage = late.upstream_usage, channel_id = late.channel_id, attempts = late.attempts,
      deployment_id = late.deployment_id, upstream_model = late.upstream_model, settled_at = clock_timestamp()
    where id = late.id;
  update usage_rollup set
      failures = failures + (late.outcome <> 'finished')::int - (former.outcome <> 'finished')::int,
      input_tokens = input_tokens + late.input_tokens - former.input_tokens,
      cached_input_tokens = cached_input_tokens + late.cached_input_tokens - former.cached_input_tokens,
      output_tokens = output_tokens + late.output_tokens - former.output_tokens,
      reasoning_tokens = reasoning_tokens + late.reasoning_tokens - former.reasoning_tokens,
      charge_nanos = charge_nanos + late.charge_nanos - former.charge_nanos,
      uncollected_nanos = uncollected_nanos + late.uncollected_nanos - former.uncollected_nanos
    where account_id = former.account_id and hour = date_trunc('hour', former.admitted_at, 'UTC')
      and key_id = coalesce(former.key_id, '00000000-0000-0000-0000-000000000000') and model = former.model;
  update virtual_key set spent_nanos = greatest(0, spent_nanos + late.charge_nanos - former.charge_nanos)
    where id = former.key_id and period_start <= former.admitted_at;
  return late.charge_nanos;
end $$;

-- Charges a batch of ended requests and writes their usage records; each at most once, whatever is repeated.
-- batch: rows of usage_record as JSON with cost_nanos; charge, uncollected, reserved, entries and settled_at are filled in here.
-- outcome: settled | adjusted (was 'killed' before) | duplicate (already settled, nothing done) | busy (locked elsewhere)
create function settle(batch json, account_ids uuid[], key_ids uuid[], wait boolean)
returns table (request_id uuid, outcome text, charge_nanos bigint, uncollected_nanos bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  locked_accounts uuid[]; locked_keys uuid[];
  r record; u usage_record; late usage_record;
  rows usage_record[] := '{}'; lates usage_record[] := '{}';
  account_seen uuid; balance bigint; held bigint; freed bigint; paid bigint; ended boolean;
  credit_ids uuid[]; credit_left bigint[]; credit_ends timestamptz[]; credit_spent bigint[]; credit_requests int[]; entries uuid[];
  key_seen uuid; key_period timestamptz; key_spent bigint; key_freed bigint; key_ip text; key_client text; key_used boolean := false;
  i int; take bigint; due bigint; before bigint;
  changed_accounts uuid[] := '{}'; account_paid bigint[] := '{}'; account_freed bigint[] := '{}';
  changed_keys uuid[] := '{}'; keys_spent bigint[] := '{}'; keys_freed bigint[] := '{}'; keys_ip text[] := '{}'; keys_client text[] := '{}';
  spent_credits uuid[] := '{}'; spent_amounts bigint[] := '{}'; spent_entries uuid[] := '{}'; spent_accounts uuid[] := '{}';
  spent_balances bigint[] := '{}'; spent_requests int[] := '{}';
  out_ids uuid[] := '{}'; out_outcomes text[] := '{}'; out_charges bigint[] := '{}'; out_uncollected bigint[] := '{}';
begin
  if wait then
    locked_accounts := array(select id from account where id = any(account_ids) order by id for no key update);
    locked_keys := array(select id from virtual_key where id = any(key_ids) order by id for no key update);
  else
    locked_accounts := array(select id from account where id = any(account_ids) order by id for no key update skip locked);
    locked_keys := array(select id from virtual_key where id = any(key_ids) order by id for no key update skip locked);
  end if;

  for r in
    select b.item, v.amount_nanos as reserved, v.admitted_at as reserved_at, v.period_start as reserved_period, v.account_id as reserved_account,
      p.id as former_id, p.outcome as former_outcome, a.id as account_found, a.balance_nanos, a.reserved_nanos,
      k.id as key_found, k.period_start
    from (select item, row_number() over () as place from json_populate_recordset(null::usage_record, batch) as item) b
    left join account a on a.id = (b.item).account_id
    left join virtual_key k on k.id = (b.item).key_id
    left join reservation v on v.request_id = (b.item).id
    left join usage_record p on p.id = (b.item).id
    order by (b.item).account_id, (b.item).key_id, b.place
  loop
    u := r.item;
    if r.account_found is null then
      raise exception 'usage record % names an unknown account', u.id using errcode = 'foreign_key_violation';
    end if;
    if not u.account_id = any(locked_accounts) or (r.key_found is not null and not u.key_id = any(locked_keys)) then
      out_ids := out_ids || u.id; out_outcomes := out_outcomes || 'busy'::text; out_charges := out_charges || 0::bigint; out_uncollected := out_uncollected || 0::bigint;
      continue;
    end if;
    if r.former_id is not null or u.id = any(out_ids) then
      if r.former_outcome = 'killed' and u.outcome <> 'killed' and not u.id = any(out_ids) then
        u.admitted_at := coalesce(u.admitted_at, clock_timestamp());
        lates := lates || u;
      else
        out_ids := out_ids || u.id; out_outcomes := out_outcomes || 'duplicate'::text; out_charges := out_charges || 0::bigint; out_uncollected := out_uncollected || 0::bigint;
      end if;
      continue;
    end if;

    if account_seen is distinct from u.account_id then
      if account_seen is not null then
        changed_accounts := changed_accounts || account_seen; account_paid := account_paid || paid; account_freed := account_freed || freed;
        for i in 1 .. coalesce(array_length(credit_ids, 1), 0) loop
          continue when credit_spent[i] = 0;
          before := before - credit_spent[i];
          spent_credits := spent_credits || credit_ids[i]; spent_amounts := spent_amounts || credit_spent[i]; spent_entries := spent_entries || entries[i];
          spent_accounts := spent_accounts || account_seen; spent_balances := spent_balances || before; spent_requests := spent_requests || credit_requests[i];
        end loop;
      end if;
      account_seen := u.account_id; balance := r.balance_nanos; before := balance; held := r.reserved_nanos; paid := 0; freed := 0;
      select array_agg(id), array_agg(remaining_nanos), array_agg(ends_at), array_agg(0::bigint), array_agg(0), array_agg(null::uuid)
        into credit_ids, credit_left, credit_ends, credit_spent, credit_requests, entries
        from (select id, remaining_nanos, ends_at from credit where account_id = u.account_id and remaining_nanos > 0
          order by ends_at nulls last, created_at, id) c;
    end if;
    if key_seen is distinct from u.key_id then
      if key_used then
        changed_keys := changed_keys || key_seen; keys_spent := keys_spent || key_spent; keys_freed := keys_freed || key_freed;
        keys_ip := keys_ip || key_ip; keys_client := keys_client || key_client;
      end if;
      key_seen := u.key_id; key_period := r.period_start; key_spent := 0; key_freed := 0; key_used := r.key_found is not null;
    end if;

    u.reserved_nanos := coalesce(r.reserved, 0);
    u.admitted_at := coalesce(r.reserved_at, u.admitted_at, clock_timestamp());
    u.settled_at := clock_timestamp();
    -- The account pays from this request's own reservation and from what nobody else has reserved; the house pays the rest.
    due := least(u.cost_nanos, u.reserved_nanos + greatest(0, balance - held));
    u.charge_nanos := 0; u.charge_entry_ids := '{}'; u.charge_parts := '{}';
    i := 1;
    while due > 0 and i <= coalesce(array_length(credit_ids, 1), 0) loop
      if credit_left[i] > 0 and (credit_ends[i] is null or credit_ends[i] > u.admitted_at) then
        take := least(due, credit_left[i]);
        due := due - take; credit_left[i] := credit_left[i] - take;
        credit_spent[i] := credit_spent[i] + take; credit_requests[i] := credit_requests[i] + 1;
        if entries[i] is null then entries[i] := new_id(); end if;
        u.charge_nanos := u.charge_nanos + take;
        u.charge_entry_ids := u.charge_entry_ids || entries[i]; u.charge_parts := u.charge_parts || take;
      end if;
      i := i + 1;
    end loop;
    u.uncollected_nanos := u.cost_nanos - u.charge_nanos;
    balance := balance - u.charge_nanos; held := held - u.reserved_nanos;
    paid := paid + u.charge_nanos; freed := freed + u.reserved_nanos;
    if key_used then
      if r.reserved is not null and r.reserved_period = key_period then key_freed := key_freed + u.reserved_nanos; end if;
      if r.reserved is null or r.reserved_period = key_period then key_spent := key_spent + u.charge_nanos; end if;
      key_ip := u.ip; key_client := u.client;
    end if;
    rows := rows || u;
    out_ids := out_ids || u.id; out_outcomes := out_outcomes || 'settled'::text;
    out_charges := out_charges || u.charge_nanos; out_uncollected := out_uncollected || u.uncollected_nanos;
  end loop;
  if account_seen is not null then
    changed_accounts := changed_accounts || account_seen; account_paid := account_paid || paid; account_freed := account_freed || freed;
    for i in 1 .. coalesce(array_length(credit_ids, 1), 0) loop
      continue when credit_spent[i] = 0;
      before := before - credit_spent[i];
      spent_credits := spent_credits || credit_ids[i]; spent_amounts := spent_amounts || credit_spent[i]; spent_entries := spent_entries || entries[i];
      spent_accounts := spent_accounts || account_seen; spent_balances := spent_balances || before; spent_requests := spent_requests || credit_requests[i];
    end loop;
  end if;
  if key_used then
    changed_keys := changed_keys || key_seen; keys_spent := keys_spent || key_spent; keys_freed := keys_freed || key_freed;
    keys_ip := keys_ip || key_ip; keys_client := keys_client || key_client;
  end if;

  if array_length(rows, 1) > 0 then
    insert into usage_record select * from unnest(rows);
    -- Not by out_ids: those that were busy keep their reservation until the second lane settles them.
    delete from reservation where request_id in (select (each).id from unnest(rows) as each);
    update account a set balance_nanos = a.balance_nanos - d.paid, reserved_nanos = a.reserved_nanos - d.freed
      from unnest(changed_accounts, account_paid, account_freed) as d (id, paid, freed) where a.id = d.id;
    update virtual_key k set spent_nanos = k.spent_nanos + d.spent, reserved_nanos = k.reserved_nanos - d.freed,
        last_used_at = clock_timestamp(), last_used_ip = d.ip, last_used_client = d.client
      from unnest(changed_keys, keys_spent, keys_freed, keys_ip, keys_client) as d (id, spent, freed, ip, client) where k.id = d.id;
    if array_length(spent_credits, 1) > 0 then
      update credit c set remaining_nanos = c.remaining_nanos - d.amount
        from unnest(spent_credits, spent_amounts) as d (id, amount) where c.id = d.id;
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, requests)
        select entry, account, credit, 'charge', -amount, after, requests
        from unnest(spent_entries, spent_accounts, spent_credits, spent_amounts, spent_balances, spent_requests)
          as e (entry, account, credit, amount, after, requests);
    end if;
    insert into usage_rollup as t (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens,
        output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos)
      select account_id, date_trunc('hour', admitted_at, 'UTC'), coalesce(key_id, '00000000-0000-0000-0000-000000000000'), model,
        count(*), count(*) filter (where outcome <> 'finished'), sum(input_tokens), sum(cached_input_tokens),
        sum(output_tokens), sum(reasoning_tokens), sum(charge_nanos), sum(uncollected_nanos)
      from unnest(rows) group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (account_id, hour, key_id, model) do update set
        requests = t.requests + excluded.requests, failures = t.failures + excluded.failures,
        input_tokens = t.input_tokens + excluded.input_tokens, cached_input_tokens = t.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = t.output_tokens + excluded.output_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        charge_nanos = t.charge_nanos + excluded.charge_nanos, uncollected_nanos = t.uncollected_nanos + excluded.uncollected_nanos;
  end if;
  foreach late in array lates loop
    due := settle_late(late);
    out_ids := out_ids || late.id; out_outcomes := out_outcomes || 'adjusted'::text; out_charges := out_charges || due;
    out_uncollected := out_uncollected || greatest(0, late.cost_nanos - due);
  end loop;
  return query select i, o, c, n from unnest(out_ids, out_outcomes, out_charges, out_uncollected) as x (i, o, c, n);
end $$;

-- ── extend ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Adds up to `amount` to the reservation of a running request, by the same balance and cap as admit(). Returns what was added, 0 if nothing.
create function extend_reservation(request uuid, amount bigint) returns bigint language plpgsql as $$
declare
  v reservation; a account; k virtual_key; room bigint;
begin
  select * into v from reservation where request_id = request;
  if not found then return 0; end if;
  select * into strict a from account where id = v.account_id for no key update;
  select * into k from virtual_key where id = v.key_id for no key update;
  -- Settled or swept while this waited for the locks.
  perform 1 from reservation where request_id = request;
  if not found or a.is_frozen then return 0; end if;
  if a.next_end_at <= clock_timestamp() then
    select coalesce(sum(remaining_nanos), 0) into room from credit
      where account_id = a.id and (ends_at is null or ends_at > clock_timestamp());
  else
    room := a.balance_nanos;
  end if;
  room := least(amount, room - a.reserved_nanos, k.cap_nanos - case when k.period_start = v.period_start then k.spent_nanos + k.reserved_nanos end);
  if room <= 0 then return 0; end if;
  update reservation set amount_nanos = amount_nanos + room where request_id = request;
  update account set reserved_nanos = reserved_nanos + room where id = a.id;
  update virtual_key set reserved_nanos = reserved_nanos + room where id = k.id and period_start = v.period_start;
  return room;
end $$;

-- ── release ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Gives back reservations of requests that were never sent, because the answer of admit() was lost. Returns how many.
create function release(request_ids uuid[]) returns int language plpgsql as $$
declare
  released int := 0; v record;
begin
  perform 1 from account where id in (select account_id from reservation where request_id = any(request_ids)) order by id for no key update;
  perform 1 from virtual_key where id in (select key_id from reservation where request_id = any(request_ids)) order by id for no key update;
  for v in delete from reservation where request_id = any(request_ids) returning * loop
    update account set reserved_nanos = reserved_nanos - v.amount_nanos where id = v.account_id;
    update virtual_key set reserved_nanos = reserved_nanos - v.amount_nanos where id = v.key_id and period_start = v.period_start;
    released := released + 1;
  end loop;
  return released;
end $$;

-- Plans are made once per connection, often while the tables are still empty, and kept: a plan that scans a table of ten rows would
-- scan it at ten million. Every statement above looks rows up by key, so nothing but index lookups is ever right.
alter function admit(json, uuid[], uuid[], uuid, text, boolean) set enable_seqscan = off;
alter function admit(json, uuid[], uuid[], uuid, text, boolean) set enable_hashjoin = off;
alter function admit(json, uuid[], uuid[], uuid, text, boolean) set enable_mergejoin = off;
alter function settle(json, uuid[], uuid[], boolean) set enable_seqscan = off;
alter function settle(json, uuid[], uuid[], boolean) set enable_hashjoin = off;
alter function settle(json, uuid[], uuid[], boolean) set enable_mergejoin = off;
alter function release(uuid[]) set enable_seqscan = off;

-- ── sweep, expire ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Closes reservations of workers that have not been heard of for `grace`, as 'killed', at the input estimate in their draft.
-- Not within `grace` of the database's own start: a worker may just not have been able to say anything. Returns how many.
create function sweep(grace interval default '60 seconds') returns int language plpgsql as $$
declare
  drafts json; accounts uuid[]; keys uuid[]; swept int;
begin
  if clock_timestamp() - pg_postmaster_start_time() < grace then return 0; end if;
  select json_agg(v.draft), array_agg(distinct v.account_id), array_agg(distinct v.key_id) filter (where v.key_id is not null), count(*)
    into drafts, accounts, keys, swept
    from (select * from reservation where not exists (select from worker w where w.id = worker_id and w.heartbeat_at > clock_timestamp() - grace)
      order by request_id limit 500) v;
  if swept = 0 then
    delete from worker w where heartbeat_at < clock_timestamp() - grace * 10 and not exists (select from reservation where worker_id = w.id);
    return 0;
  end if;
  perform settle(drafts, accounts, coalesce(keys, '{}'), true);
  return swept;
end $$;

-- Writes off what is left of credits that have ended, once no request admitted before the end is open (rule 9). Returns how many.
create function expire_credits() returns int language plpgsql as $$
declare
  a record; c record; balance bigint; closed int := 0;
begin
  for a in select id from account where next_end_at <= clock_timestamp() order by id limit 200 for no key update skip locked loop
    for c in select id, remaining_nanos, ends_at from credit
        where account_id = a.id and remaining_nanos > 0 and ends_at <= clock_timestamp()
          and not exists (select from reservation v where v.account_id = a.id and v.admitted_at < credit.ends_at)
        order by ends_at, id loop
      update credit set remaining_nanos = 0 where id = c.id;
      update account set balance_nanos = balance_nanos - c.remaining_nanos where id = a.id returning balance_nanos into balance;
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, reason)
        values (new_id(), a.id, c.id, 'expiry', -c.remaining_nanos, balance, '');
      closed := closed + 1;
    end loop;
    update account set next_end_at = (select min(ends_at) from credit where account_id = a.id and remaining_nanos > 0) where id = a.id;
  end loop;
  return closed;
end $$;

-- ── what people post ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Adds a credit and its entry. amount > 0. Returns the entry's id and the balance after.
create function post_credit(holder uuid, credit_as credit_kind, entry_as entry_kind, amount bigint, ends timestamptz, note text, actor uuid, reason text)
returns table (entry_id uuid, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  new_credit uuid := new_id(); new_entry uuid := new_id(); after bigint;
begin
  if amount <= 0 then raise exception 'a credit must be positive' using errcode = 'check_violation'; end if;
  update account set balance_nanos = balance_nanos + amount, next_end_at = least(next_end_at, ends)
    where id = holder returning balance_nanos into strict after;
  insert into credit (id, account_id, kind, amount_nanos, remaining_nanos, ends_at, note)
    values (new_credit, holder, credit_as, amount, amount, ends, note);
  insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, actor_id, reason)
    values (new_entry, holder, new_credit, entry_as, amount, after, actor, reason);
  return query select new_entry, after;
end $$;

-- Takes up to `amount` from what is not reserved, soonest-ending credit first. Returns what was taken and the balance after.
create function post_debit(holder uuid, amount bigint, actor uuid, reason text)
returns table (taken_nanos bigint, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  c record; due bigint; taken bigint := 0; take bigint; after bigint;
begin
  if amount <= 0 then raise exception 'a debit must be positive' using errcode = 'check_violation'; end if;
  select balance_nanos, balance_nanos - reserved_nanos into strict after, due from account where id = holder for no key update;
  due := least(amount, due);
  for c in select id, remaining_nanos from credit where account_id = holder and remaining_nanos > 0 order by ends_at nulls last, created_at, id loop
    exit when due <= 0;
    take := least(due, c.remaining_nanos); due := due - take; taken := taken + take;
    update credit set remaining_nanos = remaining_nanos - take where id = c.id;
    update account set balance_nanos = balance_nanos - take where id = holder returning balance_nanos into after;
    insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, actor_id, reason)
      values (new_id(), holder, c.id, 'adjustment', -take, after, actor, reason);
  end loop;
  return query select taken, after;
end $$;

-- Changes a key's cap. What it spent and reserved in the period that the new cap counts is added up anew, under the key's lock.
create function set_key_cap(key uuid, cap bigint, period cap_period, zone text) returns void language plpgsql as $$
declare
  start timestamptz := cap_period_start(period, clock_timestamp(), zone);
begin
  perform 1 from account where id = (select account_id from virtual_key where id = key) for no key update;
  perform 1 from virtual_key where id = key for no key update;
  update reservation set period_start = start where key_id = key and admitted_at >= start;
  update reservation set period_start = null where key_id = key and admitted_at < start;
  update virtual_key set cap_nanos = cap, cap_period = period, period_start = start,
      spent_nanos = coalesce((select sum(charge_nanos) from usage_record where key_id = key and admitted_at >= start), 0),
      reserved_nanos = coalesce((select sum(amount_nanos) from reservation where key_id = key and period_start = start), 0)
    where id = key;
end $$;

-- ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Re-adds everything (rule 7) in one snapshot and returns a row for each sum that differs; no row means that the books are right.
create function verify_ledger() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  with entries as (select account_id, sum(amount_nanos) as total from ledger_entry group by 1),
  credits as (select account_id, sum(remaining_nanos) as total from credit group by 1),
  credit_entries as (select credit_id, sum(amount_nanos) as total from ledger_entry group by 1),
  held as (select account_id, sum(amount_nanos) as total from reservation group by 1),
  key_held as (select v.key_id, sum(v.amount_nanos) as total from reservation v join virtual_key k on k.id = v.key_id and k.period_start = v.period_start group by 1),
  charged as (select account_id, sum(charge_nanos) as total from usage_record group by 1),
  charge_entries as (select account_id, -sum(amount_nanos) as total from ledger_entry where kind = 'charge' or requests > 0 group by 1),
  parts as (select p.entry_id, sum(p.part) as total from usage_record, unnest(charge_entry_ids, charge_parts) as p (entry_id, part) group by 1),
  rolled as (select account_id, sum(charge_nanos) as total from usage_rollup group by 1)
  select a.id, 'balance, by ledger entries', a.id, coalesce(e.total, 0)::bigint, a.balance_nanos from account a left join entries e on e.account_id = a.id
    where a.balance_nanos <> coalesce(e.total, 0)
  union all select a.id, 'balance, by credits', a.id, coalesce(c.total, 0)::bigint, a.balance_nanos from account a left join credits c on c.account_id = a.id
    where a.balance_nanos <> coalesce(c.total, 0)
  union all select c.account_id, 'credit, by its entries', c.id, coalesce(e.total, 0)::bigint, c.remaining_nanos from credit c left join credit_entries e on e.credit_id = c.id
    where c.remaining_nanos <> coalesce(e.total, 0)
  union all select a.id, 'reserved, by reservations', a.id, coalesce(h.total, 0)::bigint, a.reserved_nanos from account a left join held h on h.account_id = a.id
    where a.reserved_nanos <> coalesce(h.total, 0)
  union all select k.account_id, 'key reserved, by reservations', k.id, coalesce(h.total, 0)::bigint, k.reserved_nanos from virtual_key k left join key_held h on h.key_id = k.id
    where k.reserved_nanos <> coalesce(h.total, 0)
  union all select a.id, 'charges of usage records, by charge entries', a.id, coalesce(e.total, 0)::bigint, coalesce(u.total, 0)::bigint
    from account a left join charge_entries e on e.account_id = a.id left join charged u on u.account_id = a.id where coalesce(e.total, 0) <> coalesce(u.total, 0)
  union all select l.account_id, 'charge entry, by its usage records', l.id, coalesce(p.total, 0)::bigint, -l.amount_nanos from ledger_entry l left join parts p on p.entry_id = l.id
    where (l.kind = 'charge' or l.requests > 0) and -l.amount_nanos <> coalesce(p.total, 0)
  union all select a.id, 'rollup, by usage records', a.id, coalesce(u.total, 0)::bigint, coalesce(r.total, 0)::bigint
    from account a left join charged u on u.account_id = a.id left join rolled r on r.account_id = a.id where coalesce(u.total, 0) <> coalesce(r.total, 0)
$$;
