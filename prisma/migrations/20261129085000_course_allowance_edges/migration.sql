-- What a course's allowances, advances and vouchers do at their edges: whoever is out of a course meanwhile, ends that are moved, sums beyond a bigint.

-- As before, but that what came back by itself did not stay with the student either: of an advance that was undone while a request held some of it.
create or replace function advance_kept(advance course_advance, out kept bigint, out left_over bigint) language sql stable as $$
  select coalesce(sum(k.amount_nanos + coalesce(t.taken, 0)), 0)::bigint,
      coalesce(sum(k.remaining_nanos) filter (where k.ends_at > clock_timestamp()), 0)::bigint
    from course_funding f cross join unnest(f.entry_ids) e (id) join ledger_entry l on l.id = e.id join credit k on k.id = l.credit_id
      left join lateral (select sum(b.amount_nanos) as taken from ledger_entry b
        where b.credit_id = k.id and b.kind in ('adjustment', 'expiry') and b.requests = 0) t on true
    where f.id = advance.funding_id
$$;

-- As before, but that an advance comes off the next draw that its student has part in, and is no payment of the period it was taken in, and sums are numeric.
-- Pays what is due of a course's allowance: the current period to everybody, or where that was paid, to those who joined since. The caller holds the course's
-- lock. Only the current period counts, however long nothing ran.
--   set-to: so much of this allowance, afresh each period; what is left ends with the period.
--   top-up-to: what the member's money of this course falls short of it; what is left ends with the period.
--   add: so much more; what is left lasts as long as the allowance.
-- Returns {outcome: paid | missed | nothing | over, funding, people, needed, available}; missed: the pool lacks something, and nobody got anything.
create or replace function draw_course_allowance(drawn uuid, zone text) returns jsonb language plpgsql as $$
declare
  a course_allowance; c record; pool uuid; moment timestamptz(3) := clock_timestamp(); current record; is_due boolean; credit_end timestamptz(3);
  considered uuid[]; members uuid[]; holders uuid[]; dues bigint[]; receivers uuid[]; paid uuid; entries uuid[]; lacking bigint;
  -- A class times the most that one may get is more than a bigint holds.
  needed numeric; granted numeric; waiting numeric; available bigint; people int; facts jsonb;
