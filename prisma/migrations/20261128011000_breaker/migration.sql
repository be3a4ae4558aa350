-- What else the machine finds out about a deployment, and who has to hear of it.

alter table deployment_health
  -- Requests that failed one after the other, none of them passing between: who fails is tried less and less, so that the rate alone would say it late.
  add column failed_in_row integer not null default 0,
  -- What its model is said to be capable of and probes found it not to be; beside deployment.lacks, which people write.
  add column lacks text[] not null default '{}',
  -- When probes last looked at what it is capable of.
  add column looked_at timestamptz(3);

-- A window that begins with a failure is told to all workers too: from then on each of them counts what passed, or the rate would be wrong.
drop trigger health_inserted on deployment_health;
drop trigger health_changed on deployment_health;
drop trigger health_deleted on deployment_health;
create trigger health_inserted after insert on deployment_health for each row
  when (new.state <> 'closed' or new.lacks <> '{}' or new.window_failures > 0) execute function raise_health_version();
create trigger health_changed after update on deployment_health for each row
  when (old.state <> new.state or old.lacks <> new.lacks or (old.window_started_at <> new.window_started_at and new.window_failures > 0))
  execute function raise_health_version();
create trigger health_deleted after delete on deployment_health for each row
  when (old.state <> 'closed' or old.lacks <> '{}') execute function raise_health_version();

-- Whether a model is lost at present is what the last of these says.
create index health_event_lost_idx on health_event (model_id, at desc) where kind in ('model-lost', 'model-back');

-- Seconds of the breaker's window, as set (settingsSchema in packages/domain says the default).
create function breaker_window() returns int language sql stable as $$
  select coalesce((select case when (value->>'windowSeconds')::numeric between 5 and 3600 then (value->>'windowSeconds')::int end
    from setting where key = 'breaker'), 60)
$$;

-- The breaker: what workers saw becomes states and events. See docs/channels.md.
--
-- Lock order: whoever writes *_health first takes turns by the row of config_version, which each change of state raises anyway, and from then on
-- waits for nothing: rows that somebody else has locked (a page that deletes a deployment, say) are skipped, and said to be. So nothing here can
-- be part of a deadlock, whatever pages lock and in whichever order. `rules`: the settings `breaker` and `probes`, as one object.

-- Waits for one's turn; returns the moment at which it came.
create function lock_health() returns timestamptz language plpgsql as $$
begin
  perform 1 from config_version where id = 1 for no key update;
  return clock_timestamp();
end $$;

-- ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

create function write_deployment_event(kind text, deployment uuid, cause text, error text, detail jsonb, actor uuid default null)
returns void language sql as $$
  insert into health_event (id, kind, model_id, model_name, channel_id, channel_name, deployment_id, cause, error, detail, actor_id)
    select new_id(), kind, m.id, m.name, c.id, c.name, d.id, cause, error, detail, actor
      from deployment d join model m on m.id = d.model_id join channel c on c.id = d.channel_id where d.id = deployment
$$;

create function write_credential_event(kind text, credential uuid, cause text, error text, detail jsonb, actor uuid default null)
returns void language sql as $$
  insert into health_event (id, kind, channel_id, channel_name, credential_id, cause, error, detail, actor_id)
    select new_id(), kind, c.id, c.name, k.id, cause, error, detail || jsonb_build_object('label', k.label, 'lastFour', k.last_four), actor
      from channel_credential k join channel c on c.id = k.channel_id where k.id = credential
$$;

-- ── models ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- People who used a model in the last 24 hours.
create function users_of_model(model_name text, moment timestamptz) returns int language sql stable as $$
  select count(distinct r.account_id)::int from usage_rollup r join account a on a.id = r.account_id
    where a.kind = 'user' and r.model = model_name and r.hour >= date_trunc('hour', moment - interval '24 hours', 'UTC')
$$;

-- Writes down which models are lost, of those that people want to be there, and which are back: lost is what has no deployment left whose breaker
-- is closed and whose channel has a credential that is not refused. The caller holds lock_health(). Returns how many changed.
create function settle_models(moment timestamptz) returns int language plpgsql as $$
declare
  r record; changed int := 0;
