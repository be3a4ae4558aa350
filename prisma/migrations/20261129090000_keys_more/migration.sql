-- What was last refused to a key before it ever worked, for the page that waits for its first request: a request that is refused before it is
-- admitted leaves no usage record. At most one row for each key; workers write it every few seconds, and only for keys that are new or were never used.

create table key_refusal (
  key_id uuid primary key references virtual_key (id) on delete cascade on update cascade,
  code text not null,
  -- What fills the sentence of the code: public, without anything of a prompt.
  parameters jsonb not null,
  method text not null,
  -- Without the query.
  path text not null,
  refused_at timestamptz(3) not null
);

-- A key that was copied badly is known by its beginning only.
create index virtual_key_prefix_idx on virtual_key (prefix);
