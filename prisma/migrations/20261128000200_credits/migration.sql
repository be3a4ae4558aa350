-- Credits of every kind: a course's pool and the grants out of it, allowances that come by themselves, undoing.
--
-- Money moves between a pool and a person only with the locks of both accounts. A grant is taken out of credits of the pool, and each part
-- stays a credit of its own that names its origin: what is left of it goes back exactly there, so that the pool's money keeps its end
-- wherever it has been. If the origin has ended meanwhile, it expires there, as it would have without the detour.

-- ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table course (
  id uuid not null,
  code text not null,
  name text not null,
  ends_at timestamptz(3) not null,
  created_at timestamptz(3) not null default current_timestamp,
  constraint course_pkey primary key (id)
);
create unique index course_code_key on course (code);

alter table account add column course_id uuid, add column next_allowance_at timestamptz(3);
create unique index account_course_id_key on account (course_id);
alter table account
  add constraint account_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade;
-- No check: it would be parsed with every batch of requests.
create function require_course_of_pool() returns trigger language plpgsql as $$
begin
  if (new.kind = 'course') <> (new.course_id is not null) then
    raise exception 'an account is a course''s if it names one' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_its_kind before insert or update of kind, course_id on account for each row execute function require_course_of_pool();

alter table credit add column origin_id uuid,
  add constraint credit_origin_with_pool check ((pool_id is null) = (origin_id is null));
alter table ledger_entry add column other_account_id uuid;

create type allowance_mode as enum ('set-to', 'add', 'top-up-to');
create table allowance (
  id uuid not null,
  account_id uuid not null,
  mode allowance_mode not null,
  amount_nanos bigint not null,
  period cap_period not null,
  pool_id uuid,
  next_at timestamptz(3),
  ends_at timestamptz(3),
  note text not null default '',
  actor_id uuid,
  last_granted_at timestamptz(3),
  failed_at timestamptz(3),
  missing_nanos bigint,
  stopped_at timestamptz(3),
  created_at timestamptz(3) not null default current_timestamp,
  constraint allowance_pkey primary key (id),
  constraint allowance_account_id_fkey foreign key (account_id) references account (id) on delete restrict on update cascade,
  constraint allowance_amount_positive check (amount_nanos > 0),
  constraint allowance_period_known check (period in ('day', 'week', 'month'))
);
create index allowance_account_id_next_at_idx on allowance (account_id, next_at);
create index allowance_next_at_idx on allowance (next_at);

-- ── locks ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Locks accounts together with the pools that paid for their open credits, all in id order: before money is taken from them. Which pools
-- those are is certain only under the locks; where another has come in meanwhile, the block is left by an exception, which gives the
-- locks back, and it begins anew.
create function lock_with_pools(holders uuid[]) returns void language plpgsql as $$
declare
  wanted uuid[] := holders; pools uuid[];
begin
  loop
    pools := array(select distinct pool_id from credit where account_id = any(holders) and is_open and pool_id is not null);
    wanted := wanted || pools;
    begin
      perform 1 from account where id = any(wanted) order by id for no key update;
      if not exists (select from credit where account_id = any(holders) and is_open and pool_id <> all(wanted)) then return; end if;
      raise exception 'another pool' using errcode = 'LY001';
    exception when sqlstate 'LY001' then null;
    end;
  end loop;
end $$;

-- ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Adds a signed amount to a credit, with its entry. The caller holds the account's lock. Returns the balance after.
create function post_entry(to_credit uuid, entry_as entry_kind, amount bigint, other uuid, actor uuid, reason text) returns bigint language plpgsql as $$
declare
  holder uuid; ends timestamptz(3); after bigint;
begin
  update credit set remaining_nanos = remaining_nanos + amount, is_open = remaining_nanos + amount > 0 where id = to_credit
    returning account_id, ends_at into strict holder, ends;
  update account set balance_nanos = balance_nanos + amount, next_end_at = case when amount > 0 then least(next_end_at, ends) else next_end_at end
    where id = holder returning balance_nanos into strict after;
  insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, other_account_id, actor_id, reason)
    values (new_id(), holder, to_credit, entry_as, amount, after, other, actor, reason);
  return after;
end $$;

-- Adds a credit and its entry. amount > 0. Returns the entry's id and the balance after.
drop function post_credit(uuid, credit_kind, entry_kind, bigint, timestamptz, text, uuid, text);
create function post_credit(holder uuid, credit_as credit_kind, entry_as entry_kind, amount bigint, ends timestamptz, note text, actor uuid, reason text,
  pool uuid default null, origin uuid default null)