begin
  for r in
    with candidates as (
      select d.model_id as id from deployment_health h join deployment d on d.id = h.deployment_id where h.state <> 'closed'
      union select d.model_id from credential_health h join channel_credential k on k.id = h.credential_id join deployment d on d.channel_id = k.channel_id
        where h.state = 'refused'
      union select m.id from model m where (select e.kind from health_event e where e.model_id = m.id and e.kind in ('model-lost', 'model-back')
        order by e.at desc limit 1) = 'model-lost'
    ),
    wanted as (
      select d.model_id, coalesce(h.state, 'closed') = 'closed' and exists (
          select from channel_credential k left join credential_health g on g.credential_id = k.id where k.channel_id = c.id and k.is_enabled
            and coalesce(g.state, 'ready') <> 'refused'
        ) as is_usable,
        case when h.state <> 'closed' then h.last_failed_at else q.last_failed_at end as last_failed_at,
        case when h.state <> 'closed' then h.cause else q.cause end as cause, case when h.state <> 'closed' then h.last_error else q.last_error end as last_error
      from candidates n join deployment d on d.model_id = n.id join channel c on c.id = d.channel_id left join deployment_health h on h.deployment_id = d.id
      left join lateral (select g.cause, g.last_error, g.last_failed_at from channel_credential k join credential_health g on g.credential_id = k.id
        where k.channel_id = c.id and k.is_enabled and g.state = 'refused' order by g.last_failed_at desc limit 1) q on true
      where d.is_enabled and c.is_enabled and c.deleted_at is null
        and exists (select from channel_credential k where k.channel_id = c.id and k.is_enabled)
    )
    select m.id, m.name, bool_or(w.is_usable) as is_usable, count(*)::int as deployments,
      (array_agg(w.cause order by w.last_failed_at desc nulls last))[1] as cause,
      (array_agg(w.last_error order by w.last_failed_at desc nulls last))[1] as error,
      coalesce((select e.kind from health_event e where e.model_id = m.id and e.kind in ('model-lost', 'model-back')
        order by e.at desc limit 1) = 'model-lost', false) as was_lost
    from model m join wanted w on w.model_id = m.id where m.removed_at is null and m.paused_at is null group by m.id order by m.id
  loop
    continue when r.is_usable <> r.was_lost;
    changed := changed + 1;
    -- Behind what brought it about, also where that was within this millisecond.
    insert into health_event (id, at, kind, model_id, model_name, cause, error, affected_users, detail)
      values (new_id(), clock_timestamp() + interval '1 millisecond', case when r.is_usable then 'model-back' else 'model-lost' end, r.id, r.name,
        case when r.is_usable then '' else coalesce(r.cause, '') end, case when r.is_usable then '' else coalesce(r.error, '') end,
        case when r.is_usable then null else users_of_model(r.name, moment) end, jsonb_build_object('deployments', r.deployments));
  end loop;
  return changed;
end $$;

-- ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Whether people want a deployment to be used.
create function is_deployment_wanted(deployment uuid) returns boolean language sql stable as $$
  select coalesce((select d.is_enabled and c.is_enabled and c.deleted_at is null and m.removed_at is null and m.paused_at is null
    from deployment d join channel c on c.id = d.channel_id join model m on m.id = d.model_id where d.id = deployment), false)
$$;

create function is_credential_wanted(credential uuid) returns boolean language sql stable as $$
  select coalesce((select k.is_enabled and c.is_enabled and c.deleted_at is null
    from channel_credential k join channel c on c.id = k.channel_id where k.id = credential), false)
$$;

-- The row of a deployment, made and locked; null where that would mean to wait, or where the deployment is gone.
create function take_deployment_health(deployment uuid) returns deployment_health language plpgsql as $$
declare
  h deployment_health;
begin
  -- What the foreign key would lock, without waiting.
  perform 1 from deployment d where d.id = deployment for key share skip locked;
  if not found then return null; end if;
  -- Only one that is missing is made: beside one that is being deleted an insert would wait.
  if not exists (select from deployment_health where deployment_id = deployment) then
    insert into deployment_health (deployment_id) values (deployment) on conflict do nothing;
  end if;
  select * into h from deployment_health where deployment_id = deployment for no key update skip locked;
  return h;
