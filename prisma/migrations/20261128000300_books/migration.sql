-- Verifications that are kept, and a retention of usage records that holds up no request.

-- ── months ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Where a month's partition begins, by its name. Months are UTC's, whatever time zone a connection is in.
create function usage_month_start(name text) returns timestamptz language sql immutable strict as $$
  select make_date(substr(name, 2, 4)::int, substr(name, 7, 2)::int, 1)::timestamp at time zone 'UTC'
$$;

create or replace function usage_kept_since() returns timestamptz language sql stable as $$
  select coalesce(min(usage_month_start(c.relname)), '-infinity')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'usage_months' and c.relkind = 'r' and c.relname ~ '^m\d{4}_\d{2}$'
$$;

-- As before, in another order: while a month is added up only writes into that month wait (a late settlement, if there is one after so
-- long), and requests wait for the lock of the whole table only for as long as it takes to take the months off.
create or replace function drop_usage_before(moment timestamptz) returns bigint language plpgsql as $$
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

-- ── verifications ────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table ledger_verification add column actor_name text not null default '', add column difference_count integer not null default 0;

-- Re-adds the books and keeps the result: the first thousand differences, each with whose it is, and how many there are. Locks nothing that
-- anybody else wants; its own lock lets one run at a time. No row: another one runs (unless `wait`), or there has been one since `unless_since`.
create function record_verification(actor uuid, actor_name text, wait boolean, unless_since timestamptz default null)
returns setof ledger_verification language plpgsql set work_mem = '128MB' as $$
#variable_conflict use_column
declare
  begun timestamptz; result ledger_verification;
begin
  if wait then perform pg_advisory_xact_lock(7023562);
  elsif not pg_try_advisory_xact_lock(7023562) then return;
  end if;
  if exists (select from ledger_verification where created_at >= unless_since) then return; end if;
  begun := clock_timestamp();
  result.id := new_id(); result.actor_id := actor; result.actor_name := record_verification.actor_name;
  result.usage_records := (select count(*) from usage_record) + coalesce((select sum(records) from usage_carry), 0);
  with found as (
    select d.*, row_number() over (order by d.account_id, d.subject, d.subject_id) as place from verify_ledger() d
  )
  select coalesce(max(f.place), 0), coalesce(jsonb_agg(jsonb_build_object('accountId', f.account_id, 'accountKind', a.kind, 'studentId', u.student_id,
      'userId', u.id, 'subject', f.subject, 'subjectId', f.subject_id, 'expected', f.expected_nanos::text, 'found', f.found_nanos::text)
      order by f.place) filter (where f.place <= 1000), '[]')
    into result.difference_count, result.differences
    from found f left join account a on a.id = f.account_id left join app_user u on u.id = a.user_id;
  result.created_at := clock_timestamp();
  result.duration_ms := extract(epoch from result.created_at - begun) * 1000;
  return query insert into ledger_verification select (result).* returning *;
end $$;
