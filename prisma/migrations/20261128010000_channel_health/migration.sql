-- Channels that look after themselves. What people decide stands on the rows of channels, credentials, deployments and models and raises
-- config_version.version; what the machine found out stands in *_health and raises config_version.health_version. The machine never writes the
-- former, so that it can't undo a pause by hand.

-- Several credentials for one channel, each with a state of its own. A channel whose upstream asks for none has one that is empty.
create table channel_credential (
  id uuid primary key,
  channel_id uuid not null references channel (id) on delete cascade on update cascade,
  label text not null default '',
  sealed bytea,
  last_four text not null default '',
  weight integer not null default 1,
  is_enabled boolean not null default true,
  created_at timestamptz(3) not null default current_timestamp,
  constraint channel_credential_weight check (weight between 1 and 1000)
);
create index channel_credential_channel_id_idx on channel_credential (channel_id);
insert into channel_credential (id, channel_id, sealed, last_four)
  select gen_random_uuid(), id, credential_encrypted, credential_last_four from channel where deleted_at is null;
create trigger config_changed after insert or update or delete on channel_credential
  for each statement execute function raise_config_version();

alter table channel
  drop column credential_encrypted,
  drop column credential_last_four,
  -- Requests at a time; null: as many as come.
  add column parallel_limit integer,
  -- Longest wait for the first token of a stream, while another deployment could be tried; null: only the idle time-out.
  add column first_token_timeout_ms integer default 60000,
  -- channelOverridesSchema in packages/domain.
  add column overrides jsonb not null default '{}',
  add constraint channel_parallel_limit check (parallel_limit between 1 and 100000),
  add constraint channel_first_token_timeout check (first_token_timeout_ms between 1000 and 3600000);

-- How many places in a queue a member of a group gets for one of others.
alter table access_group
  add column queue_weight integer not null default 1,
  add constraint access_group_queue_weight check (queue_weight between 1 and 100);

alter table deployment
  -- What its model is said to be capable of and this one was found, or is said, not to be: vision, tools, stream, audio, embedding.
  add column lacks text[] not null default '{}',
  -- Where this server takes less, or more, than the model in general.
  add column context_tokens integer,
  add constraint deployment_context_tokens check (context_tokens > 0);

alter table model
  -- Taken out by hand, to come back.
  add column paused_at timestamptz(3),
  add column paused_reason text not null default '',
  -- From then on it is removed (removed_at).
  add column retires_at timestamptz(3),
  -- Once it is removed, its calls go to this one.
  add column redirect_id uuid references model (id) on delete set null on update cascade;
create index model_redirect_id_idx on model (redirect_id);

alter table config_version add column health_version bigint not null default 1;

-- What the machine knows of a deployment beyond that it is all right; no row: closed, and nothing was seen. `state`: closed (in use), open (out),
-- half-open (out, and a probe has passed).
create table deployment_health (
  deployment_id uuid primary key references deployment (id) on delete cascade on update cascade,
  state text not null default 'closed',
  since timestamptz(3) not null default clock_timestamp(),
  -- failures, denied, model-missing, probe; '' while closed.
  cause text not null default '',
  -- Scrubbed: no credential, no address.
  first_error text not null default '',
  last_error text not null default '',
  first_failed_at timestamptz(3),
  last_failed_at timestamptz(3),
  last_passed_at timestamptz(3),
  -- The window that the breaker looks at.
  window_started_at timestamptz(3) not null default clock_timestamp(),
  window_total integer not null default 0,
  window_failures integer not null default 0,
  -- Probes in a row that passed, and how often the wait for the next one has doubled.
  passes integer not null default 0,
  backoff integer not null default 0,
  next_probe_at timestamptz(3),
  -- A worker is at it until then.
  probing_until timestamptz(3),
  constraint deployment_health_state check (state in ('closed', 'open', 'half-open'))
);
create index deployment_health_next_probe_at_idx on deployment_health (next_probe_at);

-- Of a credential. `state`: ready, cooling (429: out until `until`), refused (401, or its quota is used up: out until a probe passes).
create table credential_health (
  credential_id uuid primary key references channel_credential (id) on delete cascade on update cascade,
  state text not null default 'ready',
  since timestamptz(3) not null default clock_timestamp(),
  until timestamptz(3),
  -- rate, refused, quota; '' while ready.
  cause text not null default '',
  first_error text not null default '',
  last_error text not null default '',
  first_failed_at timestamptz(3),
  last_failed_at timestamptz(3),
  passes integer not null default 0,
  backoff integer not null default 0,
  next_probe_at timestamptz(3),
  probing_until timestamptz(3),
  constraint credential_health_state check (state in ('ready', 'cooling', 'refused'))
);
create index credential_health_next_probe_at_idx on credential_health (next_probe_at);

create function raise_health_version() returns trigger language plpgsql as $$
begin
  update config_version set health_version = health_version + 1 where id = 1;
  return null;
end $$;
create trigger health_inserted after insert on deployment_health for each row when (new.state <> 'closed') execute function raise_health_version();
create trigger health_changed after update on deployment_health for each row when (old.state <> new.state) execute function raise_health_version();
create trigger health_deleted after delete on deployment_health for each row when (old.state <> 'closed') execute function raise_health_version();
create trigger health_inserted after insert on credential_health for each row when (new.state <> 'ready') execute function raise_health_version();
create trigger health_changed after update on credential_health for each row
  when (old.state <> new.state or old.until is distinct from new.until) execute function raise_health_version();
create trigger health_deleted after delete on credential_health for each row when (old.state <> 'ready') execute function raise_health_version();

-- The timeline: what happened, by the machine or by hand. Append-only, and names what may be gone by now.
create table health_event (
  id uuid primary key,
  at timestamptz(3) not null default clock_timestamp(),
  -- healthEventKinds in packages/domain.
  kind text not null,
  model_id uuid,
  model_name text not null default '',
  channel_id uuid,
  channel_name text not null default '',
  deployment_id uuid,
  credential_id uuid,
  cause text not null default '',
  -- Scrubbed.
  error text not null default '',
  -- People who used this model in the day before, where it was lost to them.
  affected_users integer,
  detail jsonb not null default '{}',
  -- Null: the machine.
  actor_id uuid,
  -- What undid it.
  undone_by uuid
);
create index health_event_at_idx on health_event (at);
create index health_event_model_id_at_idx on health_event (model_id, at);
create index health_event_channel_id_at_idx on health_event (channel_id, at);