end $$;

create function take_credential_health(credential uuid) returns credential_health language plpgsql as $$
declare
  h credential_health;
begin
  perform 1 from channel_credential k where k.id = credential for key share skip locked;
  if not found then return null; end if;
  insert into credential_health (credential_id) values (credential) on conflict do nothing;
  select * into h from credential_health where credential_id = credential for no key update skip locked;
  return h;
end $$;

create function write_deployment_health(h deployment_health) returns void language sql as $$
  update deployment_health set (state, since, cause, first_error, last_error, first_failed_at, last_failed_at, last_passed_at, window_started_at,
      window_total, window_failures, failed_in_row, passes, backoff, next_probe_at, probing_until, lacks, looked_at)
    = (h.state, h.since, h.cause, h.first_error, h.last_error, h.first_failed_at, h.last_failed_at, h.last_passed_at, h.window_started_at,
      h.window_total, h.window_failures, h.failed_in_row, h.passes, h.backoff, h.next_probe_at, h.probing_until, h.lacks, h.looked_at)
    where deployment_id = h.deployment_id
$$;

create function write_credential_health(h credential_health) returns void language sql as $$
  update credential_health set (state, since, until, cause, first_error, last_error, first_failed_at, last_failed_at, passes, backoff, next_probe_at,
      probing_until)
    = (h.state, h.since, h.until, h.cause, h.first_error, h.last_error, h.first_failed_at, h.last_failed_at, h.passes, h.backoff, h.next_probe_at,
      h.probing_until)
    where credential_id = h.credential_id
$$;

-- How long to wait for the next probe after so many that failed.
create function probe_wait(backoff int, rules jsonb) returns interval language sql immutable as $$
  select make_interval(secs => least((rules->>'firstSeconds')::float8 * power(2, least(backoff, 30)), (rules->>'mostSeconds')::float8))
$$;

-- A deployment as it is out from now on.
create function opened(h deployment_health, cause text, rules jsonb, moment timestamptz) returns deployment_health language plpgsql immutable as $$
begin
  h.state := 'open'; h.since := moment; h.cause := cause; h.passes := 0; h.backoff := 0;
  h.next_probe_at := moment + probe_wait(0, rules);
  h.window_started_at := moment; h.window_total := 0; h.window_failures := 0; h.failed_in_row := 0;
  return h;
end $$;

-- A deployment as it is in use again. What went wrong before is still to be read.
create function closed(h deployment_health, moment timestamptz) returns deployment_health language plpgsql immutable as $$
begin
  h.state := 'closed'; h.since := moment; h.cause := ''; h.passes := 0; h.backoff := 0; h.next_probe_at := null;
  h.window_started_at := moment; h.window_total := 0; h.window_failures := 0; h.failed_in_row := 0;
  return h;
end $$;

-- ── observations ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- A deployment in use, after so many requests, `last_failed` of which failed with none passing behind them: is it out now? Counts them in its window
-- and, if it is, opens it with an event: by the rate in the window, or by as many failures in a row.
create function count_requests(h deployment_health, passed int, failed int, last_failed int, error text, hard text, cause text, rules jsonb,
  moment timestamptz)
returns deployment_health language plpgsql as $$
declare
  span interval := make_interval(secs => (rules->>'windowSeconds')::int);
begin
  if failed > 0 and (h.window_failures = 0 or moment >= h.window_started_at + span) then
    h.window_started_at := moment; h.window_total := 0; h.window_failures := 0; h.failed_in_row := 0; h.first_error := error; h.first_failed_at := moment;
  end if;
  if h.window_failures + failed > 0 and moment < h.window_started_at + span then
    h.window_total := h.window_total + passed + failed; h.window_failures := h.window_failures + failed;
    h.failed_in_row := case when passed > 0 then last_failed else h.failed_in_row + failed end;
  end if;
  if hard is not null or (failed > 0 and h.window_failures >= (rules->>'failures')::int
      and (h.failed_in_row >= (rules->>'failures')::int
        or h.window_failures::bigint * 100 >= (rules->>'percent')::bigint * h.window_total)) then
    perform write_deployment_event('deployment-opened', h.deployment_id, coalesce(hard, cause), error, jsonb_build_object('firstError', h.first_error,
      'failures', h.window_failures, 'requests', h.window_total, 'seconds', extract(epoch from moment - h.window_started_at)::int));
    return opened(h, coalesce(hard, cause), rules, moment);
  end if;
  return h;
