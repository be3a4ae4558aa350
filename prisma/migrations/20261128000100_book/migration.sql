-- The ledger's functions, anew: one round trip takes finished requests and new ones, and limits are decided with the money.
--
-- Lock order everywhere: accounts, in id order; nothing else is locked by the request path. Whatever belongs to an account (its credits, its
-- meters, its reservations, the counts of its keys) changes only under the account's lock, so one lock a request is enough, and a key that
-- somebody edits in a long transaction holds up nobody. FOR NO KEY UPDATE does not wait for the KEY SHARE locks that foreign keys take.
-- Every statement after the lock sees what the lock holders before it wrote: a volatile function takes a new snapshot for each.

-- ── versions of keys and caps ────────────────────────────────────────────────────────────────────────────────────────────────

create trigger key_changed before update of name, group_id, models, status, expires_at on virtual_key
  for each row execute function raise_key_version();

-- A meter that counted for other limits counts anew. No limit is less than 1, no cap less than 0.
create function raise_limits_version() returns trigger language plpgsql as $$
begin
  if least(new.rpm_limit, new.tpm_limit, new.parallel_limit) < 1 or new.cap_nanos < 0 then
    raise exception 'a limit of % must be positive', tg_table_name using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and (new.rpm_limit, new.tpm_limit, new.parallel_limit, new.cap_nanos, new.cap_period)
    is distinct from (old.rpm_limit, old.tpm_limit, old.parallel_limit, old.cap_nanos, old.cap_period) then
    new.limits_version := old.limits_version + 1;
  end if;
  return new;
end $$;
create trigger limits_changed before update of rpm_limit, tpm_limit, parallel_limit, cap_nanos, cap_period on virtual_key
  for each row execute function raise_limits_version();
create trigger limits_changed before insert or update of rpm_limit, tpm_limit, parallel_limit, cap_nanos, cap_period on account
  for each row execute function raise_limits_version();
create trigger limits_changed before update of rpm_limit, tpm_limit, parallel_limit, cap_nanos, cap_period on access_group
  for each row execute function raise_limits_version();

-- Other terms, or another time zone, are other periods.
create function recount_periods() returns trigger language plpgsql as $$
begin
  if new.key not in ('academicTerms', 'timeZone') then return null; end if;
  perform 1 from account where cap_nanos is not null order by id for no key update;
  update account set limits_version = limits_version + 1 where cap_nanos is not null;
  update access_group set limits_version = limits_version + 1 where cap_nanos is not null;
  update virtual_key set limits_version = limits_version + 1 where cap_nanos is not null;
  return null;
end $$;
create trigger periods_changed after insert or update on setting for each row execute function recount_periods();

-- Start and end of the cap period that a moment belongs to. 'total' never ends; a term begins where the setting academicTerms says, and
-- lasts until the next one begins.
create function cap_period_bounds(period cap_period, moment timestamptz, zone text, out starts timestamptz, out ends timestamptz)
language plpgsql stable as $$
declare
  days date[];
begin
  if period = 'total' then
    starts := 'epoch';
  elsif period = 'term' then
    days := array(select (t->>'startsOn')::date from setting s, jsonb_array_elements(s.value) t where s.key = 'academicTerms' order by 1);
    select coalesce(max(d::timestamp at time zone zone) filter (where d::timestamp at time zone zone <= moment), 'epoch'),
      min(d::timestamp at time zone zone) filter (where d::timestamp at time zone zone > moment)
      into starts, ends from unnest(days) d;
  else
    starts := date_trunc(period::text, moment, zone);
    ends := (starts at time zone zone + ('1 ' || period::text)::interval) at time zone zone;
  end if;
end $$;
drop function cap_period_start(cap_period, timestamptz, text);

-- ── meters ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The meter of an account's owner as member of a group.
create function member_meter_id(account uuid, group_id text) returns uuid language sql immutable strict as $$
  select md5(account::text || '/' || group_id)::uuid
$$;

-- A meter at another second: buckets older than 60 s are emptied.
create function turn_meter(m meter, now_second bigint) returns meter language plpgsql immutable as $$
declare
  i int;
begin
  -- Also where the clock was set back by more: what stood in between is no last minute of anything.
  if abs(now_second - m.second) > 60 then
    m.second := now_second;
    m.requests := array_fill(0, array[61]); m.tokens := array_fill(0::bigint, array[61]); m.request_sum := 0; m.token_sum := 0;
  else
    for step in 1 .. now_second - m.second loop
      i := ((m.second + step) % 61)::int + 1;
      m.request_sum := m.request_sum - m.requests[i]; m.requests[i] := 0;
      m.token_sum := m.token_sum - m.tokens[i]; m.tokens[i] := 0;
    end loop;
  end if;
  m.second := greatest(m.second, now_second);
  return m;
end $$;

-- Milliseconds until so many requests and tokens have left a meter's minute.
create function meter_wait_ms(m meter, requests int, tokens bigint, moment timestamptz) returns bigint language plpgsql immutable as $$
declare
  i int;
begin
  for age in reverse 60 .. 0 loop
    exit when requests <= 0 and tokens <= 0;
    i := ((m.second - age) % 61)::int + 1;
    requests := requests - m.requests[i]; tokens := tokens - m.tokens[i];
    if requests <= 0 and tokens <= 0 then
      return greatest(1, ceil((m.second - age + 61 - extract(epoch from moment)) * 1000))::bigint;
    end if;
  end loop;
  return 61000;
end $$;

-- What was charged since `start` for one key, one user or one member of a group. Whole hours come from the rollup, which is kept for ever.
create function spent_since(account uuid, key uuid, group_name text, start timestamptz) returns bigint language sql stable as $$
  with bounds as (select case when date_trunc('hour', start, 'UTC') = start then start else date_trunc('hour', start, 'UTC') + interval '1 hour' end as whole)
  select coalesce((select sum(t.charge_nanos) from usage_rollup t, bounds where t.account_id = account and t.hour >= bounds.whole
      and (key is null or t.key_id = key) and (group_name is null or t.group_id = group_name)), 0)::bigint
    + coalesce((select sum(u.charge_nanos) from usage_record u, bounds where u.account_id = account
      and u.admitted_at >= start and u.admitted_at < bounds.whole
      and u.id >= id_floor(start - interval '1 hour') and u.id < id_floor(bounds.whole + interval '1 minute')
      and (key is null or u.key_id = key) and (group_name is null or u.group_id = group_name)), 0)::bigint
$$;

