-- A model that is lost because a credential is refused says so, with the words of the refusal; and a deployment in use whose credential has to wait is
-- not asked every minute whether it still has to.

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

-- Takes what a probe of a deployment found: passed, failure, denied, model-missing; or nothing, where it could not be made or says nothing of the
-- deployment (a credential that has to wait): then it is made again later.
create or replace function note_probe(deployment uuid, sign text, error text, rules jsonb) returns boolean language plpgsql as $$
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
        h := count_requests(h, 0, 1, error, hard, 'probe', rules, moment);
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
