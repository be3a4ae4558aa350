-- Who is looked at for notices of money: a request counts in the hour of its admission, and may be settled in the next. Only the running hour was
-- looked at, so that whoever spent the rest with a request over the full hour was told nothing. Hours are those of UTC, whatever the session's zone.

create or replace function tell_balance_used(since timestamptz) returns integer language plpgsql as $$
declare
  told integer := 0; r record;
begin
  for r in
    with active as (select distinct account_id from usage_rollup where hour >= date_trunc('hour', since - interval '1 hour', 'UTC')),
    money as (
      select a.id, a.user_id, sum(c.amount_nanos) as amounts, sum(c.remaining_nanos) as rest,
          (array_agg(c.id order by c.created_at desc, c.id desc))[1] as last_id, max(c.created_at) as last_at
        from active join account a on a.id = active.account_id and a.kind = 'user'
          join credit c on c.account_id = a.id and (c.ends_at is null or c.ends_at > clock_timestamp())
        group by a.id having sum(c.remaining_nanos) * 5 <= sum(c.amount_nanos)),
    given as (
      select m.*, least(m.amounts, coalesce((select e.balance_after_nanos from ledger_entry e where e.account_id = m.id
          and e.created_at >= m.last_at - interval '1 minute' and e.credit_id = m.last_id order by e.created_at, e.id limit 1), m.amounts)) as given
        from money m)
    select g.user_id, g.last_id, g.rest, g.given, threshold_of((g.given - g.rest)::bigint, g.given::bigint) as reached from given g
      where threshold_of((g.given - g.rest)::bigint, g.given::bigint) is not null
  loop
    told := told + tell_threshold(r.user_id, 'balance-used', r.last_id::text, r.reached,
      jsonb_build_object('left', decimal_of(r.rest::bigint), 'of', decimal_of(r.given::bigint)), '/balance');
  end loop;
  return told;
end $$;

create or replace function tell_caps_used(since timestamptz) returns integer language plpgsql as $$
declare
  told integer := 0; r record;
begin
  for r in
    with active as (select distinct account_id from usage_rollup where hour >= date_trunc('hour', since - interval '1 hour', 'UTC')),
    capped as (
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, k.cap_nanos, k.name, '/keys' as page
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'key'
          join virtual_key k on k.id = m.id and k.status = 'active' and k.limits_version = m.limits_version
        where k.cap_nanos is not null and (m.period_end is null or m.period_end > clock_timestamp())
      union all
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, a.cap_nanos, null, '/balance'
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'user'
        where a.cap_nanos is not null and a.limits_version = m.limits_version and (m.period_end is null or m.period_end > clock_timestamp())
      union all
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, g.cap_nanos, null, '/balance'
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'member'
          join access_group g on g.id = m.group_id
        where g.cap_nanos is not null and g.limits_version = m.limits_version and (m.period_end is null or m.period_end > clock_timestamp()))
    select *, threshold_of(spent_nanos, cap_nanos) as reached from capped where threshold_of(spent_nanos, cap_nanos) is not null
  loop
    told := told + tell_threshold(r.user_id, 'cap-used', r.id || ':' || r.limits_version || ':' || coalesce(extract(epoch from r.period_start)::bigint, 0),
      r.reached, jsonb_build_object('left', decimal_of(greatest(0, r.cap_nanos - r.spent_nanos)), 'of', decimal_of(r.cap_nanos))
        || case when r.name is null then '{}' else jsonb_build_object('name', r.name) end, r.page);
  end loop;
  return told;
end $$;
