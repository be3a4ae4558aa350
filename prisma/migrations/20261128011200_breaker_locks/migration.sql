-- The breaker's functions where they could wait for what a page has locked: beside a row that is being deleted an insert waits, and so did a reset
-- for a row of a credential that was being taken away. A model is lost when no credential of its channels is taken; one that has to wait a while is
-- not the same, as the gateway has it.

drop function note_look(uuid, jsonb);

-- Writes down which models are lost, of those that people want to be there, and which are back: lost is what has no deployment left whose breaker
-- is closed and whose channel has a credential that is not refused. The caller holds lock_health(). Returns how many changed.
create or replace function settle_models(moment timestamptz) returns int language plpgsql as $$
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
        ) as is_usable, h.last_failed_at, h.cause, h.last_error
      from candidates n join deployment d on d.model_id = n.id join channel c on c.id = d.channel_id left join deployment_health h on h.deployment_id = d.id
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

-- The row of a deployment, made and locked; null where that would mean to wait, or where the deployment is gone.
create or replace function take_deployment_health(deployment uuid) returns deployment_health language plpgsql as $$
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

create or replace function take_credential_health(credential uuid) returns credential_health language plpgsql as $$
declare
  h credential_health;
begin
  perform 1 from channel_credential k where k.id = credential for key share skip locked;
  if not found then return null; end if;
  insert into credential_health (credential_id) values (credential) on conflict do nothing;
  select * into h from credential_health where credential_id = credential for no key update skip locked;
  return h;
end $$;

-- Takes what a look at a deployment's capabilities found: `findings` names each that was tried and is to be decided: {"vision": "" (it can) or the
-- error (it can't)}.
create or replace function note_look(deployment uuid, findings jsonb) returns boolean language plpgsql as $$
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

-- Puts a deployment back into use at once. Returns what it was; null: nothing was wrong with it, or somebody just takes it away.
create or replace function reset_deployment(deployment uuid, actor uuid, detail jsonb) returns text language plpgsql as $$
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

create or replace function reset_credential(credential uuid, actor uuid, detail jsonb) returns text language plpgsql as $$
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
create or replace function probe_deployment_now(deployment uuid) returns void language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); h deployment_health;
begin
  h := take_deployment_health(deployment);
  update deployment_health set next_probe_at = moment where deployment_id = h.deployment_id;
end $$;

create or replace function probe_credential_now(credential uuid) returns void language plpgsql as $$
declare
  moment timestamptz(3) := lock_health(); g credential_health;
begin
  g := take_credential_health(credential);
  update credential_health set next_probe_at = moment where credential_id = g.credential_id and state = 'refused';
end $$;
