-- Speeds by day. A week of every model's hours is tens of thousands of rows of counts: adding them up took a page of the console a second. An hour
-- that is over never changes, so days that are over are added up once, by housekeeping; what is read is days, and the hours since.
create table speed_day (
  -- Midnight, UTC.
  day timestamptz(3) not null,
  model_id uuid not null,
  requests integer not null,
  failures integer not null,
  -- Requests of its busiest hour.
  peak integer not null,
  -- Counts as in speed_rollup, over all channels.
  ttft integer[],
  tpot integer[],
  e2e integer[],
  constraint speed_day_pkey primary key (day, model_id)
);

-- From when on hours are not in speed_day.
create function speed_closed_until() returns timestamptz language sql stable as $$
  select coalesce(max(day) + interval '1 day', '-infinity') from speed_day
$$;

-- Adds up the days that are over. An hour late: by then whatever was written in a day is to be seen.
create function close_speed_days() returns void language plpgsql as $$
declare
  since timestamptz; until timestamptz := date_trunc('day', now() - interval '1 hour', 'UTC');
begin
  if not pg_try_advisory_xact_lock(7023564) then return; end if;
  since := speed_closed_until();
  insert into speed_day
    with hours as materialized (select * from speed_rollup where hour >= since and hour < until),
      busy as (select model_id, hour, sum(requests) as requests, sum(failures) as failures from hours group by 1, 2),
      sums as (select date_trunc('day', hour, 'UTC') as day, model_id, sum(requests) as requests, sum(failures) as failures, max(requests) as peak
        from busy group by 1, 2),
      places as (select date_trunc('day', hour, 'UTC') as day, model_id, place, coalesce(sum(f), 0)::int as f, coalesce(sum(p), 0)::int as p,
          coalesce(sum(e), 0)::int as e
        from hours, unnest(ttft, tpot, e2e) with ordinality as bucket (f, p, e, place) group by 1, 2, 3),
      counts as (select day, model_id, array_agg(f order by place) as ttft, array_agg(p order by place) as tpot, array_agg(e order by place) as e2e
        from places group by 1, 2)
    select s.day, s.model_id, s.requests, s.failures, s.peak, coalesce(c.ttft, '{}'), coalesce(c.tpot, '{}'), coalesce(c.e2e, '{}')
      from sums s left join counts c using (day, model_id);
end $$;
