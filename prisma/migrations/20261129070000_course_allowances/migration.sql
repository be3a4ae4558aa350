-- Allowances of a course: money that comes each day, week or month to all of its students, or to some, out of its pool. docs/courses.md.
--
-- A period is paid to everybody or to nobody. Whoever pays one holds the course's lock, then those of all accounts; so two workers pay it once.

create table course_allowance (
  id uuid not null,
  course_id uuid not null,
  mode allowance_mode not null,
  amount_nanos bigint not null,
  period cap_period not null,
  -- Null: whoever is a student of the course then.
  member_ids uuid[],
  reason text not null,
  actor_id uuid,
  actor_name text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  ends_at timestamptz(3) not null,
  -- When the next period begins; in the past: the current one is not paid. Null: stopped, or over.
  next_at timestamptz(3),
  -- The last time that somebody was paid: whoever joined later has had nothing yet.
  drawn_at timestamptz(3),
  -- Of what could not be paid: since when, the last try, what was needed and what the pool had. Null since it could.
  missed_at timestamptz(3),
  tried_at timestamptz(3),
  needed_nanos bigint,
  had_nanos bigint,
  stopped_at timestamptz(3),
  stopped_by uuid,
  constraint course_allowance_pkey primary key (id),
  constraint course_allowance_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade,
  constraint course_allowance_amount_positive check (amount_nanos > 0),
  constraint course_allowance_period_known check (period in ('day', 'week', 'month'))
);
create index course_allowance_course_id_idx on course_allowance (course_id);
create index course_allowance_next_at_idx on course_allowance (next_at);

-- Which allowance it came by. Without an amount: each person had one of their own, as a file said.
alter table course_funding add column allowance_id uuid, alter column amount_nanos drop not null;
create index course_funding_allowance_id_idx on course_funding (allowance_id);

-- What an import gave along with the roster, for its undoing.
alter table roster_import add column funding_id uuid, add column allowance_id uuid;

-- What a student took of the next period in advance; it comes off the next draw.
create table course_advance (
  id uuid not null,
  course_id uuid not null,
  allowance_id uuid not null,
  member_id uuid not null,
  funding_id uuid not null,
  -- The period that it was taken from begins then.
  period_at timestamptz(3) not null,
  amount_nanos bigint not null,
  at timestamptz(3) not null default clock_timestamp(),
  -- When it came off a draw.
  drawn_at timestamptz(3),
  constraint course_advance_pkey primary key (id),
  constraint course_advance_allowance_id_fkey foreign key (allowance_id) references course_allowance (id) on delete restrict on update cascade,
  constraint course_advance_member_id_fkey foreign key (member_id) references course_member (id) on delete restrict on update cascade,
  constraint course_advance_amount_positive check (amount_nanos > 0)
);
create unique index course_advance_member_id_period_at_key on course_advance (member_id, period_at);
create index course_advance_allowance_id_idx on course_advance (allowance_id);
create index course_advance_course_id_at_idx on course_advance (course_id, at);

-- What of an advance stayed with the student: what staff took back of it does not come off the next draw.
create function advance_kept(advance course_advance, out kept bigint, out left_over bigint) language sql stable as $$
  select coalesce(sum(k.amount_nanos + coalesce(t.taken, 0)), 0)::bigint,
      coalesce(sum(k.remaining_nanos) filter (where k.ends_at > clock_timestamp()), 0)::bigint
    from course_funding f cross join unnest(f.entry_ids) e (id) join ledger_entry l on l.id = e.id join credit k on k.id = l.credit_id
      left join lateral (select sum(b.amount_nanos) as taken from ledger_entry b
        where b.credit_id = k.id and b.kind = 'adjustment' and b.requests = 0) t on true
    where f.id = advance.funding_id
$$;

-- When money comes to somebody by itself next, for a refusal that says so; null: none does.
create function next_allowance_of(holder uuid) returns timestamptz language sql stable as $$
  select min(n.next_at) from (
    select next_at from allowance where account_id = holder
    union all select a.next_at from account h join course_member m on m.user_id = h.user_id and m.state = 'active' and m.role = 'student'
      join course_allowance a on a.course_id = m.course_id
      where h.id = holder and a.next_at > clock_timestamp() and a.next_at < a.ends_at and (a.member_ids is null or m.id = any(a.member_ids))) n
$$;
do $$
declare
  before text := pg_get_functiondef('renew_allowance(uuid, text)'::regprocedure);
  after text := replace(before, '(select min(next_at) from allowance where account_id = a.account_id)', 'next_allowance_of(a.account_id)');
begin
  if after = before then raise exception 'renew_allowance() does not say when money comes next as it did'; end if;
  execute after;
end $$;

-- Gives back what ended of a pool's grants to these people, as expire_credits() does, so that the pool can give it again, and frees what waited for nobody in
-- time. The caller holds the locks of all of them.
create function end_grants(pool uuid, holders uuid[]) returns void language plpgsql as $$
declare
  c record;
