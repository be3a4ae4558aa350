-- A model that was lost and back within one millisecond had two events of one time, and which of them was the last was anybody's guess: it was said to be lost
-- twice, or never to be back. Each event of a model is now at least a millisecond behind the one before.

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
      coalesce(l.kind = 'model-lost', false) as was_lost, l.at as told_at
    from model m join wanted w on w.model_id = m.id
      left join lateral (select e.kind, e.at from health_event e where e.model_id = m.id and e.kind in ('model-lost', 'model-back')
        order by e.at desc limit 1) l on true
    where m.removed_at is null and m.paused_at is null group by m.id, l.kind, l.at order by m.id
  loop
    continue when r.is_usable <> r.was_lost;
    changed := changed + 1;
    -- Behind what brought it about, and behind what was told last, also where that was within this millisecond.
    insert into health_event (id, at, kind, model_id, model_name, cause, error, affected_users, detail)
      values (new_id(), greatest(clock_timestamp(), r.told_at) + interval '1 millisecond', case when r.is_usable then 'model-back' else 'model-lost' end, r.id, r.name,
        case when r.is_usable then '' else coalesce(r.cause, '') end, case when r.is_usable then '' else coalesce(r.error, '') end,
        case when r.is_usable then null else users_of_model(r.name, moment) end, jsonb_build_object('deployments', r.deployments));
  end loop;
  return changed;
end $$;