end $$;

-- Takes what one worker saw since its last report.
--   deployments: [{id, passed, failed, lastFailed, error, hard}], `failed` counting the one with a hard sign (denied, model-missing) too;
--   credentials: [{id, sign (rate, refused, quota), error, retryAfterMs}].
-- What people switched off or took away meanwhile is left alone. Returns whether somebody has to hear of it, and what could not be taken now.
create function note_health(observations jsonb, rules jsonb, out is_changed boolean, out skipped uuid[]) language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); o record; h deployment_health; g credential_health; before bigint;
begin
  skipped := '{}';
  select health_version into before from config_version where id = 1;
  for o in select * from jsonb_to_recordset(observations->'deployments') as x (id uuid, passed int, failed int, "lastFailed" int, error text, hard text)
      where is_deployment_wanted(id) order by id loop
    h := take_deployment_health(o.id);
    if h.deployment_id is null then skipped := skipped || o.id; continue; end if;
    if o.failed > 0 then h.last_failed_at := moment; h.last_error := o.error; end if;
    if o.passed > 0 then h.last_passed_at := moment; end if;
    if h.state = 'closed' then
      -- Requests say more than probes do.
      if o.passed > 0 then h.backoff := 0; h.next_probe_at := null; end if;
      h := count_requests(h, o.passed, o.failed, o."lastFailed", o.error, o.hard, 'failures', rules, moment);
    elsif o.hard is not null then
      h.cause := o.hard;
    end if;
    perform write_deployment_health(h);
  end loop;
  for o in select * from jsonb_to_recordset(observations->'credentials') as x (id uuid, sign text, error text, "retryAfterMs" float8)
      where is_credential_wanted(id) order by id loop
    g := take_credential_health(o.id);
    if g.credential_id is null then skipped := skipped || o.id; continue; end if;
    perform write_credential_health(judge_credential(g, o.sign, o.error, o."retryAfterMs", rules, moment));
  end loop;
  is_changed := before <> (select health_version from config_version where id = 1);
  if is_changed then perform settle_models(moment); end if;
end $$;

-- A credential after a refusal, with an event where its state changes.
create function judge_credential(g credential_health, sign text, error text, retry_after_ms float8, rules jsonb, moment timestamptz)
returns credential_health language plpgsql as $$
declare
  is_cooling boolean := g.state = 'cooling' and g.until > moment;
  told timestamptz(3) := moment + make_interval(secs => retry_after_ms / 1000);
begin
  if sign = 'rate' then
    if g.state = 'refused' then return g; end if;
    if is_cooling then
      -- Those that were under way already: no more than they say.
      g.until := greatest(g.until, told);
    else
      -- Long after the last time, it is the first time again.
      g.backoff := case when g.state = 'cooling' and g.until > moment - interval '10 minutes' then least(g.backoff + 1, 30) else 0 end;
      g.until := coalesce(told, moment + make_interval(secs => least(2 * power(2, g.backoff), 300)));
      if g.state = 'ready' then
        g.first_failed_at := moment; g.first_error := error;
        perform write_credential_event('credential-cooling', g.credential_id, 'rate', error,
          jsonb_build_object('seconds', ceil(extract(epoch from g.until - moment))::int));
      end if;
      g.state := 'cooling'; g.since := moment; g.cause := 'rate'; g.next_probe_at := null;
    end if;
  elsif g.state <> 'refused' or g.cause <> sign then
    if g.state <> 'refused' then
      g.first_failed_at := moment; g.first_error := error; g.since := moment; g.passes := 0; g.backoff := 0;
      g.next_probe_at := moment + probe_wait(0, rules);
    end if;
    g.state := 'refused'; g.until := null; g.cause := sign;
    perform write_credential_event('credential-refused', g.credential_id, sign, error, '{}');
  end if;
  g.last_failed_at := moment; g.last_error := error;
  return g;
end $$;