begin
  select * into strict a from course_allowance where id = drawn;
  select id, code, ends_at, archived_at into strict c from course where id = a.course_id;
  if a.next_at is null then return '{"outcome": "over"}'; end if;
  if a.ends_at <= moment or c.ends_at <= moment or c.archived_at is not null then
    update course_allowance set next_at = null where id = a.id;
    return '{"outcome": "over"}';
  end if;
  is_due := a.next_at <= moment;
  select b.starts, b.ends into current from cap_period_bounds(a.period, moment, zone) b;
  credit_end := case when a.mode = 'add' then a.ends_at else least(current.ends, a.ends_at) end;

  select id into strict pool from account where course_id = c.id;
  select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(h.id) filter (where h.id is not null), '{}') into considered, holders
    from course_member m left join account h on h.user_id = m.user_id
    where m.course_id = c.id and m.state = 'active' and m.role = 'student' and (a.member_ids is null or m.id = any(a.member_ids))
      -- Whoever left and came back has had it; an advance is some of another period.
      and (is_due or (m.joined_at > a.drawn_at and not exists (select from course_funding f
        where f.allowance_id = a.id and f.at >= current.starts and f.undone_at is null
          and not exists (select from course_advance o where o.funding_id = f.id)
          and (exists (select from waiting_grant w where w.funding_id = f.id and w.member_id = m.id and w.state in ('waiting', 'granted'))
            or exists (select from ledger_entry l where l.id = any(f.entry_ids) and l.account_id = h.id)))));
  perform 1 from account where id = pool or id = any(holders) order by id for no key update;
  perform end_grants(pool, holders);

  select array_agg(d.id), array_agg(d.holder), array_agg(d.due), sum(d.due), sum(d.due) filter (where d.holder is not null),
      sum(d.due) filter (where d.holder is null), count(*)
    into members, receivers, dues, needed, granted, waiting, people
    from (select m.id, h.id as holder, greatest(0, a.amount_nanos - v.kept
          - case when a.mode = 'top-up-to' then greatest(0, n.has - v.left_over) else 0 end)::bigint as due
        from course_member m left join account h on h.user_id = m.user_id
          cross join lateral (select coalesce(sum(k.kept), 0) as kept, coalesce(sum(k.left_over), 0) as left_over
            from course_advance o cross join lateral advance_kept(o) k where o.member_id = m.id and o.allowance_id = a.id
              and o.drawn_at is null and o.period_at < current.ends) v
          cross join lateral (select case when a.mode <> 'top-up-to' then 0 when h.id is null
            then (select coalesce(sum(w.amount_nanos), 0) from waiting_grant w where w.member_id = m.id and w.state = 'waiting')
            else (select coalesce(sum(r.remaining_nanos), 0) from credit r
              where r.account_id = h.id and r.pool_id = pool and r.is_open and (r.ends_at is null or r.ends_at > moment)) end as has) n
        where m.id = any(considered) order by m.student_id) d where d.due > 0;
  people := coalesce(people, 0);
  needed := coalesce(needed, 0);
  available := available_nanos(pool, moment);

  if needed > available then
    update course_allowance set tried_at = moment, missed_at = coalesce(missed_at, moment), needed_nanos = least(needed, 9223372036854775807),
      had_nanos = available where id = a.id;
    -- It comes when the pool has it, and nobody can say when that is.
    update account set next_allowance_at = next_allowance_of(id) where id = any(holders);
    facts := jsonb_build_object('course', c.code, 'needed', trim_scale(needed / 1000000000.0)::text, 'available', trim_scale(available / 1000000000.0)::text);
    -- Once a period, however often it is tried.
    if a.missed_at is null or a.missed_at < current.starts then
      update course_allowance set missed_at = moment where id = a.id;
      insert into audit_entry (id, actor_name, action, target_kind, target_id, target_name, detail)
        values (new_id(), 'system', 'course.allowance-missed', 'course', c.id::text, c.code, facts || jsonb_build_object('allowance', a.id, 'reason', a.reason));
    end if;
    perform tell_people(course_staff(c.id), 'course-allowance-missed', 'course-allowance/' || a.id || '/' || extract(epoch from current.starts)::bigint,
      facts, '/courses/' || c.id || '/money');
    return jsonb_build_object('outcome', 'missed', 'people', people, 'needed', needed::text, 'available', available::text);
  end if;

  if people > 0 then
    paid := new_id();
    select array_agg(e.id), max(g.missing) into entries, lacking
      from unnest(receivers, dues) o (holder, due)
        cross join lateral grant_from_pool(pool, o.holder, 'course-grant', o.due, credit_end, a.actor_id, a.reason) g
        left join lateral unnest(g.entries) e (id) on true
      where o.holder is not null;
    -- Money of the pool ended between the two looks at it: all of this is taken back, and tried again.
    if lacking > 0 then raise exception 'the pool of course % lacks % nanos', c.code, lacking; end if;
    insert into waiting_grant (id, course_id, member_id, pool_id, funding_id, amount_nanos, reason, actor_id, ends_at)
      select new_id(), c.id, o.member, pool, paid, o.due, a.reason, a.actor_id, credit_end
      from unnest(members, receivers, dues) o (member, holder, due) where o.holder is null;
    update account set reserved_nanos = reserved_nanos + coalesce(waiting, 0) where id = pool;
    insert into course_funding (id, course_id, actor_id, actor_name, mode, amount_nanos, reason, people, granted_nanos, waiting_nanos, taken_nanos, entry_ids,
        allowance_id)
      values (paid, c.id, a.actor_id, a.actor_name, a.mode, a.amount_nanos, a.reason, people, coalesce(granted, 0), coalesce(waiting, 0), 0,
        coalesce(entries, '{}'), a.id);
    insert into audit_entry (id, actor_name, action, target_kind, target_id, target_name, detail)
      values (new_id(), 'system', 'course.draw-allowance', 'course', c.id::text, c.code, jsonb_build_object('allowance', a.id, 'funding', paid, 'people', people,
        'before', trim_scale(available / 1000000000.0)::text, 'after', trim_scale((available - needed) / 1000000000.0)::text, 'reason', a.reason));
  end if;
  -- Of whoever is out of the course just now it comes off when he is back.
  update course_advance set drawn_at = moment
    where allowance_id = a.id and drawn_at is null and period_at < current.ends and member_id = any(considered);
  update course_allowance set next_at = current.ends, drawn_at = moment, missed_at = null, tried_at = null, needed_nanos = null, had_nanos = null
    where id = a.id;
  update account set next_allowance_at = next_allowance_of(id) where id = any(holders);
  return jsonb_build_object('outcome', case when people > 0 then 'paid' else 'nothing' end, 'funding', paid, 'people', people,
    'needed', needed::text, 'available', available::text);
end $$;

