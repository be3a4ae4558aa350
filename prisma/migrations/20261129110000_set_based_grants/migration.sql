-- A course's money for many people in few statements. docs/courses.md.
--
-- Row by row each person's part updated the pool's row and its credit's anew, and every look at them passed all their versions of the transaction so far:
-- the time grew with the square of the people, while all their accounts were locked. Here each row is updated once, or once for giving back and once for
-- giving. For one person grant_from_pool() and take_back() stay, and these do what those do, to the last nano.

-- So many ids that sort in their order, as a list by id then shows a pool's balance going down step by step: version 7, with a counter (RFC 9562, 6.2).
create function new_ids(wanted int) returns uuid[] language plpgsql volatile as $$
declare
  moment bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
begin
  return array(select (lpad(to_hex(moment + n / 4096), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0')
      || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
    from generate_series(0, wanted - 1) n order by n);
end $$;

-- Writes entries in the order given, and adds them up on their accounts; the credits' remaining_nanos is the caller's, and so are the accounts' locks.
-- Returns the entries' ids in that order.
create function post_entries(accounts uuid[], credits uuid[], kinds entry_kind[], amounts bigint[], others uuid[], actor uuid, reason text)
returns uuid[] language plpgsql as $$
declare
  ids uuid[] := new_ids(cardinality(accounts));
begin
  update account a set balance_nanos = a.balance_nanos + s.total, next_end_at = least(a.next_end_at, s.soonest)
    from (select p.account, sum(p.amount)::bigint as total, min(c.ends_at) filter (where p.amount > 0) as soonest
      from unnest(accounts, credits, amounts) p (account, credit, amount) join credit c on c.id = p.credit group by 1) s
    where a.id = s.account;
  -- The balance after an entry is the last one less what came after it.
  insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, other_account_id, actor_id, reason)
    select p.id, p.account, p.credit, p.kind, p.amount,
        (a.balance_nanos + p.amount - sum(p.amount) over (partition by p.account order by p.place desc))::bigint, p.other, actor, reason
      from unnest(ids, accounts, credits, kinds, amounts, others) with ordinality p (id, account, credit, kind, amount, other, place)
        join account a on a.id = p.account;
  return ids;
end $$;

-- Grants to many out of one pool, all of it or nothing, as grant_from_pool() to each in the order given. The caller holds the locks of all accounts. Returns
-- what the pool lacked, 0 where it was granted; and whose credits, and the entries of who received them: a grant that spans two credits of the pool is two.
create function grant_to_many(pool uuid, holders uuid[], amounts bigint[], credit_as credit_kind, ends timestamptz, actor uuid, reason text,
  out missing bigint, out receivers uuid[], out entries uuid[])
language plpgsql as $$
declare
  moment timestamptz := clock_timestamp(); origins uuid[]; takes bigint[]; part_ends timestamptz[]; credits uuid[]; parts int;
begin
  missing := 0; receivers := '{}'; entries := '{}';
  if cardinality(holders) = 0 then return; end if;
  if exists (select from unnest(holders, amounts) u (holder, amount) where coalesce(amount, 0) <= 0 or holder is null) then
    raise exception 'a grant must be positive' using errcode = 'check_violation';
  end if;
  missing := greatest(0, (select sum(amount) from unnest(amounts) amount) - available_nanos(pool, moment));
  if missing > 0 then return; end if;
  -- Laid end to end, the grants and the pool's credits are two divisions of one line; each piece of both is a credit.
  select array_agg(p.holder order by p.place, p.since), array_agg(p.origin order by p.place, p.since), array_agg(p.take order by p.place, p.since),
      array_agg(p.ends_at order by p.place, p.since), count(*)
    into receivers, origins, takes, part_ends, parts
    from (select o.holder, o.place, c.id as origin, c.since, least(o.upto, c.upto) - greatest(o.since, c.since) as take, least(ends, c.ends_at) as ends_at
      from (select u.holder, u.place, sum(u.amount) over (order by u.place)::bigint as upto, (sum(u.amount) over (order by u.place) - u.amount)::bigint as since
          from unnest(holders, amounts) with ordinality u (holder, amount, place)) o
        join (select k.id, k.ends_at, sum(k.remaining_nanos) over soonest::bigint as upto, (sum(k.remaining_nanos) over soonest - k.remaining_nanos)::bigint as since
          from credit k where k.account_id = pool and k.is_open and (k.ends_at is null or k.ends_at > moment)
          window soonest as (order by k.ends_at nulls last, k.created_at, k.id)) c
        on o.since < c.upto and c.since < o.upto) p;
  update credit c set remaining_nanos = c.remaining_nanos - s.total, is_open = c.remaining_nanos - s.total > 0
    from (select t.origin, sum(t.take)::bigint as total from unnest(origins, takes) t (origin, take) group by 1) s where c.id = s.origin;
  credits := new_ids(parts);
  insert into credit (id, account_id, kind, amount_nanos, remaining_nanos, ends_at, note, pool_id, origin_id)
    select t.id, t.holder, credit_as, t.take, t.take, t.ends_at, reason, pool, t.origin
      from unnest(credits, receivers, takes, part_ends, origins) t (id, holder, take, ends_at, origin);
  entries := (post_entries(array_fill(pool, array[parts]) || receivers, origins || credits, array_fill('grant'::entry_kind, array[2 * parts]),
    array(select -t.take from unnest(takes) with ordinality t (take, place) order by t.place) || takes, receivers || array_fill(pool, array[parts]),
    actor, reason))[parts + 1 :];
end $$;

-- Takes from many credits, as take_back() from each in the order given: what came out of a pool goes back there. The caller holds the locks of all.
create function take_back_many(from_credits uuid[], amounts bigint[], entry_as entry_kind, actor uuid, reason text) returns void language plpgsql as $$
declare
  accounts uuid[]; credits uuid[]; kinds entry_kind[]; changes bigint[]; others uuid[];
begin
  if cardinality(from_credits) = 0 then return; end if;
  select array_agg(p.account order by p.place, p.step), array_agg(p.credit order by p.place, p.step), array_agg(p.kind order by p.place, p.step),
      array_agg(p.change order by p.place, p.step), array_agg(p.other order by p.place, p.step)
    into accounts, credits, kinds, changes, others
    from (select t.place, e.* from unnest(from_credits, amounts) with ordinality t (id, amount, place) join credit c on c.id = t.id
      cross join lateral (values (1, c.account_id, c.id, entry_as, -t.amount, c.pool_id), (2, c.pool_id, c.origin_id, 'return'::entry_kind, t.amount, c.account_id))
        e (step, account, credit, kind, change, other)
      where e.credit is not null) p;
  update credit c set remaining_nanos = c.remaining_nanos + s.total, is_open = c.remaining_nanos + s.total > 0
    from (select p.credit, sum(p.change)::bigint as total from unnest(credits, changes) p (credit, change) group by 1) s where c.id = s.credit;
  perform post_entries(accounts, credits, kinds, changes, others, actor, reason);
end $$;

drop function take_from_course(uuid, uuid, bigint, uuid, text);
-- Takes a course's money back from many people, soonest-ending first, at most what running requests have not reserved. The caller holds the locks of all
-- accounts. Returns what was taken, of whom something was.
create function take_from_many(pool uuid, holders uuid[], amounts bigint[], actor uuid, reason text)
returns table (holder uuid, taken bigint) language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz := clock_timestamp(); takers uuid[]; credits uuid[]; takes bigint[];
begin
  select coalesce(array_agg(d.account_id order by d.place, d.since), '{}'), coalesce(array_agg(d.id order by d.place, d.since), '{}'),
      coalesce(array_agg(least(d.due - d.since, d.remaining_nanos) order by d.place, d.since), '{}')
    into takers, credits, takes
    from (select c.account_id, c.id, c.remaining_nanos, u.place, least(u.amount, available_nanos(u.id, moment)) as due,
          (sum(c.remaining_nanos) over (partition by u.place order by c.ends_at nulls last, c.created_at, c.id) - c.remaining_nanos)::bigint as since
        from unnest(holders, amounts) with ordinality u (id, amount, place) join credit c on c.account_id = u.id
        where c.is_open and c.pool_id = pool and (c.ends_at is null or c.ends_at > moment)) d
    where d.since < d.due;
  perform take_back_many(credits, takes, 'adjustment', actor, reason);
  return query select t.id, sum(t.take)::bigint from unnest(takers, takes) t (id, take) group by 1;
end $$;

-- Undoes many grants out of pools, as undo_credit() each in the order given. The caller holds the locks of their accounts and of the pools.
create function undo_grants(undone uuid[], actor uuid, reason text, out taken_nanos bigint, out held_nanos bigint, out gone_nanos bigint)
language plpgsql as $$
declare
  moment timestamptz := clock_timestamp(); running uuid[]; credits uuid[]; takes bigint[];
begin
  -- Of an account, each is left what those before it have not taken of what it can give away.
  select coalesce(array_agg(d.id) filter (where d.is_running), '{}'),
      coalesce(array_agg(d.id order by d.place) filter (where d.take > 0), '{}'), coalesce(array_agg(d.take order by d.place) filter (where d.take > 0), '{}'),
      coalesce(sum(d.take), 0), coalesce(sum(d.remaining_nanos - d.take) filter (where d.is_running), 0), coalesce(sum(d.amount_nanos - d.remaining_nanos), 0)
    into running, credits, takes, taken_nanos, held_nanos, gone_nanos
    from (select c.*, case when c.is_running
          then greatest(0, least(c.remaining_nanos, available_nanos(c.account_id, moment) - c.upto + c.remaining_nanos)) else 0 end as take
      from (select k.id, k.account_id, k.amount_nanos, k.remaining_nanos, u.place, e.is_running,
            (sum(k.remaining_nanos) filter (where e.is_running) over (partition by k.account_id order by u.place))::bigint as upto
          from unnest(undone) with ordinality u (id, place) join credit k on k.id = u.id
            cross join lateral (select k.is_open and (k.ends_at is null or k.ends_at > moment) as is_running) e) c) d;
  perform take_back_many(credits, takes, 'adjustment', actor, reason);
  -- The next millisecond: whoever was admitted before, in this one too, may still spend it.
  moment := date_trunc('milliseconds', clock_timestamp()) + interval '2 milliseconds';
  update credit set ends_at = moment where id = any(running);
  update account set next_end_at = least(next_end_at, moment) where id in (select account_id from credit where id = any(running) and is_open);
end $$;

-- As before, in few statements.
create or replace function end_grants(pool uuid, holders uuid[]) returns void language plpgsql as $$
declare
  ended uuid[]; left_over bigint[];
begin
  select coalesce(array_agg(c.id order by c.account_id, c.ends_at, c.id), '{}'), coalesce(array_agg(c.remaining_nanos order by c.account_id, c.ends_at, c.id), '{}')
    into ended, left_over
    from credit c where c.pool_id = pool and c.account_id = any(holders) and c.is_open and c.ends_at <= clock_timestamp()
      and not exists (select from reservation v where v.account_id = c.account_id and v.admitted_at < c.ends_at);
  perform take_back_many(ended, left_over, 'expiry', null, '');
  perform close_waiting(array(select id from waiting_grant where pool_id = pool and state = 'waiting' and ends_at <= clock_timestamp()), 'ended', null);
end $$;

create or replace function expire_credits() returns int language plpgsql as $$
declare
  due uuid[]; locked uuid[]; ended uuid[]; left_over bigint[];
begin
  -- Planned anew each time: how many have ended, and how many requests run, is another thing at midnight.
  execute 'select array(select a.id from account a where a.next_end_at <= clock_timestamp()
    and not exists (select from reservation v where v.account_id = a.id and v.admitted_at < a.next_end_at) order by random() limit 200)' into due;
  if due = '{}' then return 0; end if;
  locked := array(select id from account where id = any(due)
    or id in (select pool_id from credit where account_id = any(due) and is_open and ends_at <= clock_timestamp()) order by id for no key update skip locked);
  select coalesce(array_agg(c.id order by c.account_id, c.ends_at, c.id), '{}'), coalesce(array_agg(c.remaining_nanos order by c.account_id, c.ends_at, c.id), '{}')
    into ended, left_over
    from credit c where c.account_id = any(due) and c.account_id = any(locked) and c.is_open and c.ends_at <= clock_timestamp()
      and (c.pool_id is null or c.pool_id = any(locked))
      and not exists (select from reservation v where v.account_id = c.account_id and v.admitted_at < c.ends_at);
  perform take_back_many(ended, left_over, 'expiry', null, '');
  update account set next_end_at = (select min(ends_at) from credit where account_id = account.id and is_open)
    where id = any(due) and id = any(locked);
  return cardinality(ended);