returns table (entry_id uuid, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  new_credit uuid := new_id(); new_entry uuid := new_id(); after bigint;
begin
  if amount <= 0 then raise exception 'a credit must be positive' using errcode = 'check_violation'; end if;
  update account set balance_nanos = balance_nanos + amount, next_end_at = least(next_end_at, ends)
    where id = holder returning balance_nanos into strict after;
  insert into credit (id, account_id, kind, amount_nanos, remaining_nanos, ends_at, note, pool_id, origin_id)
    values (new_credit, holder, credit_as, amount, amount, ends, note, pool, origin);
  insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, other_account_id, actor_id, reason)
    values (new_entry, holder, new_credit, entry_as, amount, after, pool, actor, reason);
  return query select new_entry, after;
end $$;

-- Takes from a credit; what came out of a pool goes back there. The caller holds the locks of both. Returns the balance after.
create function take_back(from_credit uuid, entry_as entry_kind, amount bigint, actor uuid, reason text) returns bigint language plpgsql as $$
declare
  c credit; after bigint;
begin
  select * into strict c from credit where id = from_credit;
  after := post_entry(c.id, entry_as, -amount, c.pool_id, actor, reason);
  if c.origin_id is not null then
    perform post_entry(c.origin_id, 'return', amount, c.account_id, actor, reason);
  end if;
  return after;
end $$;

-- What an account can give away: credits that have not ended, less what is reserved, as admission counts it.
create function available_nanos(holder uuid, moment timestamptz default clock_timestamp()) returns bigint language sql volatile as $$
  select greatest(0, coalesce((select sum(remaining_nanos) from credit
      where account_id = holder and is_open and (ends_at is null or ends_at > moment)), 0) - a.reserved_nanos)::bigint
    from account a where a.id = holder
$$;

-- Grants out of a pool, all or nothing, soonest-ending money of the pool first; what is granted ends no later than what it came from. The
-- caller holds the locks of both accounts. Returns what the pool lacked, 0 where it was granted, and the entries of who received it.
create function grant_from_pool(pool uuid, holder uuid, credit_as credit_kind, amount bigint, ends timestamptz, actor uuid, reason text,
  out missing bigint, out entries uuid[])
language plpgsql as $$
declare
  moment timestamptz := clock_timestamp(); c record; due bigint := amount; take bigint;
begin
  if amount <= 0 then raise exception 'a grant must be positive' using errcode = 'check_violation'; end if;
  missing := greatest(0, amount - available_nanos(pool, moment)); entries := '{}';
  if missing > 0 then return; end if;
  for c in select id, remaining_nanos, ends_at from credit
      where account_id = pool and is_open and (ends_at is null or ends_at > moment) order by ends_at nulls last, created_at, id loop
    exit when due = 0;
    take := least(due, c.remaining_nanos); due := due - take;
    perform post_entry(c.id, 'grant', -take, holder, actor, reason);
    entries := entries || (select p.entry_id from post_credit(holder, credit_as, 'grant', take, least(ends, c.ends_at), reason, actor, reason, pool, c.id) p);
  end loop;
end $$;

-- ── expire ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Closes credits that have ended, once no request admitted before the end is open (rule 9): what came out of a pool goes back there, the
-- rest is written off. At most 200 accounts, in random order: so workers don't meet, and nobody waits behind accounts that are locked
-- elsewhere. Nothing here waits for a lock. Returns how many were closed.
create or replace function expire_credits() returns int language plpgsql as $$
declare
  due uuid[]; locked uuid[]; c record; closed int := 0;
begin
  -- Planned anew each time: how many have ended, and how many requests run, is another thing at midnight.
  execute 'select array(select a.id from account a where a.next_end_at <= clock_timestamp()
    and not exists (select from reservation v where v.account_id = a.id and v.admitted_at < a.next_end_at) order by random() limit 200)' into due;
  if due = '{}' then return 0; end if;
  locked := array(select id from account where id = any(due)
    or id in (select pool_id from credit where account_id = any(due) and is_open and ends_at <= clock_timestamp()) order by id for no key update skip locked);
  for c in select id, remaining_nanos from credit
      where account_id = any(due) and account_id = any(locked) and is_open and ends_at <= clock_timestamp() and (pool_id is null or pool_id = any(locked))
        and not exists (select from reservation v where v.account_id = credit.account_id and v.admitted_at < credit.ends_at)
      order by account_id, ends_at, id loop
    perform take_back(c.id, 'expiry', c.remaining_nanos, null, '');
    closed := closed + 1;
  end loop;
  update account set next_end_at = (select min(ends_at) from credit where account_id = account.id and is_open)
    where id = any(due) and id = any(locked);
  return closed;
