-- What else the machine finds out about a deployment, and who has to hear of it. The functions that write it follow in the next migration.

alter table deployment_health
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
