-- The fair queue in front of channels that take only so many requests at a time. A ticket is a request that holds a slot of a channel, or waits for
-- one at one or several channels. Everything that changes who runs or waits on a channel happens under the lock of its row in channel_queue, taken in
-- id order; rows of tickets are locked after that and never waited for. Each statement of a function sees what was committed before it, so what is
-- counted under the lock is right. See docs/channels.md.

create table channel_queue (
  channel_id uuid primary key references channel (id) on delete cascade on update cascade,
  -- Start-time fair queueing: where the round of those who wait has come to; 0 when nobody does.
  virtual_time double precision not null default 0,
  -- How long a slot is held, on a moving average, while others wait; 0: not known yet.
  service_ms double precision not null default 0
) with (fillfactor = 50);

-- A worker that has tickets. After `until` they are nobody's.
create table queue_lease (
  worker_id uuid primary key,
  until timestamptz(3) not null
) with (fillfactor = 50);
create index queue_lease_until_idx on queue_lease (until);

create table queue_ticket (
  id uuid primary key,
  seq bigserial not null,
  worker_id uuid not null,
  user_id uuid not null,
  -- Of the user's group: the share of a channel that it gets beside others.
  weight integer not null,
  -- Where it could go, best first.
  channel_ids uuid[] not null,
  -- Where it holds a slot; null: it waits.
  channel_id uuid,
  enqueued_at timestamptz(3) not null default clock_timestamp(),
  granted_at timestamptz(3),
  -- Its worker has been told of the slot.
  is_told boolean not null default false,
  constraint queue_ticket_weight check (weight > 0)
) with (fillfactor = 70);
create index queue_ticket_worker_id_idx on queue_ticket (worker_id);
create index queue_ticket_running on queue_ticket (channel_id, user_id) where channel_id is not null;
create index queue_ticket_untold on queue_ticket (worker_id) where channel_id is not null and not is_told;

-- A ticket that waits stands at each of its channels.
create table queue_place (
  channel_id uuid not null,
  ticket_id uuid not null,
  user_id uuid not null,
  seq bigint not null,
  weight integer not null,
  primary key (ticket_id, channel_id)
);
create index queue_place_channel_id_user_id_seq_idx on queue_place (channel_id, user_id, seq);

-- Where a person stands in a channel's round: the virtual time at which the next of their tickets may start. Gone when nobody waits.
create table queue_share (
  channel_id uuid not null,
  user_id uuid not null,
  tag double precision not null,
  primary key (channel_id, user_id)
) with (fillfactor = 70);

create type queue_answer as (ticket_id uuid, outcome text, channel_id uuid);

-- Free slots of a channel; below 0 after its limit was lowered.
create function queue_room(channel uuid) returns integer language plpgsql as $$
begin
  return coalesce((select parallel_limit from channel c where c.id = channel), 1000000000)
    - (select count(*)::integer from queue_ticket t where t.channel_id = channel);
end $$;

-- Gives the free slots of one channel, which the caller has locked with all others in `locked`, to those who wait. Next is whose user holds no more than
-- their weighted share of the slots, so that long calls can't take them all; then who has been served least for their weight in this round; then who runs least; then who came first. A person
-- who comes new starts where the round is, so nobody saves up turns. Whoever waits at several channels gets the one they like best of those with room.
create function queue_grant(channel uuid, locked uuid[]) returns void language plpgsql as $$
declare
  room integer := queue_room(channel);
  slots double precision;
  now_at double precision;
  users uuid[];
  weights integer[];
  running integer[];
  tags double precision[];
  heads bigint[];
  served boolean[];
  active double precision;
  best integer;
  ticket record;
  target uuid;
  other uuid;