end $$;

-- ── debit, undo ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Takes up to `amount` from what is not reserved, soonest-ending credit first; a course's money goes back to its pool. Whoever debits several
-- accounts calls lock_with_pools() for all of them first. Returns what was taken and the balance after.
create or replace function post_debit(holder uuid, amount bigint, actor uuid, reason text)
returns table (taken_nanos bigint, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  c record; due bigint; taken bigint := 0; take bigint; after bigint;
begin
  if amount <= 0 then raise exception 'a debit must be positive' using errcode = 'check_violation'; end if;
  perform lock_with_pools(array[holder]);
  select balance_nanos, balance_nanos - reserved_nanos into strict after, due from account where id = holder;
  due := least(amount, due);
  for c in select id, remaining_nanos from credit where account_id = holder and is_open order by ends_at nulls last, created_at, id loop
    exit when due <= 0;
    take := least(due, c.remaining_nanos); due := due - take; taken := taken + take;
    after := take_back(c.id, 'adjustment', take, actor, reason);
  end loop;
  return query select taken, after;
end $$;

-- Takes back what is left of a credit and nobody has reserved, and ends it: what running requests leave of it goes the same way when they
-- end, and so does a refund. outcome: undone | ended (before; nothing was done) | spent (all of it; nothing was done).
-- taken: now; held: by running requests; gone: spent, or taken earlier.
create function undo_credit(undone uuid, actor uuid, reason text)
returns table (outcome text, taken_nanos bigint, held_nanos bigint, gone_nanos bigint, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  c credit; take bigint; after bigint; moment timestamptz(3);
begin
  select * into strict c from credit where id = undone;
  perform lock_with_pools(array[c.account_id]);
  select * into strict c from credit where id = undone;
  select a.balance_nanos into strict after from account a where a.id = c.account_id;
  take := least(c.remaining_nanos, available_nanos(c.account_id));
  if c.ends_at <= clock_timestamp() then
    return query select 'ended', 0::bigint, 0::bigint, c.amount_nanos - c.remaining_nanos, after;
    return;
  elsif c.remaining_nanos = 0 then
    return query select 'spent', 0::bigint, 0::bigint, c.amount_nanos, after;
    return;
  end if;
  if take > 0 then after := take_back(c.id, 'adjustment', take, actor, reason); end if;
  -- The next millisecond: whoever was admitted before, in this one too, may still spend it.
  moment := date_trunc('milliseconds', clock_timestamp()) + interval '2 milliseconds';
  update credit set ends_at = moment where id = c.id;
  if take < c.remaining_nanos then
    update account set next_end_at = least(next_end_at, moment) where id = c.account_id;
  end if;
  return query select 'undone', take, c.remaining_nanos - take, c.amount_nanos - c.remaining_nanos, after;
end $$;

-- ── allowances ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Gives what an allowance brings for the period that the moment belongs to, and sets when it comes next. The caller holds the locks of the
-- account and the pool. Only the current period counts, however long nothing ran: what a missed one brought would have ended with it, and
-- `add` is no debt that grows while nobody can spend. Returns what the pool lacked, 0 if nothing.
--   set-to: so much of this allowance at the start of each period, whatever else there is; what is left ends with the period.
--   top-up-to: what the other money, that has not ended, falls short of it; what is left ends with the period.
--   add: so much more; what is left lasts as long as the allowance, for ever without an end.
create function renew_allowance(allowance_id uuid, zone text) returns bigint language plpgsql as $$
declare
  a allowance; moment timestamptz(3) := clock_timestamp(); period_end timestamptz(3); due bigint; ends timestamptz(3); missing bigint := 0;
begin
  select * into strict a from allowance where id = allowance_id;
  select b.ends into period_end from cap_period_bounds(a.period, moment, zone) b;
  if a.ends_at <= moment then
    update allowance set next_at = null where id = a.id;
  else
    due := a.amount_nanos;
    if a.mode = 'top-up-to' then
      due := due - (select coalesce(sum(remaining_nanos), 0) from credit
        where account_id = a.account_id and is_open and (ends_at is null or ends_at > moment));
    end if;
    ends := case when a.mode = 'add' then a.ends_at else least(period_end, a.ends_at) end;
    if due > 0 and a.pool_id is not null then
      missing := (grant_from_pool(a.pool_id, a.account_id, 'allowance', due, ends, null, a.note)).missing;
    elsif due > 0 then
      perform post_credit(a.account_id, 'allowance', 'grant', due, ends, a.note, null, a.note);
    end if;
    update allowance set next_at = case when ends_at <= period_end then null else period_end end,
        last_granted_at = case when missing = 0 then moment else last_granted_at end,
        failed_at = case when missing > 0 then moment end, missing_nanos = case when missing > 0 then missing end
      where id = a.id;
    -- In the trail once, not at every midnight of a pool that stays empty.
    if missing > 0 and a.failed_at is null then
      insert into audit_entry (id, actor_name, action, target_kind, target_id, target_name, detail)
        select new_id(), 'system', 'allowance.fail', 'allowance', a.id::text, coalesce(u.student_id, ''),
          jsonb_build_object('missing', trim_scale(missing / 1000000000.0)::text, 'reason', a.note)
        from account h left join app_user u on u.id = h.user_id where h.id = a.account_id;
    end if;
  end if;
  update account set next_allowance_at = (select min(next_at) from allowance where account_id = a.account_id) where id = a.account_id;
  return missing;
end $$;

-- Renews allowances whose time has come, at most 100, in random order and without waiting, as expire_credits() does: an account locked
-- elsewhere has its turn in the next round. An allowance is looked at again under the lock, so that each period brings it once.
-- Whoever is topped up comes after his other allowances. Returns how many were renewed.
create function renew_allowances(zone text) returns int language plpgsql as $$
declare
  due uuid[]; wanted uuid[]; locked uuid[]; a record; renewed int := 0;
begin
  select array_agg(d.id), array_agg(d.account_id) || array_agg(d.pool_id) into due, wanted
    from (select id, account_id, pool_id from allowance where next_at <= clock_timestamp() order by random() limit 100) d;
  if due is null then return 0; end if;
  locked := array(select id from account where id = any(wanted) order by id for no key update skip locked);
  for a in select * from allowance where id = any(due) and next_at <= clock_timestamp()
      and account_id = any(locked) and (pool_id is null or pool_id = any(locked)) order by mode = 'top-up-to', id loop
    continue when a.mode = 'top-up-to' and exists (select from allowance o
      where o.account_id = a.account_id and o.mode <> 'top-up-to' and o.next_at <= clock_timestamp());
    perform renew_allowance(a.id, zone);
    renewed := renewed + 1;
  end loop;
  return renewed;
end $$;

-- As for book(): kept plans look rows up by key, or a first call on small tables would make every later one scan large ones.
alter function lock_with_pools(uuid[]) set enable_seqscan = off;
alter function post_credit(uuid, credit_kind, entry_kind, bigint, timestamptz, text, uuid, text, uuid, uuid) set enable_seqscan = off;
alter function grant_from_pool(uuid, uuid, credit_kind, bigint, timestamptz, uuid, text) set enable_seqscan = off;
alter function post_debit(uuid, bigint, uuid, text) set enable_seqscan = off;
alter function undo_credit(uuid, uuid, text) set enable_seqscan = off;
alter function expire_credits() set enable_seqscan = off;
alter function expire_credits() set jit = off;
alter function renew_allowance(uuid, text) set enable_seqscan = off;
alter function renew_allowances(text) set enable_seqscan = off;

-- ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter function verify_ledger() rename to verify_accounts;

-- What was granted out of each credit of a pool, less what came back, is what the credits that name it as their origin received, less
-- what was taken back from them: between a pool and its people no money appears or gets lost.
create function verify_pools() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  with received as (select c.origin_id, sum(l.amount_nanos) as total from credit c join ledger_entry l on l.credit_id = c.id
    where c.origin_id is not null and l.kind in ('grant', 'expiry', 'adjustment') and l.requests = 0 group by 1),
  given as (select credit_id, -sum(amount_nanos) as total from ledger_entry where kind = 'return' or (kind = 'grant' and amount_nanos < 0) group by 1)
  select c.account_id, 'granted out of a pool, by what was received', c.id, coalesce(r.total, 0)::bigint, coalesce(g.total, 0)::bigint
    from credit c join account a on a.id = c.account_id and a.kind = 'course' left join received r on r.origin_id = c.id left join given g on g.credit_id = c.id
    where coalesce(r.total, 0) <> coalesce(g.total, 0)
$$;

-- Re-adds everything (rule 7) in one snapshot and returns a row for each sum that differs; no row means that the books are right.
create function verify_ledger() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  select * from verify_accounts() union all select * from verify_pools()
$$;