end $$;

-- As before, and what waits ends or lapses together, not one after the other.
create or replace function tend_waiting() returns int language plpgsql as $$
declare
  p record; b record; moment timestamptz := clock_timestamp(); over bigint; closing uuid[]; closed int := 0;
begin
  for p in select id from account where id = any(array(
      select d.pool_id from (select g.pool_id from waiting_grant g join account a on a.id = g.pool_id where g.state = 'waiting'
          and (g.ends_at <= moment or a.next_end_at <= moment or a.reserved_nanos > a.balance_nanos)
        union select v.pool_id from voucher_batch v join account a on a.id = v.pool_id join course c on c.id = v.course_id
          where v.closed_at is null and v.pool_id is not null
          and (least(v.redeem_until, c.ends_at) <= moment or a.next_end_at <= moment or a.reserved_nanos > a.balance_nanos)) d
        order by random() limit 100))
      order by id for no key update skip locked loop
    closing := array(select id from waiting_grant where pool_id = p.id and state = 'waiting' and ends_at <= moment);
    perform close_waiting(closing, 'ended', null);
    closed := closed + cardinality(closing);
    for b in select v.id from voucher_batch v join course c on c.id = v.course_id
        where v.pool_id = p.id and v.closed_at is null and least(v.redeem_until, c.ends_at) <= moment loop
      closed := closed + close_vouchers(array(select id from voucher where batch_id = b.id and state = 'open'), 'ended', null);
      update voucher_batch set closed_at = moment where id = b.id;
    end loop;
    over := (select a.reserved_nanos from account a where a.id = p.id) - (select coalesce(sum(remaining_nanos), 0) from credit
      where account_id = p.id and is_open and (ends_at is null or ends_at > moment));
    continue when over <= 0;
    -- From the latest on, until what lapses is enough.
    closing := array(select l.id from (select v.id, sum(t.amount_nanos) over (order by t.created_at desc, v.id desc) - t.amount_nanos as before
        from voucher v join voucher_batch t on t.id = v.batch_id where t.pool_id = p.id and t.closed_at is null and v.state = 'open') l where l.before < over);
    over := over - (select coalesce(sum(t.amount_nanos), 0) from voucher v join voucher_batch t on t.id = v.batch_id where v.id = any(closing));
    closed := closed + close_vouchers(closing, 'lapsed', null);
    closing := array(select l.id from (select id, sum(amount_nanos) over (order by created_at desc, id desc) - amount_nanos as before
        from waiting_grant where pool_id = p.id and state = 'waiting') l where l.before < over);
    perform close_waiting(closing, 'lapsed', null);
    closed := closed + cardinality(closing);
  end loop;
  return closed;