begin
  for c in select id, remaining_nanos from credit
      where pool_id = pool and account_id = any(holders) and is_open and ends_at <= clock_timestamp()
        and not exists (select from reservation v where v.account_id = credit.account_id and v.admitted_at < credit.ends_at)
      order by account_id, ends_at, id loop
    perform take_back(c.id, 'expiry', c.remaining_nanos, null, '');
  end loop;
  perform close_waiting(array(select id from waiting_grant where pool_id = pool and state = 'waiting' and ends_at <= clock_timestamp()), 'ended', null);
end $$;

-- Pays what is due of a course's allowance: the current period to everybody, or where that was paid, to those who joined since. The caller holds the course's
-- lock. Only the current period counts, however long nothing ran.
--   set-to: so much of this allowance, afresh each period; what is left ends with the period.
--   top-up-to: what the member's money of this course falls short of it; what is left ends with the period.
--   add: so much more; what is left lasts as long as the allowance.
-- Returns {outcome: paid | missed | nothing | over, funding, people, needed, available}; missed: the pool lacks something, and nobody got anything.
create function draw_course_allowance(drawn uuid, zone text) returns jsonb language plpgsql as $$
declare
  a course_allowance; c record; pool uuid; moment timestamptz(3) := clock_timestamp(); current record; is_due boolean; credit_end timestamptz(3);
  members uuid[]; holders uuid[]; dues bigint[]; receivers uuid[]; paid uuid; entries uuid[]; lacking bigint;
  needed bigint; available bigint; granted bigint; waiting bigint; people int; facts jsonb;
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
  select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(h.id) filter (where h.id is not null), '{}') into members, holders
    from course_member m left join account h on h.user_id = m.user_id
    where m.course_id = c.id and m.state = 'active' and m.role = 'student' and (a.member_ids is null or m.id = any(a.member_ids))
      -- Whoever left and came back has had it.
      and (is_due or (m.joined_at > a.drawn_at and not exists (select from course_funding f
        where f.allowance_id = a.id and f.at >= current.starts and f.undone_at is null
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
        where m.id = any(members) order by m.student_id) d where d.due > 0;
  people := coalesce(people, 0);
  needed := coalesce(needed, 0);
  available := available_nanos(pool, moment);

  if needed > available then
    update course_allowance set tried_at = moment, missed_at = coalesce(missed_at, moment), needed_nanos = needed, had_nanos = available where id = a.id;
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
  update course_advance set drawn_at = moment where allowance_id = a.id and drawn_at is null and period_at < current.ends and is_due;
  update course_allowance set next_at = current.ends, drawn_at = moment, missed_at = null, tried_at = null, needed_nanos = null, had_nanos = null
    where id = a.id;
  update account set next_allowance_at = next_allowance_of(id) where id = any(holders);
  return jsonb_build_object('outcome', case when people > 0 then 'paid' else 'nothing' end, 'funding', paid, 'people', people,
    'needed', needed::text, 'available', available::text);
end $$;

-- Housekeeping: pays one allowance of a course that is due, if its course is not locked elsewhere. What the pool could not pay is tried again when it
-- has enough, and once a minute. Returns how many were looked at.
create function draw_course_allowances(zone text) returns int language plpgsql as $$
declare
  due record;
begin
  select a.id, a.course_id into due from course_allowance a join account p on p.course_id = a.course_id
    where (a.next_at <= clock_timestamp() or (a.next_at is not null and a.member_ids is null and exists (select from course_member m
        where m.course_id = a.course_id and m.joined_at > a.drawn_at and m.state = 'active' and m.role = 'student')))
      and (a.tried_at is null or a.needed_nanos <= available_nanos(p.id) or a.tried_at < clock_timestamp() - interval '1 minute')
    order by random() limit 1;
  if not found then return 0; end if;
  perform 1 from course where id = due.course_id for no key update skip locked;
  if not found then return 0; end if;
  perform draw_course_allowance(due.id, zone);
  return 1;
end $$;

-- As before (move_course_end() calls it): moves the end of a course, and with it the end of the grants that end with it, of what waits, and of its allowances. A grant still ends no later than
-- the pool's money that it came from, and what an allowance gave for a period ends with the period. The caller holds the course's lock.
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
  update credit c set ends_at = least(new_end, (select o.ends_at from credit o where o.id = c.origin_id),
      (select least(a.next_at, new_end) from course_allowance a where a.course_id = moved and a.mode <> 'add' and a.next_at > moment
        and exists (select from course_funding f join ledger_entry l on l.id = any(f.entry_ids) where f.allowance_id = a.id and l.credit_id = c.id) limit 1))
    where c.pool_id = pool and c.account_id = any(holders) and c.is_open and c.ends_at > moment
      and ((c.kind = 'course-grant' and c.ends_at = old_end) or c.ends_at > new_end);
  update waiting_grant w set ends_at = least(new_end, (select a.next_at from course_funding f join course_allowance a on a.id = f.allowance_id
      where f.id = w.funding_id and a.mode <> 'add' and a.next_at > moment))
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

alter function end_grants(uuid, uuid[]) set enable_seqscan = off;
alter function draw_course_allowance(uuid, text) set enable_seqscan = off;
alter function draw_course_allowances(text) set enable_seqscan = off;
alter function move_grants_end(uuid, timestamptz) set enable_seqscan = off;
