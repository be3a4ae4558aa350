-- Verifications that are kept, and sums of the whole campus.

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

-- ── usage of the whole campus ────────────────────────────────────────────────────────────────────────────────────────────────
--
-- Adding up everybody's hours takes longer than a page may, and one row that every settlement adds to would be a queue. So hours that are
-- over are added up once, by housekeeping; hours that are not are added up when somebody asks. What still changes in an hour long past
-- (a late settlement) is noted apart as a difference, in rows of its own that nobody waits for.

create table campus_rollup (
  -- 'model', series is its name; or 'course', series is its pool's account, the nil UUID for people's own money
  dimension text not null,
  hour timestamptz(3) not null,
  series text not null,
  requests bigint not null,
  failures bigint not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  charge_nanos bigint not null,
  uncollected_nanos bigint not null,
  constraint campus_rollup_pkey primary key (dimension, hour, series)
);
create table campus_rollup_late (
  id uuid not null,
  hour timestamptz(3) not null,
  model text not null,
  pool_id uuid not null,
  requests bigint not null,
  failures bigint not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  charge_nanos bigint not null,
  uncollected_nanos bigint not null,
  constraint campus_rollup_late_pkey primary key (id)
);
create index campus_rollup_late_hour_idx on campus_rollup_late (hour);

create function note_late_rollup() returns trigger language plpgsql as $$
declare
  former usage_rollup;
begin
  if tg_op = 'UPDATE' then former := old; end if;
  insert into campus_rollup_late values (new_id(), new.hour, new.model, new.pool_id, new.requests - coalesce(former.requests, 0),
    new.failures - coalesce(former.failures, 0), new.input_tokens - coalesce(former.input_tokens, 0),
    new.cached_input_tokens - coalesce(former.cached_input_tokens, 0), new.output_tokens - coalesce(former.output_tokens, 0),
    new.reasoning_tokens - coalesce(former.reasoning_tokens, 0), new.charge_nanos - coalesce(former.charge_nanos, 0),
    new.uncollected_nanos - coalesce(former.uncollected_nanos, 0));
  return null;
end $$;
-- Noted from 3 hours on, closed from 4 hours on: what a closing does not see yet was begun after it could have been missed, unless a
-- transaction takes an hour.
create trigger late_rollup after insert or update on usage_rollup
  for each row when (new.hour < now() - interval '3 hours') execute function note_late_rollup();

-- Up to which hour the campus is added up. Hours without usage behind the last one with some are open, and cost nothing.
create function campus_closed_until() returns timestamptz language sql stable as $$
  select coalesce(max(hour) + interval '1 hour', '-infinity') from campus_rollup where dimension = 'model'
$$;

-- Adds up the hours that are over, and takes in what was late. Each statement sees one moment: a change is either in the sums and its note
-- goes, or in neither.
create function close_campus_hours() returns void language plpgsql as $$
declare
  since timestamptz; until timestamptz := date_trunc('hour', now() - interval '4 hours', 'UTC');
begin
  if not pg_try_advisory_xact_lock(7023563) then return; end if;
  since := campus_closed_until();
  if since < until then
    with gone as (delete from campus_rollup_late where hour >= since and hour < until),
    summed as materialized (
      select hour, model, pool_id, sum(requests) as requests, sum(failures) as failures, sum(input_tokens) as input_tokens,
        sum(cached_input_tokens) as cached_input_tokens, sum(output_tokens) as output_tokens, sum(reasoning_tokens) as reasoning_tokens,
        sum(charge_nanos) as charge_nanos, sum(uncollected_nanos) as uncollected_nanos
      from usage_rollup where hour >= since and hour < until group by hour, model, pool_id
    )
    insert into campus_rollup
      select d.dimension, hour, d.series, sum(requests), sum(failures), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens),
        sum(reasoning_tokens), sum(charge_nanos), sum(uncollected_nanos)
      from summed, lateral (values ('model', model), ('course', pool_id::text)) as d (dimension, series) group by 1, 2, 3;
  end if;
  with late as (delete from campus_rollup_late where hour < campus_closed_until() returning *)
  insert into campus_rollup as t
    select d.dimension, hour, d.series, sum(requests), sum(failures), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens),
      sum(reasoning_tokens), sum(charge_nanos), sum(uncollected_nanos)
    from late, lateral (values ('model', model), ('course', pool_id::text)) as d (dimension, series) group by 1, 2, 3
    on conflict (dimension, hour, series) do update set requests = t.requests + excluded.requests, failures = t.failures + excluded.failures,
      input_tokens = t.input_tokens + excluded.input_tokens, cached_input_tokens = t.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
      charge_nanos = t.charge_nanos + excluded.charge_nanos, uncollected_nanos = t.uncollected_nanos + excluded.uncollected_nanos;
end $$;

-- Everybody's usage by hour, once by model and once by course: what usage_rollup adds up to, at every moment.
create view campus_usage as
  with closed as (select campus_closed_until() as until)
  select * from campus_rollup
  union all select d.dimension, l.hour, d.series, l.requests, l.failures, l.input_tokens, l.cached_input_tokens, l.output_tokens, l.reasoning_tokens,
      l.charge_nanos, l.uncollected_nanos
    from campus_rollup_late l, closed, lateral (values ('model', l.model), ('course', l.pool_id::text)) as d (dimension, series)
    where l.hour < closed.until
  union all select d.dimension, t.hour, d.series, t.requests, t.failures, t.input_tokens, t.cached_input_tokens, t.output_tokens, t.reasoning_tokens,
      t.charge_nanos, t.uncollected_nanos
    from usage_rollup t, closed, lateral (values ('model', t.model), ('course', t.pool_id::text)) as d (dimension, series)
    where t.hour >= closed.until;