-- Makes a meter, or counts it anew where its period is over or its cap has changed. The caller holds the account's lock. Requests that
-- run already are taken in, so that they are counted where they end.
create function open_meter(meter_id uuid, holder uuid, meter_scope text, key uuid, group_name text, flag int,
  version int, cap bigint, period cap_period, zone text, moment timestamptz) returns void language plpgsql as $$
declare
  starts timestamptz(3); ends timestamptz(3); running int; held bigint := 0; spent bigint := 0;
begin
  update reservation set meters = meters | flag where account_id = holder and meters & flag = 0
    and (key is null or key_id = key) and (group_name is null or group_id = group_name);
  select count(*) into running from reservation where account_id = holder and meters & flag <> 0
    and (key is null or key_id = key) and (group_name is null or group_id = group_name);
  if cap is not null then
    select b.starts, b.ends into starts, ends from cap_period_bounds(period, moment, zone) b;
    spent := spent_since(holder, key, group_name, starts);
    select coalesce(sum(amount_nanos), 0) into held from reservation where account_id = holder and admitted_at >= starts
      and (key is null or key_id = key) and (group_name is null or group_id = group_name);
  end if;
  insert into meter as m (id, account_id, scope, group_id, second, requests, tokens, open_requests, limits_version, period_start, period_end,
      spent_nanos, reserved_nanos)
    values (meter_id, holder, meter_scope, group_name, floor(extract(epoch from moment)), array_fill(0, array[61]), array_fill(0::bigint, array[61]),
      running, version, starts, ends, spent, held)
    on conflict (id) do update set open_requests = excluded.open_requests, limits_version = excluded.limits_version,
      period_start = excluded.period_start, period_end = excluded.period_end, spent_nanos = excluded.spent_nanos, reserved_nanos = excluded.reserved_nanos;
end $$;

-- Opens whatever meters a request with this account, key and group needs. book() answers 'stale' where that must be done first.
create function open_meters(holder uuid, key uuid, group_name text, zone text) returns void language plpgsql as $$
declare
  a account; k virtual_key; g access_group; moment timestamptz(3);
begin
  select * into a from account where id = holder for no key update;
  if not found then return; end if;
  moment := clock_timestamp();
  select * into k from virtual_key where id = key and account_id = holder;
  select * into g from access_group where id = coalesce(k.group_id, group_name);
  if num_nonnulls(a.rpm_limit, a.tpm_limit, a.parallel_limit, a.cap_nanos) > 0
    and is_meter_stale((select m from meter m where m.id = holder), a.limits_version, moment) then
    perform open_meter(holder, holder, 'user', null, null, 1, a.limits_version, a.cap_nanos, a.cap_period, zone, moment);
  end if;
  if num_nonnulls(k.rpm_limit, k.tpm_limit, k.parallel_limit, k.cap_nanos) > 0
    and is_meter_stale((select m from meter m where m.id = key), k.limits_version, moment) then
    perform open_meter(key, holder, 'key', key, null, 2, k.limits_version, k.cap_nanos, k.cap_period, zone, moment);
  end if;
  if num_nonnulls(g.rpm_limit, g.tpm_limit, g.parallel_limit, g.cap_nanos) > 0
    and is_meter_stale((select m from meter m where m.id = member_meter_id(holder, g.id)), g.limits_version, moment) then
    perform open_meter(member_meter_id(holder, g.id), holder, 'member', null, g.id, 4, g.limits_version, g.cap_nanos, g.cap_period, zone, moment);
  end if;
end $$;

-- Whether a meter is missing, or counted for other limits or another period.
create function is_meter_stale(m meter, version int, moment timestamptz) returns boolean language sql immutable as $$
  select m.id is null or m.limits_version <> version or coalesce(m.period_end <= moment, false)
$$;

-- ── book ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What became of one item of a batch.
-- Settlements: settled | adjusted (was 'killed' before) | duplicate (already settled, nothing done); amount_nanos is the charge, rest_nanos
--   what the house pays.
-- Admissions: admitted, amount_nanos is what was reserved; or account_frozen | key_missing | key_changed | key_disabled | key_expired |
--   insufficient_balance | cap_exceeded | rpm_exceeded | tpm_exceeded | tpm_too_small | parallel_exceeded, rest_nanos is what the tightest of
--   balance and caps had left, and scope (user, key, member), limit_value and wait_ms (until it frees up, null where nobody knows) name
--   the limit that failed; or stale: open_meters() first.
-- Both: busy, the account is locked elsewhere: again with `wait`.
create type booking as (
  request_id uuid, outcome text, amount_nanos bigint, rest_nanos bigint, scope text, limit_value bigint, wait_ms bigint,
  rpm_limit int, rpm_left int, tpm_limit bigint, tpm_left bigint
);

-- Takes a batch of ended requests (rows of usage_record as JSON with cost_nanos; charge, entries and settled_at are filled in here) and one of
-- new requests, in one transaction: first what has ended, which frees room, then what begins, one by one.
-- account_ids: all accounts of the batch; paying_ids: those of the settlements; meter_ids: all that may count it. Each request is settled at most once, whatever is repeated.
create function book(settlements json, admissions json, account_ids uuid[], paying_ids uuid[], meter_ids uuid[], worker uuid, wait boolean)
returns setof booking language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz(3); now_second bigint;
  answer booking; blank usage_record;
  r record; u usage_record; p int; i int; k int; take bigint; due bigint;
  -- accounts that are locked, in id order, and what becomes of them
  accounts account[]; ids uuid[]; balances bigint[]; helds bigint[]; changed boolean[];
  -- open credits of paying accounts, soonest-ending first
  credit_ids uuid[]; credit_places int[]; credit_left bigint[]; credit_ends timestamptz[]; credit_pools uuid[]; credit_spent bigint[];
  credit_requests int[]; credit_entries uuid[]; credit_after bigint[];
  rows usage_record[] := '{}'; rolls usage_rollup[] := '{}'; lates usage_record[] := '{}'; settled uuid[] := '{}'; first_pool uuid; paid bigint;
  former text;
  -- meters of the batch: as read; how many begin and end, tokens in this second, in the one before, and in the whole minute
  known_ids uuid[]; meters meter[]; m meter; m_id uuid; m_begun int[]; m_ended int[]; m_now bigint[]; m_before bigint[]; m_tokens bigint[];
  m_requests int[]; m_open int[]; m_starts timestamptz[]; m_spent bigint[]; m_reserved bigint[]; change bigint; age int;
  -- of the key that was looked at last: the places of its meters among them, and its limits
  last_account uuid; last_key uuid; last_group text; last_bits int; is_stale boolean; bits int; places int[]; flags int[]; scopes text[];
  l_rpms int[]; l_tpms bigint[]; l_parallels int[]; l_caps bigint[]; need bigint; fits boolean; running int;
  account_left bigint; left_nanos bigint; granted bigint; verdict text; cap_left bigint;
  l_rpm int; l_tpm bigint; l_parallel int; l_cap bigint; l_version int;
  new_rows reservation[] := '{}'; v reservation; changed_meters meter[] := '{}';
