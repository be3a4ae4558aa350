-- Vouchers: codes that whoever has one turns into money; and what students and staff ask for. docs/courses.md.
--
-- A course's voucher is money of its pool that waits, as a grant does for an unproven ID: set aside (reserved_nanos of the pool) until it is redeemed,
-- revoked or over. Its state changes only under the pool's lock. A voucher of no course is paid by nobody, as a top-up is: its own row decides.

-- ── vouchers ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table voucher_batch (
  id uuid not null,
  -- Null: of no course, made by an admin.
  course_id uuid,
  pool_id uuid,
  -- What each code is worth.
  amount_nanos bigint not null,
  note text not null,
  members_only boolean not null default false,
  redeem_until timestamptz(3) not null,
  -- The end of the money; null: with the course, or never.
  ends_at timestamptz(3),
  actor_id uuid,
  actor_name text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- Since then no code of it is open: it was revoked, or its time is over.
  closed_at timestamptz(3),
  constraint voucher_batch_pkey primary key (id),
  constraint voucher_batch_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade,
  constraint voucher_batch_course_with_pool check ((course_id is null) = (pool_id is null)),
  constraint voucher_batch_members_of_course check (not members_only or course_id is not null),
  constraint voucher_batch_amount_positive check (amount_nanos > 0)
);
create index voucher_batch_course_id_created_at_idx on voucher_batch (course_id, created_at);
create index voucher_batch_open_idx on voucher_batch (pool_id) where closed_at is null and pool_id is not null;