end $$;

-- Notes on many accounts when an allowance comes next, as next_allowance_of() each. The caller holds their locks. No statement joins more than two tables: where
-- nothing has been analyzed yet, as after a first roster, the planner went through a whole course for each of its students.
create function note_next_allowances(holders uuid[]) returns void language plpgsql as $$
declare
  members uuid[]; students uuid[]; courses uuid[]; a record; receivers uuid[] := holders; moments timestamptz[] := array_fill(null::timestamptz, array[cardinality(holders)]);
  these uuid[];
begin
  select array_agg(m.id), array_agg(h.id), array_agg(m.course_id) into members, students, courses
    from account h join course_member m on m.user_id = h.user_id where h.id = any(holders) and m.state = 'active' and m.role = 'student';
  for a in select course_id, member_ids, next_at from course_allowance
      where course_id = any(array(select distinct unnest(courses))) and next_at > clock_timestamp() and next_at < ends_at loop
    these := array(select t.student from unnest(members, students, courses) t (id, student, course)
      where t.course = a.course_id and (a.member_ids is null or t.id = any(a.member_ids)));
    receivers := receivers || these; moments := moments || array_fill(a.next_at, array[cardinality(these)]);
  end loop;
  for a in select account_id, min(next_at) as next_at from allowance where account_id = any(holders) and next_at is not null group by 1 loop
    receivers := receivers || a.account_id; moments := moments || a.next_at;
  end loop;
  update account set next_allowance_at = s.next_at
    from (select t.id, min(t.next_at) as next_at from unnest(receivers, moments) t (id, next_at) group by 1) s where account.id = s.id;
