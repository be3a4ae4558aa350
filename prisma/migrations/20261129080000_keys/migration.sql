-- Keys that are rolled, bound to networks, or leaked.

alter table virtual_key
  -- From where it may be used, in CIDR notation; empty: from anywhere.
  add column networks text[] not null default '{}',
  -- The key that this one was rolled from: taken until then too. Row, limits and usage stay the same.
  add column former_hash bytea,
  add column former_ends_at timestamptz(3),
  -- Somebody has shown us the whole key. It is disabled, and never enabled again but by rolling.
  add column leaked_at timestamptz(3),
  add constraint virtual_key_former_ends check ((former_hash is null) = (former_ends_at is null)),
  add constraint virtual_key_leaked_off check (leaked_at is null or status <> 'active');
create unique index virtual_key_former_hash_key on virtual_key (former_hash);

drop trigger key_changed on virtual_key;
create trigger key_changed before update of name, group_id, models, status, expires_at, hash, networks, former_ends_at on virtual_key
  for each row execute function raise_key_version();