-- ── probes ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Gives out what is to be probed now, at most so many, to one worker in the whole cluster, for so long.
--   state: out, or to be looked after again, by next_probe_at; idle: in use, but not tried for `everyMinutes`; look: what it is capable of;
--   credential: refused. `with_idle`: whether to look for idle and look, which means to look at every deployment.
create function claim_probes(rules jsonb, with_idle boolean, most int, lease_seconds int)
returns table (kind text, deployment_id uuid, credential_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz(3) := clock_timestamp(); due uuid[]; r record; h deployment_health; g credential_health; left_over int := most;
begin
  -- Mostly nothing is due, and then nothing is locked or written.
  if not exists (select from probes_due(rules, with_idle, moment)) then return; end if;
  moment := lock_health();
  for r in select * from probes_due(rules, with_idle, moment) p order by p.kind = 'credential' desc, p.due_at, p.id loop
    exit when left_over = 0;
    if r.kind = 'credential' then
      g := take_credential_health(r.id);
      continue when g.credential_id is null;
      update credential_health c set probing_until = moment + make_interval(secs => lease_seconds) where c.credential_id = r.id;
      kind := r.kind; deployment_id := null; credential_id := r.id; return next;
    else
      h := take_deployment_health(r.id);
      continue when h.deployment_id is null;
      update deployment_health d set probing_until = moment + make_interval(secs => lease_seconds) where d.deployment_id = r.id;
      kind := r.kind; deployment_id := r.id; credential_id := null; return next;
    end if;
    left_over := left_over - 1;
  end loop;
end $$;

-- What is due, each deployment once. A deployment that is new is looked at after five minutes: whoever makes it may still be at it.
create function probes_due(rules jsonb, with_idle boolean, moment timestamptz) returns table (kind text, id uuid, due_at timestamptz)
language sql stable as $$
  select 'state', h.deployment_id, h.next_probe_at from deployment_health h
    where h.next_probe_at <= moment and coalesce(h.probing_until <= moment, true) and is_deployment_wanted(h.deployment_id)
  union all
  select 'credential', g.credential_id, g.next_probe_at from credential_health g
    where g.next_probe_at <= moment and coalesce(g.probing_until <= moment, true) and g.state = 'refused' and is_credential_wanted(g.credential_id)
  union all
  select case when x.is_idle then 'idle' else 'look' end, x.id, x.tried_at from (
    select d.id, greatest(h.last_passed_at, h.last_failed_at, d.created_at) as tried_at,
        coalesce(greatest(h.last_passed_at, h.last_failed_at, d.created_at) <= moment - make_interval(mins => (rules->>'everyMinutes')::int), false) as is_idle,
        coalesce(coalesce(h.looked_at + make_interval(hours => (rules->>'capabilityHours')::int),
          d.created_at + interval '5 minutes' + make_interval(hours => 0 * (rules->>'capabilityHours')::int)) <= moment, false) as is_unseen
      from deployment d join channel c on c.id = d.channel_id join model m on m.id = d.model_id left join deployment_health h on h.deployment_id = d.id
      where with_idle and d.is_enabled and c.is_enabled and c.deleted_at is null and m.removed_at is null and m.paused_at is null
        and coalesce(h.state, 'closed') = 'closed' and h.next_probe_at is null and coalesce(h.probing_until <= moment, true)
        and exists (select from channel_credential k where k.channel_id = c.id and k.is_enabled)
    ) x where x.is_idle or x.is_unseen
$$;

-- Takes what a probe of a deployment found: passed, failure, denied, model-missing; or nothing, where it could not be made or says nothing of the
-- deployment (a credential that has to wait): then it is made again later.
create function note_probe(deployment uuid, sign text, error text, rules jsonb) returns boolean language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); h deployment_health; former deployment_health; before bigint; was text;
  hard text := case when sign in ('denied', 'model-missing') then sign end;