create table voucher (
  id uuid not null,
  batch_id uuid not null,
  -- SHA-256 of the code, which nobody has but who was given it.
  hash bytea not null,
  -- How the code begins, to recognise it by.
  prefix text not null,
  -- open, redeemed, revoked, ended (its time was over), lapsed (the pool's money ended)
  state text not null default 'open',
  -- Who redeemed it.
  user_id uuid,
  closed_at timestamptz(3),
  closed_by uuid,
  entry_ids uuid[] not null default '{}',
  constraint voucher_pkey primary key (id),
  constraint voucher_batch_id_fkey foreign key (batch_id) references voucher_batch (id) on delete restrict on update cascade,
  constraint voucher_user_id_fkey foreign key (user_id) references app_user (id) on delete restrict on update cascade,
  constraint voucher_state_known check (state in ('open', 'redeemed', 'revoked', 'ended', 'lapsed')),
  constraint voucher_closed_then check ((state = 'open') = (closed_at is null)),
  constraint voucher_redeemed_by_somebody check ((state = 'redeemed') = (user_id is not null))
);
create unique index voucher_hash_key on voucher (hash);
-- One of a batch for each person, whatever else fails.
create unique index voucher_batch_id_user_id_key on voucher (batch_id, user_id);
create index voucher_batch_id_state_idx on voucher (batch_id, state);

-- Codes that a person tried, by account and never by address: a campus shares one.
create table voucher_guess (
  user_id uuid not null,
  failures integer not null,
  blocked_until timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint voucher_guess_pkey primary key (user_id),
  constraint voucher_guess_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);

-- Ends open vouchers and frees the pools' money. The caller holds the locks of the pools. Returns how many were open.
create function close_vouchers(closing uuid[], outcome text, actor uuid) returns integer language sql volatile as $$
  with done as (
    update voucher v set state = outcome, closed_at = clock_timestamp(), closed_by = actor from voucher_batch b
      where v.id = any(closing) and v.state = 'open' and b.id = v.batch_id returning b.pool_id, b.amount_nanos),
  sums as (select pool_id, sum(amount_nanos)::bigint as total from done where pool_id is not null group by 1),
  freed as (update account a set reserved_nanos = a.reserved_nanos - s.total from sums s where a.id = s.pool_id)
  select count(*)::integer from done
$$;

-- Turns an open voucher into money. The caller holds the locks of the account and the pool. Returns whether it could: false where the pool's own
-- money ended and can't pay any more; then the voucher lapses. What others wait for does not stand in the way, as in grant_waiting(). Null: it is not open.
create function pay_voucher(paid uuid, holder uuid, person uuid) returns boolean language plpgsql as $$
declare
  v voucher; b voucher_batch; entries uuid[]; lacking bigint := 0; held bigint;
begin
  select * into strict v from voucher where id = paid for update;
  if v.state <> 'open' then return null; end if;
  select * into strict b from voucher_batch where id = v.batch_id;
  if b.pool_id is null then
    entries := array(select p.entry_id from post_credit(holder, 'voucher', 'top-up', b.amount_nanos, b.ends_at, b.note, b.actor_id, b.note) p);
  else
    select reserved_nanos - b.amount_nanos into strict held from account where id = b.pool_id;
    update account set reserved_nanos = 0 where id = b.pool_id;
    select g.missing, g.entries into strict lacking, entries from grant_from_pool(b.pool_id, holder, 'voucher', b.amount_nanos,
      (select least(b.ends_at, c.ends_at) from course c where c.id = b.course_id), b.actor_id, b.note) g;
    update account set reserved_nanos = held where id = b.pool_id;
  end if;
  update voucher set state = case when lacking > 0 then 'lapsed' else 'redeemed' end, user_id = case when lacking = 0 then person end,
    closed_at = clock_timestamp(), closed_by = case when lacking = 0 then person end, entry_ids = entries where id = paid;
  return lacking = 0;
end $$;

-- As before, and vouchers in the same way: those whose time is over end; of what a pool whose own money ended does not cover any more, vouchers,
-- which are nobody's yet, lapse before grants that wait for somebody, the latest first. Returns how many of both were closed.
create or replace function tend_waiting() returns int language plpgsql as $$
declare
  p record; w record; b record; moment timestamptz := clock_timestamp(); over bigint; closed int := 0;
begin
  for p in select id from account where id = any(array(
      select d.pool_id from (select g.pool_id from waiting_grant g join account a on a.id = g.pool_id where g.state = 'waiting'
          and (g.ends_at <= moment or a.next_end_at <= moment or a.reserved_nanos > a.balance_nanos)
        union select v.pool_id from voucher_batch v join account a on a.id = v.pool_id join course c on c.id = v.course_id
          where v.closed_at is null and v.pool_id is not null
          and (least(v.redeem_until, c.ends_at) <= moment or a.next_end_at <= moment or a.reserved_nanos > a.balance_nanos)) d
        order by random() limit 100))
      order by id for no key update skip locked loop
    for w in select id from waiting_grant where pool_id = p.id and state = 'waiting' and ends_at <= moment loop
      perform close_waiting(array[w.id], 'ended', null);
      closed := closed + 1;
    end loop;
    for b in select v.id from voucher_batch v join course c on c.id = v.course_id
        where v.pool_id = p.id and v.closed_at is null and least(v.redeem_until, c.ends_at) <= moment loop
      closed := closed + close_vouchers(array(select id from voucher where batch_id = b.id and state = 'open'), 'ended', null);
      update voucher_batch set closed_at = moment where id = b.id;
    end loop;
    over := (select a.reserved_nanos from account a where a.id = p.id) - (select coalesce(sum(remaining_nanos), 0) from credit
      where account_id = p.id and is_open and (ends_at is null or ends_at > moment));
    for w in select v.id, t.amount_nanos from voucher v join voucher_batch t on t.id = v.batch_id
        where over > 0 and t.pool_id = p.id and t.closed_at is null and v.state = 'open' order by t.created_at desc, v.id desc loop
      exit when over <= 0;
      over := over - w.amount_nanos;
      closed := closed + close_vouchers(array[w.id], 'lapsed', null);
    end loop;
    for w in select id, amount_nanos from waiting_grant where pool_id = p.id and state = 'waiting' order by created_at desc, id desc loop
      exit when over <= 0;
      over := over - close_waiting(array[w.id], 'lapsed', null);
      closed := closed + 1;
    end loop;
  end loop;
  return closed;
end $$;

-- The money of redeemed vouchers moves with the end of the course as its grants do. The caller holds the course's lock.
alter function move_course_end(uuid, timestamptz) rename to move_grants_end;
create function move_course_end(moved uuid, new_end timestamptz) returns void language plpgsql as $$
declare
  pool uuid; old_end timestamptz(3);
begin
  select a.id, c.ends_at into strict pool, old_end from course c join account a on a.course_id = c.id where c.id = moved;
  -- Locks the pool and all who have money of it.
  perform move_grants_end(moved, new_end);
  update credit c set ends_at = least(new_end, (select o.ends_at from credit o where o.id = c.origin_id))
    where c.pool_id = pool and c.is_open and c.kind = 'voucher' and c.ends_at > clock_timestamp() and (c.ends_at = old_end or c.ends_at > new_end);
  update account a set next_end_at = (select min(ends_at) from credit where account_id = a.id and is_open)
    where id in (select account_id from credit where pool_id = pool and is_open and kind = 'voucher');
end $$;

alter function close_vouchers(uuid[], text, uuid) set enable_seqscan = off;
alter function pay_voucher(uuid, uuid, uuid) set enable_seqscan = off;
alter function tend_waiting() set enable_seqscan = off;
alter function move_course_end(uuid, timestamptz) set enable_seqscan = off;

-- ── what people ask for ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- So far staff asked for themselves; now students do too.
alter table own_funding
  -- When it is needed.
  add column deadline timestamptz(3),
  add column outcome text,
  -- What the person is told with it.
  add column answer text;
update own_funding set outcome = case when funding_id is null then 'refused' else 'granted' end where decided_at is not null;
alter table own_funding
  add constraint own_funding_outcome_known check (outcome in ('granted', 'refused', 'withdrawn')),
  add constraint own_funding_decided_then check ((outcome is null) = (decided_at is null));
create index own_funding_member_id_asked_at_idx on own_funding (member_id, asked_at);

-- ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What a pool has set aside is what waits for people and what open vouchers are worth; what a redeemed voucher brought is what it was worth.
create function verify_vouchers() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  select a.id, 'reserved in a pool, by grants that wait and open vouchers', a.id, (coalesce(w.total, 0) + coalesce(v.total, 0))::bigint, a.reserved_nanos
    from account a left join (select pool_id, sum(amount_nanos) as total from waiting_grant where state = 'waiting' group by 1) w on w.pool_id = a.id
      left join (select b.pool_id, sum(b.amount_nanos) as total from voucher o join voucher_batch b on b.id = o.batch_id
        where o.state = 'open' and b.pool_id is not null group by 1) v on v.pool_id = a.id
    where a.kind = 'course' and a.reserved_nanos <> coalesce(w.total, 0) + coalesce(v.total, 0)
  union all select a.id, 'redeemed voucher, by its entries', o.id, b.amount_nanos, coalesce(e.total, 0)::bigint
    from voucher o join voucher_batch b on b.id = o.batch_id join account a on a.user_id = o.user_id
      left join lateral (select sum(l.amount_nanos) as total from ledger_entry l where l.id = any(o.entry_ids) and l.account_id = a.id) e on true
    where o.state = 'redeemed' and b.amount_nanos <> coalesce(e.total, 0)
$$;

-- As before, but that vouchers belong to what a pool has set aside.
alter function verify_ledger() rename to verify_courses;
create function verify_ledger() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  select v.* from verify_courses() v where v.subject <> 'reserved in a pool, by grants that wait'
  union all select * from verify_vouchers()
$$;
