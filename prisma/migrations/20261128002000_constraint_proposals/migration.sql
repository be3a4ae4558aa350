-- What upstreams' refusals suggest to change in a model's constraints, until an administrator accepts or dismisses it.
-- One row for each suggestion of a channel, however often it comes.
create table constraint_proposal (
  id uuid primary key,
  model_id uuid not null references model (id) on delete cascade on update cascade,
  channel_id uuid not null references channel (id) on delete cascade on update cascade,
  -- The parameter or field it is about, and the change in words, by which two that say the same are one.
  parameter text not null,
  proposal text not null,
  change jsonb not null,
  count int not null default 1,
  last_message text not null default '',
  first_seen_at timestamptz(3) not null default current_timestamp,
  last_seen_at timestamptz(3) not null default current_timestamp,
  -- accepted or dismissed; null: open.
  decision text,
  decided_at timestamptz(3),
  constraint constraint_proposal_decision check (decision in ('accepted', 'dismissed'))
);
create unique index constraint_proposal_model_id_channel_id_parameter_proposal_key
  on constraint_proposal (model_id, channel_id, parameter, proposal);
create index constraint_proposal_channel_id_idx on constraint_proposal (channel_id);