begin
  if room <= 0 then return; end if;
  select virtual_time into now_at from channel_queue q where q.channel_id = channel;
  if not exists (select from queue_place p where p.channel_id = channel) then
    if now_at <> 0 then
      delete from queue_share s where s.channel_id = channel;
      update channel_queue q set virtual_time = 0 where q.channel_id = channel;
    end if;
    return;
  end if;
  slots := coalesce((select parallel_limit from channel c where c.id = channel), 1000000000);
  select array_agg(w.user_id), array_agg(w.weight), array_agg(w.head), array_agg(false),
    array_agg((select count(*)::integer from queue_ticket t where t.channel_id = channel and t.user_id = w.user_id)),
    array_agg(coalesce((select s.tag from queue_share s where s.channel_id = channel and s.user_id = w.user_id), 0))
    into users, weights, heads, served, running, tags
    from (select p.user_id, max(p.weight) as weight, min(p.seq) as head from queue_place p where p.channel_id = channel group by p.user_id) w;
  select sum(w) into active from (
    select unnest(weights) as w
    union all
    select max(t.weight) from queue_ticket t where t.channel_id = channel and not t.user_id = any(users) group by t.user_id) a;
  while room > 0 loop
    select i into best from generate_subscripts(users, 1) i where heads[i] is not null
      order by running[i] > floor(slots * weights[i] / active), greatest(now_at, tags[i]), running[i]::double precision / weights[i], heads[i]
      limit 1;
    exit when best is null;
    -- Somebody who has locked another of its channels may be giving it a slot there: then it is theirs.
    select t.id, t.channel_ids into ticket from queue_place p join queue_ticket t on t.id = p.ticket_id
      where p.channel_id = channel and p.user_id = users[best] and p.seq = heads[best] and t.channel_id is null
      for update of t skip locked;
    if found then
      target := channel;
      foreach other in array ticket.channel_ids loop
        exit when other = channel;
        if other = any(locked) and queue_room(other) > 0 then
          target := other;
          exit;
        end if;
      end loop;
      update queue_ticket t set channel_id = target, granted_at = clock_timestamp() where t.id = ticket.id;
      delete from queue_place p where p.ticket_id = ticket.id;
      now_at := greatest(now_at, tags[best]);
      tags[best] := now_at + 1.0 / weights[best];
      served[best] := true;
      if target = channel then
        room := room - 1;
        running[best] := running[best] + 1;
      end if;
    end if;
    heads[best] := (select min(p.seq) from queue_place p where p.channel_id = channel and p.user_id = users[best] and p.seq > heads[best]);
  end loop;
  insert into queue_share as s (channel_id, user_id, tag)
    select channel, u, tag from unnest(users, tags, served) as each (u, tag, was_served) where was_served
    on conflict (channel_id, user_id) do update set tag = excluded.tag;
  update channel_queue q set virtual_time = now_at where q.channel_id = channel and q.virtual_time <> now_at;
end $$;

-- One round trip of a worker: renews its lease, takes away its tickets in `gone` (slots given back, places given up) and those of workers whose
-- lease has ended, takes in new ones (`arrivals`: [{id, user, weight, channels, waits}], in order of arrival), and gives away what is free. `channels`: all
-- that these tickets, and others of the worker that wait, may concern. Answers each arrival: granted; waiting; none (no room, and it doesn't want to
-- wait); full, user-full (no place to wait in either); and then each older ticket of the worker that holds a slot now. `is_sync`: names all tickets of
-- the worker instead, after an answer was lost.
create function queue_step(
  worker uuid, lease_ms integer, channels uuid[], gone uuid[], arrivals json, most_waiting integer, most_per_user integer, is_sync boolean
) returns setof queue_answer language plpgsql as $$
declare
  started timestamptz := clock_timestamp();
  dead uuid[];
  locked uuid[];
  free integer[];
  waiting integer[];
  arrival record;
  each uuid;
  i integer;
  chosen uuid;
  places uuid[];
  refusal text;