-- As before (move_course_end() calls it), but that the end of a period is reckoned for each draw. Moves the end of a course, and with it the end of the grants
-- that end with it, of what waits, and of its allowances. A grant still ends no later than the pool's money that it came from, and what an allowance gave for
-- a period ends with the period. The caller holds the course's lock.
create or replace function move_grants_end(moved uuid, new_end timestamptz) returns void language plpgsql as $$
declare
  pool uuid; old_end timestamptz(3); holders uuid[]; moment timestamptz(3) := clock_timestamp();
  zone text := coalesce((select value #>> '{}' from setting where key = 'timeZone'), 'Asia/Shanghai');
begin
  select a.id, c.ends_at into strict pool, old_end from course c join account a on a.course_id = c.id where c.id = moved;
  loop
    holders := array(select account_id from credit where pool_id = pool and is_open union select account_id from allowance where pool_id = pool);
    begin
      perform 1 from account where id = pool or id = any(holders) order by id for no key update;
      -- Whoever grants needs the pool's lock: nobody comes in any more.
      exit when not exists (select from credit where pool_id = pool and is_open and account_id <> all(holders));
      raise exception 'another holder' using errcode = 'LY001';
    exception when sqlstate 'LY001' then null;
    end;
  end loop;
  update course set ends_at = new_end where id = moved;
  -- What was given for a period by its period, an advance by the one that it was taken from.
  with periods as (
    select l.credit_id, min(b.ends) as ends from course_allowance a join course_funding f on f.allowance_id = a.id
        left join course_advance o on o.funding_id = f.id cross join lateral cap_period_bounds(a.period, coalesce(o.period_at, f.at), zone) b
        cross join lateral (select unnest(f.entry_ids) union all select unnest(w.entry_ids) from waiting_grant w where w.funding_id = f.id) e (id)
        join ledger_entry l on l.id = e.id
      where a.course_id = moved and a.mode <> 'add' and b.ends > moment group by 1)
  update credit c set ends_at = least(new_end, (select o.ends_at from credit o where o.id = c.origin_id), p.ends)
    from credit k left join periods p on p.credit_id = k.id
    where k.id = c.id and k.pool_id = pool and k.account_id = any(holders) and k.is_open and k.ends_at > moment
      and ((k.kind = 'course-grant' and k.ends_at = old_end) or k.ends_at > new_end);
  update waiting_grant w set ends_at = least(new_end, (select b.ends from course_funding f join course_allowance a on a.id = f.allowance_id
        cross join lateral cap_period_bounds(a.period, f.at, zone) b where f.id = w.funding_id and a.mode <> 'add' and b.ends > moment))
    where pool_id = pool and state = 'waiting' and (ends_at = old_end or ends_at > new_end);
  update course_allowance set ends_at = new_end where course_id = moved and next_at is not null and (ends_at = old_end or ends_at > new_end);
  update allowance set ends_at = new_end, next_at = case when coalesce(o.next_at, b.ends) < new_end then coalesce(o.next_at, b.ends) end
    from allowance o cross join lateral cap_period_bounds(o.period, moment, zone) b
    where o.id = allowance.id and allowance.pool_id = pool and allowance.stopped_at is null and allowance.ends_at > moment
      and (allowance.ends_at = old_end or allowance.ends_at > new_end);
  update account a set next_end_at = (select min(ends_at) from credit where account_id = a.id and is_open),
      next_allowance_at = next_allowance_of(a.id)
    where id = any(holders);
end $$;

-- As before, but that money of a batch with an end of its own never goes on for longer. The caller holds the course's lock.
create or replace function move_course_end(moved uuid, new_end timestamptz) returns void language plpgsql as $$
declare
  pool uuid; old_end timestamptz(3);
begin
  select a.id, c.ends_at into strict pool, old_end from course c join account a on a.course_id = c.id where c.id = moved;
  -- Locks the pool and all who have money of it.
  perform move_grants_end(moved, new_end);
  with own as (select l.credit_id, b.ends_at from voucher_batch b join voucher o on o.batch_id = b.id cross join lateral unnest(o.entry_ids) e (id)
      join ledger_entry l on l.id = e.id where b.course_id = moved and b.ends_at is not null)
  update credit c set ends_at = least(new_end, (select o.ends_at from credit o where o.id = c.origin_id), b.ends_at)
    from credit k left join own b on b.credit_id = k.id
    where k.id = c.id and k.pool_id = pool and k.is_open and k.kind = 'voucher' and k.ends_at > clock_timestamp()
      and (k.ends_at = old_end or k.ends_at > new_end);
  update account a set next_end_at = (select min(ends_at) from credit where account_id = a.id and is_open)
    where id in (select account_id from credit where pool_id = pool and is_open and kind = 'voucher');
end $$;

-- As before, but that a refusal promises nothing that should have come long ago: of a course that somebody has left, or whose pool is empty.
do $$
declare
  before text := pg_get_functiondef('book'::regproc);
  after text := replace(before, '(accounts[p]).next_allowance_at is not null', '(accounts[p]).next_allowance_at > moment - interval ''1 minute''');
begin
  if after = before then raise exception 'book() does not say when money comes next as it did'; end if;
  execute after;
end $$;

-- As before, but that whoever has just proven an ID is told when money comes next, as the others are.
do $$
declare
  before text := pg_get_functiondef('prove_student_id'::regproc);
  after text := replace(before, 'return jsonb_build_object(''proven'', not was_proven',
    'update account set next_allowance_at = next_allowance_of(holder) where id = holder;' || chr(10) || '  return jsonb_build_object(''proven'', not was_proven');
begin
  if after = before then raise exception 'prove_student_id() does not answer as it did'; end if;
  execute after;
end $$;

alter function draw_course_allowance(uuid, text) set enable_seqscan = off;
alter function move_grants_end(uuid, timestamptz) set enable_seqscan = off;
alter function move_course_end(uuid, timestamptz) set enable_seqscan = off;