begin
  select health_version into before from config_version where id = 1;
  h := take_deployment_health(deployment);
  if h.deployment_id is null then return false; end if;
  h.probing_until := null; was := h.state; former := h;
  if not is_deployment_wanted(deployment) then
    null;
  elsif sign is null then
    -- One in use is in no hurry; one that had failed before is.
    h.next_probe_at := moment + probe_wait(case when was = 'closed' and h.backoff = 0 then 30 else h.backoff end, rules);
  elsif sign = 'passed' then
    h.last_passed_at := moment; h.passes := h.passes + 1; h.backoff := 0;
    if was = 'closed' then
      h.passes := 0; h.next_probe_at := null;
    elsif h.passes >= (rules->>'passes')::int then
      perform write_deployment_event('deployment-closed', deployment, h.cause, h.last_error, jsonb_build_object('passes', h.passes,
        'seconds', extract(epoch from moment - h.since)::bigint));
      h := closed(h, moment);
    else
      if was = 'open' then
        h.state := 'half-open';
        perform write_deployment_event('deployment-half-opened', deployment, h.cause, '', '{}');
      end if;
      h.next_probe_at := moment + probe_wait(0, rules);
    end if;
  else
    h.last_failed_at := moment; h.last_error := error; h.passes := 0; h.backoff := least(h.backoff + 1, 30);
    if was = 'closed' then
      -- As many in a row take it out as bring it back.
      if h.backoff >= (rules->>'passes')::int and hard is null then
        perform write_deployment_event('deployment-opened', deployment, 'probe', error, jsonb_build_object('firstError', h.first_error, 'probes', h.backoff));
        h := opened(h, 'probe', rules, moment);
      else
        h.next_probe_at := moment + probe_wait(0, rules);
        h := count_requests(h, 0, 1, 1, error, hard, 'probe', rules, moment);
        if former.backoff > 0 then h.first_error := former.first_error; h.first_failed_at := former.first_failed_at; end if;
      end if;
    else
      if was = 'half-open' then
        h.state := 'open';
        perform write_deployment_event('deployment-opened', deployment, coalesce(hard, 'probe'), error, '{"again": true}');
      end if;
      h.cause := coalesce(hard, h.cause); h.next_probe_at := moment + probe_wait(h.backoff, rules);
    end if;
  end if;
  perform write_deployment_health(h);
  perform settle_models(moment);
  return before <> (select health_version from config_version where id = 1);
end $$;

-- The same of a credential that is refused: passed; refused, quota; or nothing.
create function note_credential_probe(credential uuid, sign text, error text, rules jsonb) returns boolean language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); g credential_health; before bigint;
begin
  select health_version into before from config_version where id = 1;
  g := take_credential_health(credential);
  if g.credential_id is null then return false; end if;
  g.probing_until := null;
  if g.state = 'refused' and is_credential_wanted(credential) then
    if sign = 'passed' then
      perform write_credential_event('credential-ready', credential, g.cause, g.last_error,
        jsonb_build_object('seconds', extract(epoch from moment - g.since)::bigint));
      g.state := 'ready'; g.since := moment; g.cause := ''; g.backoff := 0; g.next_probe_at := null;
    else
      if sign is not null then
        g.cause := sign; g.last_error := error; g.last_failed_at := moment;
      end if;
      g.backoff := least(g.backoff + 1, 30); g.next_probe_at := moment + probe_wait(g.backoff, rules);
    end if;
  end if;
  perform write_credential_health(g);
  perform settle_models(moment);
  return before <> (select health_version from config_version where id = 1);
end $$;

-- Takes what a look at a deployment's capabilities found: `findings` names each that was tried and is to be decided: {"vision": "" (it can) or the
-- error (it can't)}.
create function note_look(deployment uuid, findings jsonb) returns boolean language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); h deployment_health; r record; is_changed boolean := false;
begin
  h := take_deployment_health(deployment);
  if h.deployment_id is null then return false; end if;
  h.probing_until := null; h.looked_at := moment;
  if is_deployment_wanted(deployment) then
    for r in select key as capability, value as error from jsonb_each_text(findings) order by key loop
      continue when (r.error <> '') = (r.capability = any(h.lacks));
      is_changed := true;
      if r.error <> '' then h.lacks := array(select unnest(h.lacks || r.capability) order by 1);
      else h.lacks := array_remove(h.lacks, r.capability); end if;
      perform write_deployment_event(case when r.error <> '' then 'capability-lost' else 'capability-back' end, deployment, '', r.error,
        jsonb_build_object('capability', r.capability));
    end loop;
  end if;
  perform write_deployment_health(h);
  return is_changed;