end $$;

-- Both as before, with the functions for many.
do $$
declare
  before text := pg_get_functiondef('draw_course_allowance(uuid, text)'::regprocedure);
  granting text := replace(before, $old$
    select array_agg(e.id), max(g.missing) into entries, lacking
      from unnest(receivers, dues) o (holder, due)
        cross join lateral grant_from_pool(pool, o.holder, 'course-grant', o.due, credit_end, a.actor_id, a.reason) g
        left join lateral unnest(g.entries) e (id) on true
      where o.holder is not null;
$old$, $new$
    select g.entries, g.missing into entries, lacking
      from (select coalesce(array_agg(o.holder order by o.place), '{}') as holders, coalesce(array_agg(o.due order by o.place), '{}') as dues
          from unnest(receivers, dues) with ordinality o (holder, due, place) where o.holder is not null) o
        cross join lateral grant_to_many(pool, o.holders, o.dues, 'course-grant', credit_end, a.actor_id, a.reason) g;
$new$);
  noting text := replace(granting, 'update account set next_allowance_at = next_allowance_of(id) where id = any(holders)', 'perform note_next_allowances(holders)');
begin
  if granting = before or noting = granting then raise exception 'draw_course_allowance() is not as it was'; end if;
  execute noting;

  before := pg_get_functiondef('move_grants_end(uuid, timestamptz)'::regprocedure);
  noting := replace(before, $old$(select min(ends_at) from credit where account_id = a.id and is_open),
      next_allowance_at = next_allowance_of(a.id)
    where id = any(holders);
$old$, $new$(select min(ends_at) from credit where account_id = a.id and is_open) where id = any(holders);
  perform note_next_allowances(holders);
$new$);
  if noting = before then raise exception 'move_grants_end() is not as it was'; end if;
  execute noting;
end $$;

-- Planned anew each time: a plan kept from a course of five people would compare each of 5,000 with each. It costs about a millisecond a statement.
do $$
declare
  changed text;
begin
  foreach changed in array array['post_entries(uuid[], uuid[], entry_kind[], bigint[], uuid[], uuid, text)',
      'grant_to_many(uuid, uuid[], bigint[], credit_kind, timestamptz, uuid, text)', 'take_back_many(uuid[], bigint[], entry_kind, uuid, text)',
      'take_from_many(uuid, uuid[], bigint[], uuid, text)', 'undo_grants(uuid[], uuid, text)', 'end_grants(uuid, uuid[])', 'expire_credits()',
      'draw_course_allowance(uuid, text)', 'note_next_allowances(uuid[])', 'tend_waiting()'] loop
    execute format('alter function %s set enable_seqscan = off', changed);
    execute format('alter function %s set jit = off', changed);
    execute format('alter function %s set enable_hashjoin = on', changed);
    execute format('alter function %s set plan_cache_mode = force_custom_plan', changed);
  end loop;
end $$;
