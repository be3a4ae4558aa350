-- What upstreams list, looked at again and again: what is new and what is gone is offered to people, and changes nothing by itself.
create table upstream_list (
  channel_id uuid primary key references channel (id) on delete cascade on update cascade,
  -- Null: not looked at yet.
  looked_at timestamptz(3),
  -- Scrubbed; '' where the last look came off.
  error text not null default '',
  -- A worker is at it until then.
  looking_until timestamptz(3)
);

create table upstream_model (
  channel_id uuid not null references channel (id) on delete cascade on update cascade,
  name text not null,
  first_seen_at timestamptz(3) not null default clock_timestamp(),
  last_seen_at timestamptz(3) not null default clock_timestamp(),
  -- Not in the list any more since then.
  gone_at timestamptz(3),
  -- '': nobody has decided yet; known: there at the first look, or nothing to decide; added, ignored, disabled.
  decision text not null default '',
  decided_at timestamptz(3),
  primary key (channel_id, name),
  constraint upstream_model_decision check (decision in ('', 'known', 'added', 'ignored', 'disabled'))
);

-- One channel whose list is due, for whoever asked and for two minutes.
create function claim_upstream_list(p_hours integer) returns uuid language plpgsql as $$
declare
  v_channel uuid;
begin
  insert into upstream_list (channel_id)
    select id from channel where is_enabled and deleted_at is null on conflict (channel_id) do nothing;
  select l.channel_id into v_channel from upstream_list l join channel c on c.id = l.channel_id
    where c.is_enabled and c.deleted_at is null
      and (l.looked_at is null or l.looked_at < clock_timestamp() - make_interval(hours => p_hours))
      and (l.looking_until is null or l.looking_until < clock_timestamp())
    order by l.looked_at nulls first limit 1 for update of l skip locked;
  if found then
    update upstream_list set looking_until = clock_timestamp() + interval '2 minutes' where channel_id = v_channel;
  end if;
  return v_channel;
end $$;

-- Takes down what an upstream lists now, and says how much of it waits for a decision.
create function record_upstream_list(p_channel uuid, p_names text[], p_event uuid) returns table (added integer, gone integer)
language plpgsql as $$
declare
  v_first boolean;
  v_added text[];
  v_gone text[];
begin
  insert into upstream_list (channel_id) values (p_channel) on conflict (channel_id) do nothing;
  -- One look after the other.
  perform 1 from upstream_list where channel_id = p_channel for update;
  v_first := not exists (select 1 from upstream_model where channel_id = p_channel);

  -- An inserted row has no xmax, one that was there has.
  with seen as (
    insert into upstream_model as m (channel_id, name, decision)
      select p_channel, n, case when v_first then 'known' else '' end from unnest(p_names) n
      on conflict (channel_id, name) do update set last_seen_at = clock_timestamp(), gone_at = null,
        decision = case when m.gone_at is null then m.decision when m.decision in ('added', 'ignored') then m.decision else 'known' end
      returning m.name, m.decision, m.xmax = 0 as is_new)
  select array_agg(seen.name order by seen.name) into v_added from seen
    where seen.decision = '' and is_new and not exists (select 1 from deployment d where d.channel_id = p_channel and d.upstream_model = seen.name);

  with lost as (
    update upstream_model m set gone_at = clock_timestamp(),
        decision = case when exists (select 1 from deployment d
          where d.channel_id = p_channel and d.upstream_model = m.name and d.is_enabled) then '' else 'known' end
      where m.channel_id = p_channel and m.gone_at is null and m.name <> all (p_names)
      returning m.name, m.decision)
  select array_agg(lost.name order by lost.name) into v_gone from lost where lost.decision = '';

  update upstream_list set looked_at = clock_timestamp(), error = '', looking_until = null where channel_id = p_channel;
  added := coalesce(cardinality(v_added), 0);
  gone := coalesce(cardinality(v_gone), 0);
  if added + gone > 0 then
    insert into health_event (id, kind, channel_id, channel_name, detail)
      select p_event, 'list-changed', id, name,
          jsonb_build_object('added', coalesce(to_jsonb(v_added), '[]'), 'gone', coalesce(to_jsonb(v_gone), '[]'))
        from channel where id = p_channel;
  end if;
  return next;
end $$;