begin
  if wait then
    select array_agg(x.a), array_agg((x.a).id), array_agg((x.a).balance_nanos), array_agg((x.a).reserved_nanos), array_agg(false)
      into accounts, ids, balances, helds, changed
      from (select a from account a where a.id = any(account_ids) order by a.id for no key update) x;
  else
    select array_agg(x.a), array_agg((x.a).id), array_agg((x.a).balance_nanos), array_agg((x.a).reserved_nanos), array_agg(false)
      into accounts, ids, balances, helds, changed
      from (select a from account a where a.id = any(account_ids) order by a.id for no key update skip locked) x;
  end if;
  moment := clock_timestamp(); now_second := floor(extract(epoch from moment));

  select array_agg(m), array_agg(m.id), array_agg(0), array_agg(0), array_agg(0::bigint), array_agg(0::bigint), array_agg(m.token_sum),
      array_agg(m.request_sum), array_agg(m.open_requests), array_agg(m.period_start), array_agg(m.spent_nanos), array_agg(m.reserved_nanos)
    into meters, known_ids, m_begun, m_ended, m_now, m_before, m_tokens, m_requests, m_open, m_starts, m_spent, m_reserved
    from meter m where m.id = any(meter_ids) and m.account_id = any(ids);
  for k in 1 .. coalesce(array_length(meters, 1), 0) loop
    continue when (meters[k]).second between now_second and now_second + 60;
    m := turn_meter(meters[k], now_second);
    meters[k] := m; m_requests[k] := m.request_sum; m_tokens[k] := m.token_sum;
  end loop;

  if settlements is not null then
    -- What a row leaves out.
    blank.cached_input_tokens := 0; blank.cache_write_tokens := 0; blank.reasoning_tokens := 0; blank.image_tokens := 0; blank.audio_tokens := 0;
    select array_agg(c.id), array_agg(array_position(ids, c.account_id)), array_agg(c.remaining_nanos), array_agg(c.ends_at), array_agg(c.pool_id),
        array_agg(0::bigint), array_agg(0), array_agg(null::uuid), array_agg(0::bigint)
      into credit_ids, credit_places, credit_left, credit_ends, credit_pools, credit_spent, credit_requests, credit_entries, credit_after
      from (select * from credit where account_id = any(paying_ids) and account_id = any(ids) and is_open
        order by account_id, ends_at nulls last, created_at, id) c;

    for r in
      select item, v.request_id as held_id, v.amount_nanos as held, v.token_estimate, v.meters as bits, v.admitted_at as held_at, v.group_id as held_group
      from json_populate_recordset(blank, settlements) as item
      left join reservation v on v.request_id = item.id
    loop
      u := r.item;
      p := array_position(ids, u.account_id);
      if p is null then
        if not exists (select from account where id = u.account_id) then
          raise exception 'usage record % names an unknown account', u.id using errcode = 'foreign_key_violation';
        end if;
        answer := row(u.id, 'busy', 0, 0, null, null, null, null, null, null, null)::booking; return next answer;
        continue;
      end if;
      -- A reservation stands until its request is settled; only a request without one may have been settled before.
      if r.held_id is null or u.id = any(settled) then
        if u.id = any(settled) then former := 'settled';
        else
          former := null;
          select outcome into former from usage_record where id = u.id;
        end if;
        if former = 'killed' and u.outcome <> 'killed' then
          u.admitted_at := coalesce(u.admitted_at, moment);
          lates := lates || u; settled := settled || u.id;
          continue;
        elsif former is not null then
          answer := row(u.id, 'duplicate', 0, 0, null, null, null, null, null, null, null)::booking; return next answer;
          continue;
        end if;
      end if;
      settled := settled || u.id;

      u.reserved_nanos := coalesce(r.held, 0);
      u.admitted_at := coalesce(r.held_at, u.admitted_at, moment);
      u.settled_at := moment;
      u.group_id := coalesce(r.held_group, u.group_id);
      -- The account pays from this request's own reservation and from what nobody else has reserved; the house pays the rest. While a credit that
      -- has ended waits for the requests admitted before, the balance counts it, but requests admitted later can't spend it: free is what
      -- this request may spend, less all reservations.
      take := balances[p];
      if (accounts[p]).next_end_at <= moment then
        take := 0; i := array_position(credit_places, p);
        while credit_places[i] = p loop
          if credit_ends[i] is null or credit_ends[i] > u.admitted_at then take := take + credit_left[i]; end if;
          i := i + 1;
        end loop;
      end if;
      due := least(u.cost_nanos, u.reserved_nanos + greatest(0, take - helds[p]));
      u.charge_nanos := 0; u.charge_entry_ids := '{}'; u.charge_parts := '{}'; first_pool := null;
      if due > 0 then
        i := array_position(credit_places, p);
        while due > 0 and credit_places[i] = p loop
          if credit_left[i] > 0 and (credit_ends[i] is null or credit_ends[i] > u.admitted_at) then
            take := least(due, credit_left[i]);
            due := due - take; credit_left[i] := credit_left[i] - take;
            credit_spent[i] := credit_spent[i] + take; credit_requests[i] := credit_requests[i] + 1;
            if credit_entries[i] is null then credit_entries[i] := new_id(); end if;
            u.charge_nanos := u.charge_nanos + take;
            u.charge_entry_ids := u.charge_entry_ids || credit_entries[i]; u.charge_parts := u.charge_parts || take;
            if first_pool is null then
              first_pool := coalesce(credit_pools[i], '00000000-0000-0000-0000-000000000000'); paid := take;
            elsif coalesce(credit_pools[i], '00000000-0000-0000-0000-000000000000') = first_pool then paid := paid + take;
            else
              rolls := rolls || row(u.account_id, date_trunc('hour', u.admitted_at, 'UTC'), coalesce(u.key_id, '00000000-0000-0000-0000-000000000000'), u.model,
                0, 0, 0, 0, 0, 0, take, 0, u.group_id, coalesce(credit_pools[i], '00000000-0000-0000-0000-000000000000'))::usage_rollup;
            end if;
          end if;
          i := i + 1;
        end loop;
      end if;
      u.uncollected_nanos := u.cost_nanos - u.charge_nanos;
      rolls := rolls || row(u.account_id, date_trunc('hour', u.admitted_at, 'UTC'), coalesce(u.key_id, '00000000-0000-0000-0000-000000000000'), u.model,
        1, (u.outcome <> 'finished')::int, u.input_tokens, u.cached_input_tokens, u.output_tokens, u.reasoning_tokens,
        case when first_pool is null then 0 else paid end, u.uncollected_nanos, u.group_id, coalesce(first_pool, '00000000-0000-0000-0000-000000000000'))::usage_rollup;
      balances[p] := balances[p] - u.charge_nanos; helds[p] := helds[p] - u.reserved_nanos; changed[p] := true;

      if r.bits <> 0 then
        if u.account_id is distinct from last_account or u.key_id is distinct from last_key or r.held_group <> last_group or r.bits <> last_bits then
          last_account := u.account_id; last_key := u.key_id; last_group := r.held_group; last_bits := r.bits; places := '{}'; flags := '{}';
          for s in 1 .. 3 loop
            continue when r.bits & (1 << (s - 1)) = 0;
            m_id := case s when 1 then u.account_id when 2 then u.key_id else member_meter_id(u.account_id, r.held_group) end;
            k := array_position(known_ids, m_id);
            if k is null then
              -- A key that has moved to another group since: its former meter was not asked for.
              select * into m from meter where id = m_id;
              if m.second < now_second then m := turn_meter(m, now_second); end if;
              meters := meters || m; known_ids := known_ids || m_id; k := array_length(known_ids, 1);
              m_begun[k] := 0; m_ended[k] := 0; m_now[k] := 0; m_before[k] := 0; m_tokens[k] := m.token_sum; m_requests[k] := m.request_sum;
              m_open[k] := m.open_requests; m_starts[k] := m.period_start; m_spent[k] := m.spent_nanos; m_reserved[k] := m.reserved_nanos;
            end if;
            places := places || k; flags := flags || (8 << (s - 1));
          end loop;
        end if;
        -- The estimate in the minute, if it is in there, gives way to the true figure, in the second of admission.
        change := u.input_tokens + u.output_tokens - r.token_estimate;
        age := now_second - floor(extract(epoch from u.admitted_at))::bigint;
        for j in 1 .. array_length(places, 1) loop
          k := places[j];
          m_ended[k] := m_ended[k] + 1;
          if u.admitted_at >= m_starts[k] then
            m_spent[k] := m_spent[k] + u.charge_nanos; m_reserved[k] := m_reserved[k] - u.reserved_nanos;
          end if;
          if change <> 0 and age <= 60 and r.bits & flags[j] <> 0 then
            if age = 0 then m_now[k] := m_now[k] + change;
            elsif age = 1 then m_before[k] := m_before[k] + change;
            else
              m := meters[k]; i := ((now_second - age) % 61)::int + 1;
              m.tokens[i] := m.tokens[i] + change; m_tokens[k] := m_tokens[k] + change;
              meters[k] := m;
            end if;
          end if;
        end loop;
      end if;
      rows := rows || u;
      answer := row(u.id, 'settled', u.charge_nanos, u.uncollected_nanos, null, null, null, null, null, null, null)::booking; return next answer;
    end loop;
  end if;

  last_account := null;
  if admissions is not null then
    for r in
      select b.*, k.id as key_found, k.account_id as key_account, k.status, k.version, k.expires_at, coalesce(k.group_id, b.group_id) as group_now,
        k.rpm_limit as rpm_2, k.tpm_limit as tpm_2, k.parallel_limit as parallel_2, k.cap_nanos as cap_2, k.limits_version as version_2,
        g.rpm_limit as rpm_3, g.tpm_limit as tpm_3, g.parallel_limit as parallel_3, g.cap_nanos as cap_3, g.limits_version as version_3,
        v.amount_nanos as held
      from json_to_recordset(admissions) as b (request_id uuid, account_id uuid, user_id uuid, key_id uuid, key_version int, group_id text,
        input_nanos bigint, output_nanos bigint, minimum_nanos bigint, tokens bigint, protocol text, requested_model text, model text, is_stream boolean,
        input_tokens int, price_id uuid, multiplier_ppm int, input_cost_nanos bigint, client text, ip text)
      left join virtual_key k on k.id = b.key_id
      left join access_group g on g.id = coalesce(k.group_id, b.group_id)
      left join reservation v on v.request_id = b.request_id
    loop
      answer := row(r.request_id, null, 0, 0, null, null, null, null, null, null, null)::booking;
      p := array_position(ids, r.account_id);
      if p is null then
        answer.outcome := case when exists (select from account where id = r.account_id) then 'busy' else 'account_frozen' end;
        return next answer;
        continue;
      end if;
      verdict := case
        when r.held is not null then 'held'   -- the answer to an earlier call was lost
        when (accounts[p]).is_frozen then 'account_frozen'
        when r.key_id is not null and (r.key_found is null or r.key_account <> r.account_id or r.status = 'deleted') then 'key_missing'
        when r.status = 'disabled' then 'key_disabled'
        when r.expires_at <= moment then 'key_expired'
        when r.version <> r.key_version then 'key_changed' end;
      if verdict is not null then
        if verdict = 'held' then answer.outcome := 'admitted'; answer.amount_nanos := r.held; else answer.outcome := verdict; end if;
        return next answer;
        continue;
      end if;

      -- Rule 9: credits that have ended count no more, though requests admitted before may still spend them.
      if (accounts[p]).next_end_at <= moment then
        if r.account_id = any(paying_ids) then
          account_left := 0;
          i := array_position(credit_places, p);
          while credit_places[i] = p loop
            if credit_ends[i] is null or credit_ends[i] > moment then account_left := account_left + credit_left[i]; end if;
            i := i + 1;
          end loop;
        else
          select coalesce(sum(remaining_nanos), 0) into account_left from credit
            where account_id = r.account_id and is_open and (ends_at is null or ends_at > moment);
        end if;
        account_left := account_left - helds[p];
      else
        account_left := balances[p] - helds[p];
      end if;
      if r.account_id is distinct from last_account or r.key_id is distinct from last_key or r.group_now is distinct from last_group then
        last_account := r.account_id; last_key := r.key_id; last_group := r.group_now; is_stale := false; bits := 0;
        places := '{}'; scopes := '{}'; l_rpms := '{}'; l_tpms := '{}'; l_parallels := '{}'; l_caps := '{}';
        for s in 1 .. 3 loop
          if s = 1 then
            l_rpm := (accounts[p]).rpm_limit; l_tpm := (accounts[p]).tpm_limit; l_parallel := (accounts[p]).parallel_limit; l_cap := (accounts[p]).cap_nanos;
            l_version := (accounts[p]).limits_version; m_id := r.account_id;
          elsif s = 2 then
            l_rpm := r.rpm_2; l_tpm := r.tpm_2; l_parallel := r.parallel_2; l_cap := r.cap_2; l_version := r.version_2; m_id := r.key_id;
          else
            l_rpm := r.rpm_3; l_tpm := r.tpm_3; l_parallel := r.parallel_3; l_cap := r.cap_3; l_version := r.version_3; m_id := null;
          end if;
          continue when coalesce(l_rpm, l_tpm, l_parallel, l_cap) is null;
          if s = 3 then m_id := member_meter_id(r.account_id, r.group_now); end if;
          k := array_position(known_ids, m_id);
          is_stale := k is null or is_meter_stale(meters[k], l_version, moment);
          exit when is_stale;
          bits := bits | (1 << (s - 1)); places := places || k; scopes := scopes || (array['user', 'key', 'member'])[s];
          l_rpms := l_rpms || l_rpm; l_tpms := l_tpms || l_tpm; l_parallels := l_parallels || l_parallel; l_caps := l_caps || l_cap;
        end loop;
      end if;

      -- Mostly everything fits; only where something does not is looked at closely.
      need := r.input_nanos + r.output_nanos; fits := account_left >= need and not is_stale; left_nanos := account_left;
      for j in 1 .. coalesce(array_length(places, 1), 0) loop
        k := places[j];
        if m_requests[k] + m_begun[k] >= l_rpms[j] or m_tokens[k] + m_now[k] + m_before[k] + r.tokens > l_tpms[j]
          or m_open[k] + m_begun[k] - m_ended[k] >= l_parallels[j] or m_spent[k] + m_reserved[k] + need > l_caps[j] then fits := false; end if;
      end loop;
      if is_stale then verdict := 'stale';
      elsif not fits then
        for j in 1 .. coalesce(array_length(places, 1), 0) loop
          k := places[j];
          if l_caps[j] is not null then
            cap_left := l_caps[j] - m_spent[k] - m_reserved[k];
            if cap_left < left_nanos then
              left_nanos := cap_left;
              -- Only where the cap is what fails.
              if cap_left < r.input_nanos + r.minimum_nanos and account_left >= r.input_nanos + r.minimum_nanos then
                verdict := 'cap_exceeded'; answer.scope := scopes[j]; answer.limit_value := l_caps[j];
                answer.wait_ms := ceil(extract(epoch from (meters[k]).period_end - moment) * 1000);
              end if;
            end if;
          end if;
          continue when verdict = 'cap_exceeded';
          l_rpm := l_rpms[j]; l_tpm := l_tpms[j]; running := m_requests[k] + m_begun[k]; change := m_tokens[k] + m_now[k] + m_before[k] + r.tokens;
          if m_open[k] + m_begun[k] - m_ended[k] >= l_parallels[j] and verdict is null then
            verdict := 'parallel_exceeded'; answer.scope := scopes[j]; answer.limit_value := l_parallels[j];
          elsif r.tokens > l_tpm then
            verdict := 'tpm_too_small'; answer.scope := scopes[j]; answer.limit_value := l_tpm; answer.wait_ms := null;
          elsif verdict is distinct from 'tpm_too_small' and (running >= l_rpm or change > l_tpm) then
            take := meter_wait_ms(meters[k], case when running >= l_rpm then running + 1 - l_rpm else 0 end, case when change > l_tpm then change - l_tpm else 0 end, moment);
            -- The one that takes longest to free up.
            if verdict is null or verdict = 'parallel_exceeded' or take > answer.wait_ms then
              verdict := case when running >= l_rpm then 'rpm_exceeded' else 'tpm_exceeded' end;
              answer.scope := scopes[j]; answer.limit_value := case when verdict = 'rpm_exceeded' then l_rpm else l_tpm end; answer.wait_ms := take;
            end if;
          end if;
        end loop;
      end if;
      -- The tightest of each kind, for the headers.
      for j in 1 .. coalesce(array_length(places, 1), 0) loop
        k := places[j];
        i := l_rpms[j] - m_requests[k] - m_begun[k] - 1;
        if i < coalesce(answer.rpm_left, 2147483647) then answer.rpm_limit := l_rpms[j]; answer.rpm_left := greatest(0, i); end if;
        change := l_tpms[j] - m_tokens[k] - m_now[k] - m_before[k] - r.tokens;
        if change < coalesce(answer.tpm_left, 9223372036854775807) then answer.tpm_limit := l_tpms[j]; answer.tpm_left := greatest(0, change); end if;
      end loop;

      if verdict is distinct from 'stale' and account_left < r.input_nanos + r.minimum_nanos then
        verdict := 'insufficient_balance'; answer.scope := null; answer.limit_value := null;
        -- Until the next allowance comes; one that is due already comes with the next round of some worker.
        answer.wait_ms := case when (accounts[p]).next_allowance_at is not null
          then greatest(1000, ceil(extract(epoch from (accounts[p]).next_allowance_at - moment) * 1000)) end;
      end if;
      answer.rest_nanos := left_nanos;
      if verdict is not null then
        answer.outcome := verdict; return next answer;
        continue;
      end if;

      granted := least(left_nanos, need);
      answer.outcome := 'admitted'; answer.amount_nanos := granted; return next answer;
      if granted <> 0 then helds[p] := helds[p] + granted; changed[p] := true; end if;
      foreach k in array places loop
        m_begun[k] := m_begun[k] + 1; m_now[k] := m_now[k] + r.tokens;
        if m_starts[k] is not null then m_reserved[k] := m_reserved[k] + granted; end if;
      end loop;
      v.request_id := r.request_id; v.account_id := r.account_id; v.user_id := r.user_id; v.key_id := r.key_id; v.group_id := r.group_now;
      v.amount_nanos := granted; v.token_estimate := r.tokens; v.meters := bits | (bits << 3); v.worker_id := worker; v.protocol := r.protocol;
      v.requested_model := r.requested_model; v.model := r.model; v.is_stream := r.is_stream; v.input_tokens := r.input_tokens;
      v.price_id := r.price_id; v.multiplier_ppm := r.multiplier_ppm; v.input_cost_nanos := r.input_cost_nanos;
      v.client := r.client; v.ip := r.ip; v.admitted_at := moment;
      new_rows := new_rows || v;
    end loop;
  end if;

  update account a set balance_nanos = d.balance, reserved_nanos = d.held
    from unnest(ids, balances, helds, changed) as d (id, balance, held, is_changed) where a.id = d.id and d.is_changed;
  for k in 1 .. coalesce(array_length(known_ids, 1), 0) loop
    continue when m_begun[k] + m_ended[k] = 0;
    m := meters[k]; i := (now_second % 61)::int + 1;
    m.requests[i] := m.requests[i] + m_begun[k]; m.tokens[i] := m.tokens[i] + m_now[k];
    if m_before[k] <> 0 then i := ((now_second - 1) % 61)::int + 1; m.tokens[i] := m.tokens[i] + m_before[k]; end if;
    m.request_sum := m_requests[k] + m_begun[k]; m.token_sum := m_tokens[k] + m_now[k] + m_before[k];
    m.open_requests := m_open[k] + m_begun[k] - m_ended[k]; m.spent_nanos := m_spent[k]; m.reserved_nanos := m_reserved[k];
    changed_meters := changed_meters || m;
  end loop;
  if array_length(changed_meters, 1) > 0 then
    update meter t set second = d.second, requests = d.requests, tokens = d.tokens, request_sum = d.request_sum, token_sum = d.token_sum,
        open_requests = d.open_requests, spent_nanos = d.spent_nanos, reserved_nanos = d.reserved_nanos
      from unnest(changed_meters) as d where t.id = d.id;
  end if;
  if array_length(new_rows, 1) > 0 then
    insert into reservation select * from unnest(new_rows);
  end if;
  if array_length(rows, 1) > 0 then
    insert into usage_record select * from unnest(rows);
    delete from reservation where request_id = any(settled);
    p := null;
    -- Balances after each entry, in the order of spending: the last one is the account's.
    for i in reverse coalesce(array_length(credit_ids, 1), 0) .. 1 loop
      if p is distinct from credit_places[i] then p := credit_places[i]; due := balances[p]; end if;
      credit_after[i] := due; due := due + credit_spent[i];
    end loop;
    update credit c set remaining_nanos = d.rest, is_open = d.rest > 0
      from unnest(credit_ids, credit_left, credit_spent) as d (id, rest, spent) where c.id = d.id and d.spent > 0;
    insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, requests)
      select d.entry, ids[d.place], d.credit, 'charge', -d.spent, d.after, d.requests
      from unnest(credit_entries, credit_places, credit_ids, credit_spent, credit_after, credit_requests)
        as d (entry, place, credit, spent, after, requests) where d.spent > 0;
    insert into usage_rollup as t (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens,
        output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
      select account_id, hour, key_id, model, sum(requests), sum(failures), sum(input_tokens), sum(cached_input_tokens),
        sum(output_tokens), sum(reasoning_tokens), sum(charge_nanos), sum(uncollected_nanos), group_id, pool_id
      from unnest(rolls) group by account_id, hour, key_id, model, group_id, pool_id order by account_id, hour, key_id, model, group_id, pool_id
      on conflict (account_id, hour, key_id, model, group_id, pool_id) do update set
        requests = t.requests + excluded.requests, failures = t.failures + excluded.failures,
        input_tokens = t.input_tokens + excluded.input_tokens, cached_input_tokens = t.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = t.output_tokens + excluded.output_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        charge_nanos = t.charge_nanos + excluded.charge_nanos, uncollected_nanos = t.uncollected_nanos + excluded.uncollected_nanos;
  end if;
  foreach u in array lates loop
    due := settle_late(u);
    answer := row(u.id, 'adjusted', due, greatest(0, u.cost_nanos - due), null, null, null, null, null, null, null)::booking; return next answer;
  end loop;
end $$;

-- Corrects a request that the sweeper had closed as 'killed' and whose true outcome arrived after all (rule 4). The caller holds
-- the lock of the account. Returns what the request is charged now.
create function settle_late(late usage_record) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
  former usage_record;
  c record; e record;
  due bigint; take bigint; entry uuid; balance bigint; change bigint;
  parts_ids uuid[]; parts bigint[];
begin
  select * into strict former from usage_record where id = late.id;
  parts_ids := former.charge_entry_ids; parts := former.charge_parts;
  due := late.cost_nanos - former.charge_nanos;
  if due > 0 then
    select greatest(0, available_nanos(late.account_id, former.admitted_at)) into take;
    due := least(due, take);
    for c in select id, remaining_nanos from credit
        where account_id = late.account_id and is_open and (ends_at is null or ends_at > former.admitted_at)
        order by ends_at nulls last, created_at, id loop
      exit when due = 0;
      take := least(due, c.remaining_nanos); due := due - take;
      entry := new_id();
      update credit set remaining_nanos = remaining_nanos - take, is_open = remaining_nanos > take where id = c.id;
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
      update credit set remaining_nanos = remaining_nanos + take, is_open = true where id = e.credit_id;
      update account set balance_nanos = balance_nanos + take where id = late.account_id returning balance_nanos into balance;
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, reason, requests)
        values (entry, late.account_id, e.credit_id, 'adjustment', take, balance, 'late settlement', 1);
      parts_ids := parts_ids || entry; parts := parts || -take;
    end loop;
    -- Money that went back to a credit which has ended is looked at again by expire_credits().
    update account set next_end_at = (select min(ends_at) from credit where account_id = late.account_id and is_open)
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
  -- Counts stand with the course that paid first, money with each that paid: what each had before goes, what it has now comes.
  insert into usage_rollup as t (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens,
      output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
    select former.account_id, date_trunc('hour', former.admitted_at, 'UTC'), coalesce(former.key_id, '00000000-0000-0000-0000-000000000000'), former.model,
      sum(d.requests), sum(d.failures), sum(d.input), sum(d.cached), sum(d.output), sum(d.reasoning), sum(d.charge), sum(d.uncollected), former.group_id, d.pool
    from (
      select pool_of(former.charge_entry_ids[1]) as pool, -1 as requests, -(former.outcome <> 'finished')::int as failures, -former.input_tokens as input,
        -former.cached_input_tokens as cached, -former.output_tokens as output, -former.reasoning_tokens as reasoning, 0 as charge, -former.uncollected_nanos as uncollected
      union all select pool_of(parts_ids[1]), 1, (late.outcome <> 'finished')::int, late.input_tokens, late.cached_input_tokens, late.output_tokens,
        late.reasoning_tokens, 0, late.uncollected_nanos
      union all select pool_of(p.entry), 0, 0, 0, 0, 0, 0, -p.part, 0 from unnest(former.charge_entry_ids, former.charge_parts) as p (entry, part)
      union all select pool_of(p.entry), 0, 0, 0, 0, 0, 0, p.part, 0 from unnest(parts_ids, parts) as p (entry, part)
    ) d group by d.pool order by d.pool
    on conflict (account_id, hour, key_id, model, group_id, pool_id) do update set
      requests = t.requests + excluded.requests, failures = t.failures + excluded.failures,
      input_tokens = t.input_tokens + excluded.input_tokens, cached_input_tokens = t.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
      charge_nanos = t.charge_nanos + excluded.charge_nanos, uncollected_nanos = t.uncollected_nanos + excluded.uncollected_nanos;
  change := late.charge_nanos - former.charge_nanos;
  update meter set spent_nanos = greatest(0, spent_nanos + change)
    where id in (former.account_id, former.key_id, member_meter_id(former.account_id, former.group_id)) and period_start <= former.admitted_at;
  return late.charge_nanos;
end $$;

-- The course's account behind the credit that a ledger entry touched, or the nil UUID.
create function pool_of(entry uuid) returns uuid language sql stable as $$
  select coalesce((select c.pool_id from ledger_entry l join credit c on c.id = l.credit_id where l.id = entry), '00000000-0000-0000-0000-000000000000')
$$;

-- ── extend, release ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What is charged and set aside in the cap period that a running request was admitted in, where its meter counts a later one already.
create function counted_then(v reservation, key uuid, group_name text, period cap_period, zone text) returns bigint language sql stable as $$
  select (spent_since(v.account_id, key, group_name, b.starts) - coalesce(spent_since(v.account_id, key, group_name, b.ends), 0)
    + (select coalesce(sum(amount_nanos), 0) from reservation where account_id = v.account_id and admitted_at >= b.starts
      and (admitted_at < b.ends or b.ends is null) and (key is null or key_id = key) and (group_name is null or group_id = group_name)))::bigint
    from cap_period_bounds(period, v.admitted_at, zone) b
$$;

-- Adds up to `amount` to the reservation of a running request, by the same balance and caps as book(). Returns what was added, 0 if nothing.
create function extend_reservation(request uuid, amount bigint, zone text) returns bigint language plpgsql as $$
declare
  v reservation; a account; room bigint;
begin
  select * into v from reservation where request_id = request;
  if not found then return 0; end if;
  select * into strict a from account where id = v.account_id for no key update;
  -- A cap may be new since this was admitted.
  perform open_meters(v.account_id, v.key_id, v.group_id, zone);
  -- Settled or swept, or extended, while this waited for the lock.
  select * into v from reservation where request_id = request;
  if not found or a.is_frozen then return 0; end if;
  if a.next_end_at <= clock_timestamp() then
    select coalesce(sum(remaining_nanos), 0) into room from credit
      where account_id = a.id and is_open and (ends_at is null or ends_at > clock_timestamp());
  else
    room := a.balance_nanos;
  end if;
  room := least(amount, room - a.reserved_nanos,
    (select min(l.cap - case when m.period_start <= v.admitted_at then m.spent_nanos + m.reserved_nanos
        else counted_then(v, l.key, l.group_name, l.period, zone) end)
      from (select a.id as id, null::uuid as key, null::text as group_name, a.cap_nanos as cap, a.cap_period as period
        union all select k.id, k.id, null, k.cap_nanos, k.cap_period from virtual_key k where k.id = v.key_id
        union all select member_meter_id(a.id, g.id), null, g.id, g.cap_nanos, g.cap_period from access_group g where g.id = v.group_id) l
      left join meter m on m.id = l.id where l.cap is not null));
  if room <= 0 then return 0; end if;
  update reservation set amount_nanos = amount_nanos + room where request_id = request;
  update account set reserved_nanos = reserved_nanos + room where id = a.id;
  update meter set reserved_nanos = reserved_nanos + room where id = any(meters_of(v)) and period_start <= v.admitted_at;
  return room;
end $$;

-- The meters that count a reservation.
create function meters_of(v reservation) returns uuid[] language sql immutable as $$
  select array_remove(array[case when v.meters & 1 <> 0 then v.account_id end, case when v.meters & 2 <> 0 then v.key_id end,
    case when v.meters & 4 <> 0 then member_meter_id(v.account_id, v.group_id) end], null)
$$;

-- Gives back reservations of requests that were never sent, because the answer of book() was lost. Their count in the minute runs out by
-- itself. Returns how many.
create function release(request_ids uuid[]) returns int language plpgsql as $$
declare
  released int := 0; v reservation;
begin
  perform 1 from account where id in (select account_id from reservation where request_id = any(request_ids)) order by id for no key update;
  for v in delete from reservation where request_id = any(request_ids) returning * loop
    update account set reserved_nanos = reserved_nanos - v.amount_nanos where id = v.account_id;
    update meter set open_requests = open_requests - 1,
        reserved_nanos = reserved_nanos - case when period_start <= v.admitted_at then v.amount_nanos else 0 end
      where id = any(meters_of(v));
    released := released + 1;
  end loop;
  return released;
end $$;

-- ── sweep ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Closes reservations of workers that have not been heard of for `grace`, as 'killed', at the input estimate.
-- Not within `grace` of the database's own start: a worker may just not have been able to say anything. Returns how many.
create function sweep(grace interval default '60 seconds') returns int language plpgsql as $$
declare
  records json; accounts uuid[]; swept int;
begin
  if clock_timestamp() - pg_postmaster_start_time() < grace then return 0; end if;
  select json_agg(json_build_object('id', request_id, 'account_id', account_id, 'user_id', user_id, 'key_id', key_id, 'group_id', group_id,
      'protocol', protocol, 'requested_model', requested_model, 'model', model, 'is_stream', is_stream, 'attempts', 0,
      'input_tokens', input_tokens, 'cached_input_tokens', 0, 'cache_write_tokens', 0, 'output_tokens', 0, 'reasoning_tokens', 0,
      'image_tokens', 0, 'audio_tokens', 0, 'price_id', price_id, 'multiplier_ppm', multiplier_ppm, 'cost_nanos', input_cost_nanos,
      'outcome', 'killed', 'http_status', 0, 'is_estimated', true, 'queue_ms', 0, 'total_ms', 0, 'client', client, 'ip', ip)),
      array_agg(distinct account_id), count(*)
    into records, accounts, swept
    from (select * from reservation where not exists (select from worker w where w.id = worker_id and w.heartbeat_at > clock_timestamp() - grace)
      order by request_id limit 500) v;
  if swept = 0 then
    delete from worker w where heartbeat_at < clock_timestamp() - grace * 10 and not exists (select from reservation where worker_id = w.id);
    return 0;
  end if;
  perform book(records, null, accounts, accounts, (select array_agg(distinct m) from reservation v, unnest(meters_of(v)) m where v.account_id = any(accounts)), null, true);
  return swept;
end $$;

-- ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Where a month's partition begins, by its name. Months are UTC's, whatever time zone a connection is in.
create function usage_month_start(name text) returns timestamptz language sql immutable strict as $$
  select make_date(substr(name, 2, 4)::int, substr(name, 7, 2)::int, 1)::timestamp at time zone 'UTC'
$$;

-- Where the usage records begin: what is older was dropped, and only its sums were kept.
create function usage_kept_since() returns timestamptz language sql stable as $$
  select coalesce(min(usage_month_start(c.relname)), '-infinity')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'usage_months' and c.relkind = 'r' and c.relname ~ '^m\d{4}_\d{2}$'
$$;

-- Drops the usage records of the months before a moment's month. Their sums stay, so that the books still add up. Returns how many records went.
-- While a month is added up only writes into that month wait (a late settlement, if there is one after so
-- long), and requests wait for the lock of the whole table only for as long as it takes to take the months off.
create function drop_usage_before(moment timestamptz) returns bigint language plpgsql as $$
declare
  names text[]; name text; month_end timestamptz; gone bigint; total bigint := 0;
begin
  perform pg_advisory_xact_lock(7023561);
  names := array(select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'usage_months' and c.relkind = 'r' and c.relname ~ '^m\d{4}_\d{2}$'
        and usage_month_start(c.relname) < date_trunc('month', moment, 'UTC') order by 1);
  foreach name in array names loop
    month_end := usage_month_start(name) + interval '1 month';
    execute format('lock table usage_months.%I in share row exclusive mode', name);
    execute format('insert into usage_carry as t (account_id, records, charge_nanos) select account_id, count(*), sum(charge_nanos) from usage_months.%I group by 1
      on conflict (account_id) do update set records = t.records + excluded.records, charge_nanos = t.charge_nanos + excluded.charge_nanos', name);
    -- Entries that came after the month's end may carry records of the next month too.
    execute format('insert into entry_carry as t (entry_id, charge_nanos) select p.entry, sum(p.part) from usage_months.%I u,
        unnest(u.charge_entry_ids, u.charge_parts) as p (entry, part) join ledger_entry l on l.id = p.entry and l.created_at >= %L group by 1
      on conflict (entry_id) do update set charge_nanos = t.charge_nanos + excluded.charge_nanos', name, month_end);
    execute format('select count(*) from usage_months.%I', name) into gone;
    total := total + gone;
  end loop;
  foreach name in array names loop
    execute format('alter table usage_record detach partition usage_months.%I', name);
    execute format('drop table usage_months.%I', name);
  end loop;
  return total;
end $$;

-- Re-adds everything (rule 7) in one snapshot and returns a row for each sum that differs; no row means that the books are right.
create function verify_ledger() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  with entries as (select account_id, sum(amount_nanos) as total from ledger_entry group by 1),
  credits as (select account_id, sum(remaining_nanos) as total from credit group by 1),
  credit_entries as (select credit_id, sum(amount_nanos) as total from ledger_entry group by 1),
  held as (select account_id, sum(amount_nanos) as total from reservation group by 1),
  counted as (select m.id as meter_id, v.amount_nanos, v.admitted_at from reservation v, unnest(meters_of(v)) as m (id)),
  meter_held as (select m.id, count(c.meter_id) as running, coalesce(sum(c.amount_nanos) filter (where c.admitted_at >= m.period_start), 0) as total
    from meter m left join counted c on c.meter_id = m.id group by m.id),
  charged as (select account_id, sum(total) as total from (
    select account_id, sum(charge_nanos) as total from usage_record group by 1
    union all select account_id, charge_nanos from usage_carry) c group by 1),
  charge_entries as (select account_id, -sum(amount_nanos) as total from ledger_entry where kind = 'charge' or requests > 0 group by 1),
  parts as (select entry_id, sum(total) as total from (
    select p.entry_id, sum(p.part) as total from usage_record, unnest(charge_entry_ids, charge_parts) as p (entry_id, part) group by 1
    union all select entry_id, charge_nanos from entry_carry) p group by 1),
  kept as materialized (select usage_kept_since() as since),
  rolled as (select account_id, sum(charge_nanos) as total from usage_rollup group by 1)
  select a.id, 'balance, by ledger entries', a.id, coalesce(e.total, 0)::bigint, a.balance_nanos from account a left join entries e on e.account_id = a.id
    where a.balance_nanos <> coalesce(e.total, 0)
  union all select a.id, 'balance, by credits', a.id, coalesce(c.total, 0)::bigint, a.balance_nanos from account a left join credits c on c.account_id = a.id
    where a.balance_nanos <> coalesce(c.total, 0)
  union all select c.account_id, 'credit, by its entries', c.id, coalesce(e.total, 0)::bigint, c.remaining_nanos from credit c left join credit_entries e on e.credit_id = c.id
    where c.remaining_nanos <> coalesce(e.total, 0) or c.is_open <> (c.remaining_nanos > 0)
  union all select a.id, 'reserved, by reservations', a.id, coalesce(h.total, 0)::bigint, a.reserved_nanos from account a left join held h on h.account_id = a.id
    where a.reserved_nanos <> coalesce(h.total, 0)
  union all select m.account_id, 'meter reserved, by reservations', m.id, h.total::bigint, m.reserved_nanos from meter m join meter_held h on h.id = m.id
    where m.reserved_nanos <> h.total
  union all select m.account_id, 'meter running requests, by reservations', m.id, h.running, m.open_requests from meter m join meter_held h on h.id = m.id
    where m.open_requests <> h.running
  union all select a.id, 'charges of usage records, by charge entries', a.id, coalesce(e.total, 0)::bigint, coalesce(u.total, 0)::bigint
    from account a left join charge_entries e on e.account_id = a.id left join charged u on u.account_id = a.id where coalesce(e.total, 0) <> coalesce(u.total, 0)
  union all select l.account_id, 'charge entry, by its usage records', l.id, coalesce(p.total, 0)::bigint, -l.amount_nanos from ledger_entry l left join parts p on p.entry_id = l.id, kept
    where (l.kind = 'charge' or l.requests > 0) and -l.amount_nanos <> coalesce(p.total, 0) and l.created_at >= kept.since
  union all select a.id, 'rollup, by usage records', a.id, coalesce(u.total, 0)::bigint, coalesce(r.total, 0)::bigint
    from account a left join charged u on u.account_id = a.id left join rolled r on r.account_id = a.id where coalesce(u.total, 0) <> coalesce(r.total, 0)
$$;
