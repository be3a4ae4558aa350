-- Presets of the playground: what somebody wants to send questions with again. Their owner alone reads them. docs/playground.md.

create table playground_preset (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  system_prompt text not null default '',
  -- Those that are set, as in conversation.parameters.
  parameters jsonb not null default '{}',
  -- Put into the composer; '': nothing is.
  prompt text not null default '',
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  -- Can be taken back for a day.
  deleted_at timestamptz(3),
  constraint playground_preset_pkey primary key (id),
  constraint playground_preset_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
create index playground_preset_user_id_idx on playground_preset (user_id);
-- A name typed after "/" means one preset, whatever its capitals.
create unique index playground_preset_name_idx on playground_preset (user_id, lower(name)) where deleted_at is null;