end $$;

-- ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What time alone brings: a credential whose cooling has been over for a minute is ready, and models that are lost or back by it, or by what
-- people did, are said to be. Does nothing, and locks nothing, while nothing is out. Returns how much changed.
create function settle_health() returns int language plpgsql as $$
declare
  moment timestamptz(3) := clock_timestamp(); r record; changed int := 0;
begin
  if not exists (select from deployment_health where state <> 'closed') and not exists (select from credential_health where state <> 'ready')
    and not exists (select from model m where (select e.kind from health_event e where e.model_id = m.id and e.kind in ('model-lost', 'model-back')
      order by e.at desc limit 1) = 'model-lost') then
    return 0;
  end if;
  moment := lock_health();
  for r in select g.* from credential_health g where g.state = 'cooling' and g.until < moment - interval '1 minute'
      order by g.credential_id for no key update skip locked loop
    update credential_health set state = 'ready', since = moment, cause = '', until = null, backoff = 0 where credential_id = r.credential_id;
    perform write_credential_event('credential-ready', r.credential_id, r.cause, r.last_error,
      jsonb_build_object('seconds', extract(epoch from r.until - r.since)::bigint));
    changed := changed + 1;
  end loop;
  return changed + settle_models(moment);
end $$;

-- Removes the models whose time has come, with an event and an audit entry. Returns how many.
create function retire_models() returns int language plpgsql as $$
declare
  moment timestamptz(3) := clock_timestamp(); r record; retired int := 0; told jsonb;
begin
  if not exists (select from model where retires_at <= moment and removed_at is null) then return 0; end if;
  moment := lock_health();
  for r in select m.* from model m where m.retires_at <= moment and m.removed_at is null order by m.id for no key update skip locked loop
    told := jsonb_build_object('at', to_char(r.retires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'reason', r.removed_reason,
      'redirect', (select t.name from model t where t.id = r.redirect_id));
    update model set removed_at = moment, retires_at = null where id = r.id;
    insert into health_event (id, kind, model_id, model_name, detail) values (new_id(), 'model-retired', r.id, r.name, told);
    insert into audit_entry (id, actor_name, action, target_kind, target_id, target_name, detail)
      values (new_id(), 'system', 'model.remove', 'model', r.id::text, r.name, told);
    retired := retired + 1;
  end loop;
  return retired;
end $$;

-- ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Puts a deployment back into use at once. Returns what it was; null: nothing was wrong with it, or somebody just takes it away.
create function reset_deployment(deployment uuid, actor uuid, detail jsonb) returns text language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); h deployment_health;
begin
  select * into h from deployment_health where deployment_id = deployment for no key update skip locked;
  if not found or h.state = 'closed' then return null; end if;
  perform write_deployment_health(closed(h, moment));
  perform write_deployment_event('deployment-reset', deployment, h.cause, h.last_error, detail, actor);
  perform settle_models(moment);
  return h.state;
end $$;

create function reset_credential(credential uuid, actor uuid, detail jsonb) returns text language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); g credential_health; was text;
begin
  select * into g from credential_health where credential_id = credential for no key update skip locked;
  if not found or g.state = 'ready' then return null; end if;
  was := g.state;
  perform write_credential_event('credential-reset', credential, g.cause, g.last_error, detail, actor);
  g.state := 'ready'; g.since := moment; g.until := null; g.cause := ''; g.passes := 0; g.backoff := 0; g.next_probe_at := null;
  perform write_credential_health(g);
  perform settle_models(moment);
  return was;
end $$;

-- Has a deployment, or a credential that is refused, probed by the next worker that looks, within about a second.
create function probe_deployment_now(deployment uuid) returns void language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); h deployment_health;
begin
  h := take_deployment_health(deployment);
  update deployment_health set next_probe_at = moment where deployment_id = h.deployment_id;
end $$;

create function probe_credential_now(credential uuid) returns void language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); g credential_health;
begin
  g := take_credential_health(credential);
  update credential_health set next_probe_at = moment where credential_id = g.credential_id and state = 'refused';
end $$;
