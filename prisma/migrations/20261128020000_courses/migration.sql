-- Courses: members and their roles, rosters that can be undone, money that waits for whoever has not proven a student ID. docs/courses.md.
--
-- Locks: courses in id order, then accounts in id order (pools are accounts), then keys. Who is a member, in which role, and whose ID is proven
-- changes only under the course's lock; whether money waits, only under the pool's.

alter table course
  add column starts_at timestamptz(3),
  add column archived_at timestamptz(3),
  -- Public names; empty: all models of its groups.
  add column models text[] not null default '{}',
  add column group_ids text[] not null default '{}',
  -- What the pages propose for each member.
  add column default_amount_nanos bigint,
  -- The most that a member may take of the next period in advance; null: nothing.
  add column advance_nanos bigint,
  add constraint course_begins_first check (starts_at < ends_at),
  add constraint course_amounts_positive check (least(default_amount_nanos, advance_nanos) > 0);

create type course_role as enum ('student', 'ta', 'instructor');

create table course_member (
  id uuid not null,
  course_id uuid not null,
  student_id text not null,
  -- Who has proven the student ID; null: nobody yet, whether or not somebody registered it.
  user_id uuid,
  name text not null,
  email text,
  section text,
  role course_role not null default 'student',
  state text not null default 'active',
  joined_at timestamptz(3) not null default clock_timestamp(),
  left_at timestamptz(3),
  constraint course_member_pkey primary key (id),
  constraint course_member_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade,
  constraint course_member_user_id_fkey foreign key (user_id) references app_user (id) on delete restrict on update cascade,
  constraint course_member_state_known check (state in ('active', 'left')),
  constraint course_member_left_then check ((state = 'left') = (left_at is not null)),
  -- Nobody gets power over a course by registering an ID.
  constraint course_member_staff_proven check (role = 'student' or user_id is not null)
);
create unique index course_member_course_id_student_id_key on course_member (course_id, student_id);
create index course_member_student_id_idx on course_member (student_id);
create index course_member_user_id_idx on course_member (user_id);

create table roster_import (
  id uuid not null,
  course_id uuid not null,
  actor_id uuid,
  actor_name text not null,
  at timestamptz(3) not null default clock_timestamp(),
  file_name text not null default '',
  digest text not null default '',
  rows integer not null,
  added integer not null,
  changed integer not null,
  gone integer not null,
  undone_at timestamptz(3),
  undone_by uuid,
  constraint roster_import_pkey primary key (id),
  constraint roster_import_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade
);
create index roster_import_course_id_at_idx on roster_import (course_id, at);

-- What became of members, one row a change. `after` is the member as of then: name, email, section, role, state, proven.
create table course_member_change (
  id uuid not null,
  course_id uuid not null,
  member_id uuid not null,
  import_id uuid,
  at timestamptz(3) not null default clock_timestamp(),
  actor_id uuid,
  kind text not null,
  before jsonb,
  after jsonb not null,
  constraint course_member_change_pkey primary key (id)
);
create index course_member_change_course_id_at_idx on course_member_change (course_id, at);
create index course_member_change_member_id_at_idx on course_member_change (member_id, at);
create index course_member_change_import_id_idx on course_member_change (import_id);
create trigger course_member_change_append_only before update or delete on course_member_change for each statement execute function refuse_change();

-- SHA-256 of a code that proves the student ID of a member who is not registered.
create table activation_code (
  member_id uuid not null,
  hash bytea not null,
  issued_at timestamptz(3) not null default clock_timestamp(),
  issued_by uuid,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  constraint activation_code_pkey primary key (member_id),
  constraint activation_code_member_id_fkey foreign key (member_id) references course_member (id) on delete restrict on update cascade
);
create unique index activation_code_hash_key on activation_code (hash);

-- One act that funded members of a course.
create table course_funding (
  id uuid not null,
  course_id uuid not null,
  actor_id uuid,
  actor_name text not null,
  at timestamptz(3) not null default clock_timestamp(),
  mode allowance_mode not null,
  amount_nanos bigint not null,
  reason text not null,
  people integer not null,
  granted_nanos bigint not null,
  waiting_nanos bigint not null,
  taken_nanos bigint not null,
  -- The entries by which it granted, for its undoing; what waited has its own.
  entry_ids uuid[] not null default '{}',
  undone_at timestamptz(3),
  undone_by uuid,
  constraint course_funding_pkey primary key (id),
  constraint course_funding_course_id_fkey foreign key (course_id) references course (id) on delete restrict on update cascade
);
create index course_funding_course_id_at_idx on course_funding (course_id, at);

