-- How fast models answer: counted from real traffic, and measured on purpose. docs/speed.md.

-- Counts by the buckets of packages/domain/src/speed-histogram.ts. No foreign keys: an hour outlives whatever it names.
create table speed_rollup (
  model_id uuid not null,
  channel_id uuid not null,
  hour timestamptz(3) not null,
  requests integer not null,
  failures integer not null,
  ttft integer[] not null,
  tpot integer[] not null,
  e2e integer[] not null,
  constraint speed_rollup_pkey primary key (model_id, channel_id, hour)
);
create index speed_rollup_hour_idx on speed_rollup (hour);

-- Two lists of counts, bucket by bucket; what one of them lacks is 0 there.
create function add_counts(a integer[], b integer[]) returns integer[] language sql immutable parallel safe as $$
  select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by place), '{}')
    from unnest(a, b) with ordinality as pairs (x, y, place)
$$;

create aggregate sum_counts(integer[]) (sfunc = add_counts, stype = integer[], initcond = '{}', parallel = safe, combinefunc = add_counts);

create table speed_run (
  id uuid not null,
  user_id uuid not null,
  prompt text not null,
  language text not null,
  is_cached boolean not null,
  concurrency integer not null,
  runs integer not null,
  models text[] not null,
  state text not null default 'running',
  error_code text,
  share_id text,
  started_at timestamptz(3) not null default clock_timestamp(),
  alive_until timestamptz(3) not null,
  ended_at timestamptz(3),
  constraint speed_run_pkey primary key (id),
  constraint speed_run_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade,
  constraint speed_run_state_check check (state in ('running', 'finished', 'stopped', 'failed')),
  constraint speed_run_ended_check check ((state = 'running') = (ended_at is null))
);
-- One at a time for each person, whichever process it runs in.
create unique index speed_run_running_idx on speed_run (user_id) where ended_at is null;
create unique index speed_run_share_id_key on speed_run (share_id);
create index speed_run_user_id_started_at_idx on speed_run (user_id, started_at);
create index speed_run_started_at_idx on speed_run (started_at);

create table speed_sample (
  run_id uuid not null,
  model text not null,
  place integer not null,
  request_id uuid,
  -- Since the run began; places samples of one model beside each other in time.
  sent_after_ms double precision not null,
  first_byte_ms double precision,
  ttft_ms double precision,
  ttfa_ms double precision,
  tpot_ms double precision,
  e2e_ms double precision,
  input_tokens integer,
  cached_tokens integer,
  tokens integer not null,
  is_counted boolean not null,
  error_code text,
  http_status integer,
  -- From the usage record: null where it can't be told.
  channel_id uuid,
  upstream_ttft_ms integer,
  charge_nanos bigint,
  constraint speed_sample_pkey primary key (run_id, model, place),
  constraint speed_sample_run_id_fkey foreign key (run_id) references speed_run (id) on delete cascade on update cascade
);