begin
  -- What a crash of the database takes back is made good by leases: no slot is worth a write to the disk.
  perform set_config('synchronous_commit', 'off', true);
  update queue_lease l set until = started + lease_ms * interval '1 millisecond'
    where l.worker_id = worker and l.until < started + lease_ms * interval '0.7 millisecond';
  if not found then
    insert into queue_lease (worker_id, until) values (worker, started + lease_ms * interval '1 millisecond') on conflict (worker_id) do nothing;
  end if;
  select array_agg(l.worker_id) into dead from queue_lease l where l.until <= started;

  -- Who only looks, and finds nothing to be done, need not wait for others.
  if arrivals is not null or cardinality(gone) > 0 or dead is not null or is_sync or exists (
    select from unnest(channels) c where exists (select from queue_place p where p.channel_id = c) and queue_room(c) > 0
  ) then
    if dead is not null then
      channels := channels
        || array(select distinct t.channel_id from queue_ticket t where t.worker_id = any(dead) and t.channel_id is not null)
        || array(select distinct p.channel_id from queue_ticket t join queue_place p on p.ticket_id = t.id where t.worker_id = any(dead));
    end if;
    insert into channel_queue (channel_id)
      select c.id from channel c where c.id = any(channels) and not exists (select from channel_queue q where q.channel_id = c.id)
      on conflict (channel_id) do nothing;
    select coalesce(array_agg(q.channel_id), '{}') into locked from
      (select channel_id from channel_queue where channel_id = any(channels) order by channel_id for update) q;

    if dead is not null then
      gone := gone || array(select t.id from queue_ticket t where t.worker_id = any(dead) for update skip locked);
    end if;
    if cardinality(gone) > 0 then
      with left_behind as (
        delete from queue_ticket t where t.id = any(gone) returning t.channel_id, t.granted_at
      ), held as (
        select g.channel_id, avg(extract(epoch from started - g.granted_at) * 1000)::double precision as ms, count(*) as n
        from left_behind g where g.channel_id is not null group by g.channel_id
      )
      update channel_queue q set service_ms =
          case when q.service_ms = 0 then h.ms else h.ms + (q.service_ms - h.ms) * power(0.9, h.n) end
        from held h where q.channel_id = h.channel_id and exists (select from queue_place p where p.channel_id = q.channel_id);
      delete from queue_place p where p.ticket_id = any(gone);
    end if;
    if dead is not null then
      delete from queue_lease l where l.worker_id in (
        select d.worker_id from queue_lease d where d.worker_id = any(dead) and d.until <= started
          and not exists (select from queue_ticket t where t.worker_id = d.worker_id) for update skip locked);
    end if;

    if arrivals is not null then
      select array_agg(queue_room(c) order by n), array_agg((select count(*)::integer from queue_place p where p.channel_id = c) order by n)
        into free, waiting from unnest(locked) with ordinality as l (c, n);
      for arrival in
        select * from json_to_recordset(arrivals) as a (id uuid, "user" uuid, weight integer, channels uuid[], waits boolean)
      loop
        chosen := null;
        foreach each in array arrival.channels loop
          i := array_position(locked, each);
          if free[i] > 0 and waiting[i] = 0 then
            free[i] := free[i] - 1;
            chosen := each;
            exit;
          end if;
        end loop;
        if chosen is not null then
          insert into queue_ticket (id, worker_id, user_id, weight, channel_ids, channel_id, granted_at, is_told)
            values (arrival.id, worker, arrival.user, arrival.weight, arrival.channels, chosen, clock_timestamp(), true);
          return next (arrival.id, 'granted', chosen)::queue_answer;
        elsif not arrival.waits then
          return next (arrival.id, 'none', null)::queue_answer;
        else
          places := '{}';
          refusal := 'none';
          foreach each in array arrival.channels loop
            i := array_position(locked, each);
            if i is null then
              null; -- deleted for good
            elsif waiting[i] >= most_waiting then
              refusal := 'full';
            elsif (select count(*) from queue_place p where p.channel_id = each and p.user_id = arrival.user) >= most_per_user then
              refusal := 'user-full';
            else
              waiting[i] := waiting[i] + 1;
              places := places || each;
            end if;
          end loop;
          if cardinality(places) = 0 then
            return next (arrival.id, refusal, null)::queue_answer;
          else
            with ticket as (
              insert into queue_ticket (id, worker_id, user_id, weight, channel_ids)
                values (arrival.id, worker, arrival.user, arrival.weight, places) returning id, user_id, seq, weight
            )
            insert into queue_place (channel_id, ticket_id, user_id, seq, weight)
              select c, t.id, t.user_id, t.seq, t.weight from ticket t, unnest(places) c;
            return next (arrival.id, 'waiting', null)::queue_answer;
          end if;
        end if;
      end loop;
    end if;

    foreach each in array locked loop
      perform queue_grant(each, locked);
    end loop;
  end if;

  if is_sync then
    update queue_ticket t set is_told = true where t.worker_id = worker and t.channel_id is not null and not t.is_told;
    return query select t.id, case when t.channel_id is null then 'waiting' else 'granted' end, t.channel_id
      from queue_ticket t where t.worker_id = worker;
  else
    return query update queue_ticket t set is_told = true where t.worker_id = worker and t.channel_id is not null and not t.is_told
      returning t.id, 'granted'::text, t.channel_id;
  end if;
end $$;

-- Where the waiting tickets of a worker stand: about how many come before each, itself included, and how long that may take (null: not known yet).
-- The place can go up: somebody who comes later may have a better claim.
create function queue_line(worker uuid) returns table (ticket_id uuid, place integer, wait_ms double precision) language sql as $$
  with mine as (
    select p.channel_id, p.ticket_id from queue_ticket t join queue_place p on p.ticket_id = t.id where t.worker_id = worker and t.channel_id is null
  ), rounds as (
    select p.channel_id, p.ticket_id, p.seq,
      greatest(0, coalesce((select s.tag from queue_share s where s.channel_id = p.channel_id and s.user_id = p.user_id), 0) - q.virtual_time)
        + (row_number() over (partition by p.channel_id, p.user_id order by p.seq) - 1)::double precision / p.weight as round
      from channel_queue q join queue_place p on p.channel_id = q.channel_id
      where q.channel_id in (select m.channel_id from mine m)
  ), ranks as (
    select r.channel_id, r.ticket_id, rank() over (partition by r.channel_id order by r.round, r.seq)::integer as place from rounds r
  )
  select r.ticket_id, min(r.place), min(nullif(q.service_ms, 0) * r.place / c.parallel_limit)
    from ranks r join queue_ticket t on t.id = r.ticket_id and t.worker_id = worker
    join channel_queue q on q.channel_id = r.channel_id join channel c on c.id = r.channel_id
    group by r.ticket_id
$$;