-- Money for a member whose ID is not proven: set aside in the pool (its reserved_nanos) until it is, the member leaves, or the course ends.
create table waiting_grant (
  id uuid not null,
  course_id uuid not null,
  member_id uuid not null,
  pool_id uuid not null,
  funding_id uuid not null,
  amount_nanos bigint not null,
  reason text not null,
  actor_id uuid,
  created_at timestamptz(3) not null default clock_timestamp(),
  ends_at timestamptz(3) not null,
  -- waiting, granted (the ID was proven), released (taken back, or the member left), ended (with the course), lapsed (the pool's money ended)
  state text not null default 'waiting',
  closed_at timestamptz(3),
  closed_by uuid,
  entry_ids uuid[] not null default '{}',
  constraint waiting_grant_pkey primary key (id),
  constraint waiting_grant_member_id_fkey foreign key (member_id) references course_member (id) on delete restrict on update cascade,
  constraint waiting_grant_amount_positive check (amount_nanos > 0),
  constraint waiting_grant_state_known check (state in ('waiting', 'granted', 'released', 'ended', 'lapsed')),
  constraint waiting_grant_closed_then check ((state = 'waiting') = (closed_at is null))
);
create index waiting_grant_member_id_idx on waiting_grant (member_id);
create index waiting_grant_pool_id_state_idx on waiting_grant (pool_id, state);
create index waiting_grant_funding_id_idx on waiting_grant (funding_id);
create index waiting_grant_open_idx on waiting_grant (pool_id, created_at) where state = 'waiting';

-- A TA asks for money for himself; another member of staff decides.
create table own_funding (
  id uuid not null,
  course_id uuid not null,
  member_id uuid not null,
  mode allowance_mode not null,
  amount_nanos bigint not null,
  reason text not null,
  asked_by uuid not null,
  asked_at timestamptz(3) not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz(3),
  -- The funding, where it was granted.
  funding_id uuid,
  constraint own_funding_pkey primary key (id),
  constraint own_funding_member_id_fkey foreign key (member_id) references course_member (id) on delete restrict on update cascade,
  constraint own_funding_two_people check (decided_by <> asked_by)
);
create index own_funding_course_id_decided_at_idx on own_funding (course_id, decided_at);

-- What a pool paid for, by person. No column of it ever changes, so spending goes on without touching it.
create index credit_pool_idx on credit (pool_id, account_id) where pool_id is not null;

-- ── money that waits ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Ends waiting grants and frees the pools' money. The caller holds the locks of the pools. Returns how much was freed.
create function close_waiting(closing uuid[], outcome text, actor uuid) returns bigint language sql volatile as $$
  with done as (
    update waiting_grant set state = outcome, closed_at = clock_timestamp(), closed_by = actor
      where id = any(closing) and state = 'waiting' returning pool_id, amount_nanos),
  sums as (select pool_id, sum(amount_nanos)::bigint as total from done group by 1),
  freed as (update account a set reserved_nanos = a.reserved_nanos - s.total from sums s where a.id = s.pool_id returning s.total)
  select coalesce(sum(total), 0)::bigint from freed
$$;

-- Takes a course's money back from a person, soonest-ending first, at most what running requests have not reserved. The caller holds the locks
-- of both accounts. Returns what was taken.
create function take_from_course(pool uuid, holder uuid, amount bigint, actor uuid, reason text) returns bigint language plpgsql as $$
declare
  moment timestamptz := clock_timestamp(); c record; due bigint; taken bigint := 0; take bigint;
begin
  due := least(amount, available_nanos(holder, moment));
  for c in select id, remaining_nanos from credit
      where account_id = holder and is_open and pool_id = pool and (ends_at is null or ends_at > moment) order by ends_at nulls last, created_at, id loop
    exit when due <= 0;
    take := least(due, c.remaining_nanos); due := due - take; taken := taken + take;
    perform take_back(c.id, 'adjustment', take, actor, reason);
  end loop;
  return taken;
end $$;

-- Locks what the proofs of these people's IDs touch, all of it in order: the courses that have the IDs, the people's accounts and the courses' pools, the
-- people. Where another course has got one of the IDs meanwhile, the locks are given back, and it begins anew.
create function lock_for_proof(persons uuid[]) returns void language plpgsql as $$
declare
  ids text[] := array(select student_id from app_user where id = any(persons)); courses uuid[];
begin
  loop
    courses := array(select course_id from course_member where student_id = any(ids));
    begin
      perform 1 from course where id = any(courses) order by id for no key update;
      perform 1 from account where user_id = any(persons) or course_id = any(courses) order by id for no key update;
      -- Whoever puts one of the IDs on a roster waits here, or has done so before.
      perform 1 from app_user where id = any(persons) order by id for no key update;
      exit when not exists (select from course_member where student_id = any(ids) and course_id <> all(courses));
      raise exception 'another course' using errcode = 'LY001';
    exception when sqlstate 'LY001' then null;
    end;
  end loop;
end $$;

-- A person has proven the student ID: notes it, makes the memberships of that ID his, and grants what waited for them. Doing it again changes
-- nothing.
-- Returns {proven: whether it was not before, members: [{id, courseId, code, grantedNanos}]}.
create function prove_student_id(person uuid, actor uuid) returns jsonb language plpgsql as $$
declare
  own text; holder uuid; was_proven boolean; answer jsonb := '[]'; m record; w record; granted bigint;
begin
  perform lock_for_proof(array[person]);
  select student_id, verified_at is not null into strict own, was_proven from app_user where id = person;
  select id into strict holder from account where user_id = person;
  update app_user set verified_at = clock_timestamp() where id = person and not was_proven;
  for m in select cm.id, cm.course_id, c.code, c.ends_at, cm.state, cm.user_id is null as is_new, member_facts(cm) as before
      from course_member cm join course c on c.id = cm.course_id where cm.student_id = own order by c.id loop
    if m.is_new then
      update course_member set user_id = person where id = m.id;
      insert into course_member_change (id, course_id, member_id, actor_id, kind, before, after)
        values (new_id(), m.course_id, m.id, actor, 'proven', m.before, m.before || '{"proven": true}');
    end if;
    update activation_code set used_at = clock_timestamp() where member_id = m.id and used_at is null;
    granted := 0;
    if m.state = 'active' then
      for w in select * from waiting_grant where member_id = m.id and state = 'waiting' and ends_at > clock_timestamp() order by created_at, id loop
        granted := granted + grant_waiting(w.id, holder);
      end loop;
    end if;
    if m.is_new or granted > 0 then
      answer := answer || jsonb_build_object('id', m.id, 'courseId', m.course_id, 'code', m.code, 'grantedNanos', granted::text);
    end if;
  end loop;
  return jsonb_build_object('proven', not was_proven, 'members', answer);
end $$;

-- Turns a waiting grant into a real one, as whoever funded it. The caller holds the locks of both accounts. Returns what was granted: all, or 0
-- where the pool's own money ended and it can't pay any more; then the grant lapses. What others wait for does not stand in the way: it was covered
-- too, or whoever comes first is served.
create function grant_waiting(waiting uuid, holder uuid) returns bigint language plpgsql as $$
declare
  w waiting_grant; g record; held bigint;
begin
  select * into strict w from waiting_grant where id = waiting;
  select reserved_nanos - w.amount_nanos into strict held from account where id = w.pool_id;
  update account set reserved_nanos = 0 where id = w.pool_id;
  select * into g from grant_from_pool(w.pool_id, holder, 'course-grant', w.amount_nanos, w.ends_at, w.actor_id, w.reason);
  update account set reserved_nanos = held where id = w.pool_id;
  update waiting_grant set state = case when g.missing > 0 then 'lapsed' else 'granted' end, closed_at = clock_timestamp(), entry_ids = g.entries
    where id = w.id;
  return case when g.missing > 0 then 0 else w.amount_nanos end;
end $$;

create function member_facts(m course_member) returns jsonb language sql immutable as $$
  select jsonb_build_object('name', m.name, 'email', m.email, 'section', m.section, 'role', m.role, 'state', m.state, 'proven', m.user_id is not null)
$$;

-- Moves the end of a course, and with it the end of the grants that end with it, of what waits, and, if it comes earlier, of its allowances. A grant
-- still ends no later than the pool's money that it came from. The caller holds the course's lock.
create function move_course_end(moved uuid, new_end timestamptz) returns void language plpgsql as $$
declare
  pool uuid; old_end timestamptz(3); holders uuid[];
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
  update credit c set ends_at = least(new_end, (select o.ends_at from credit o where o.id = c.origin_id))
    where c.pool_id = pool and c.account_id = any(holders) and c.is_open and c.kind = 'course-grant' and c.ends_at > clock_timestamp()
      and (c.ends_at = old_end or c.ends_at > new_end);
  update waiting_grant set ends_at = new_end where pool_id = pool and state = 'waiting';
  update allowance set ends_at = new_end where pool_id = pool and next_at is not null and ends_at > new_end;
  update account a set next_end_at = (select min(ends_at) from credit where account_id = a.id and is_open) where id = any(holders);
end $$;

-- Housekeeping: ends what waits for courses that are over, lets lapse, latest first, what a pool whose own money ended does not cover any more. At most
-- 100 pools, without waiting. Returns how many grants were closed.
create function tend_waiting() returns int language plpgsql as $$
declare
  p record; w record; moment timestamptz := clock_timestamp(); over bigint; closed int := 0;
begin
  for p in select id from account where id = any(array(
      select d.pool_id from (select distinct g.pool_id from waiting_grant g join account a on a.id = g.pool_id where g.state = 'waiting'
        and (g.ends_at <= moment or a.next_end_at <= moment or a.reserved_nanos > a.balance_nanos)) d order by random() limit 100))
      order by id for no key update skip locked loop
    for w in select id from waiting_grant where pool_id = p.id and state = 'waiting' and ends_at <= moment loop
      perform close_waiting(array[w.id], 'ended', null);
      closed := closed + 1;
    end loop;
    over := (select a.reserved_nanos from account a where a.id = p.id) - (select coalesce(sum(remaining_nanos), 0) from credit
      where account_id = p.id and is_open and (ends_at is null or ends_at > moment));
    for w in select id, amount_nanos from waiting_grant where pool_id = p.id and state = 'waiting' order by created_at desc, id desc loop
      exit when over <= 0;
      over := over - close_waiting(array[w.id], 'lapsed', null);
      closed := closed + 1;
    end loop;
  end loop;
  return closed;
end $$;

-- As before, but that a pool's credit of which something is set aside for people goes on: the rest of it can be undone when nobody waits for it any
-- more. outcome also: waiting (all that is left is set aside; nothing was done).
create or replace function undo_credit(undone uuid, actor uuid, reason text)
returns table (outcome text, taken_nanos bigint, held_nanos bigint, gone_nanos bigint, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  c credit; take bigint; after bigint; moment timestamptz(3); is_pool boolean;
begin
  select * into strict c from credit where id = undone;
  perform lock_with_pools(array[c.account_id]);
  select * into strict c from credit where id = undone;
  select a.balance_nanos, a.kind = 'course' into strict after, is_pool from account a where a.id = c.account_id;
  take := least(c.remaining_nanos, available_nanos(c.account_id));
  if c.ends_at <= clock_timestamp() then
    return query select 'ended', 0::bigint, 0::bigint, c.amount_nanos - c.remaining_nanos, after;
    return;
  elsif c.remaining_nanos = 0 then
    return query select 'spent', 0::bigint, 0::bigint, c.amount_nanos, after;
    return;
  elsif is_pool and take = 0 then
    return query select 'waiting', 0::bigint, c.remaining_nanos, c.amount_nanos - c.remaining_nanos, after;
    return;
  end if;
  if take > 0 then after := take_back(c.id, 'adjustment', take, actor, reason); end if;
  if not is_pool or take = c.remaining_nanos then
    -- The next millisecond: whoever was admitted before, in this one too, may still spend it.
    moment := date_trunc('milliseconds', clock_timestamp()) + interval '2 milliseconds';
    update credit set ends_at = moment where id = c.id;
    if take < c.remaining_nanos then
      update account set next_end_at = least(next_end_at, moment) where id = c.account_id;
    end if;
  end if;
  return query select 'undone', take, c.remaining_nanos - take, c.amount_nanos - c.remaining_nanos, after;
end $$;

alter function undo_credit(uuid, uuid, text) set enable_seqscan = off;
alter function take_from_course(uuid, uuid, bigint, uuid, text) set enable_seqscan = off;
alter function lock_for_proof(uuid[]) set enable_seqscan = off;
alter function prove_student_id(uuid, uuid) set enable_seqscan = off;
alter function grant_waiting(uuid, uuid) set enable_seqscan = off;
alter function close_waiting(uuid[], text, uuid) set enable_seqscan = off;
alter function tend_waiting() set enable_seqscan = off;
alter function move_course_end(uuid, timestamptz) set enable_seqscan = off;

-- ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- As before; what a pool has reserved is what waits for people.
create or replace function verify_ledger() returns table (account_id uuid, subject text, subject_id uuid, expected_nanos bigint, found_nanos bigint)
language sql stable as $$
  select v.* from verify_accounts() v where v.subject <> 'reserved, by reservations'
    or not exists (select from account a where a.id = v.account_id and a.kind = 'course')
  union all select * from verify_pools()
  union all select a.id, 'reserved in a pool, by grants that wait', a.id, coalesce(w.total, 0)::bigint, a.reserved_nanos
    from account a left join (select pool_id, sum(amount_nanos) as total from waiting_grant where state = 'waiting' group by 1) w on w.pool_id = a.id
    where a.kind = 'course' and a.reserved_nanos <> coalesce(w.total, 0)
$$;
