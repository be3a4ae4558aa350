-- Signing in by the campus's own server. See docs/campus-sign-in.md.

-- How it is reached: one row or none.
create table campus_provider (
  id integer not null default 1,
  -- oidc, cas
  kind text not null,
  -- The issuer, or the address before /login.
  address text not null,
  client_id text not null default '',
  -- AES-256-GCM under the master secret, like upstream credentials; null: there is none.
  client_secret bytea,
  -- The claim or attribute that carries the student ID, what stands behind the ID in it, and that of the name.
  id_attribute text not null,
  id_suffix text not null default '',
  name_attribute text not null default '',
  label_zh text not null,
  label_en text not null,
  allow_private boolean not null default false,
  is_enabled boolean not null default true,
  updated_at timestamptz(3) not null default clock_timestamp(),
  constraint campus_provider_pkey primary key (id),
  constraint campus_provider_one check (id = 1),
  constraint campus_provider_kind_known check (kind in ('oidc', 'cas'))
);

-- Which account somebody at the campus's server signs in to: one for each account, and each somebody has one.
create table campus_link (
  user_id uuid not null,
  issuer text not null,
  subject text not null,
  linked_at timestamptz(3) not null default clock_timestamp(),
  last_used_at timestamptz(3) not null default clock_timestamp(),
  constraint campus_link_pkey primary key (user_id),
  constraint campus_link_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
create unique index campus_link_issuer_subject_key on campus_link (issuer, subject);

-- What a browser came back with, so that it counts once; kept for as long as it could be shown again.
create table campus_return (
  -- SHA-256 of the state.
  hash bytea not null,
  expires_at timestamptz(3) not null,
  constraint campus_return_pkey primary key (hash)
);
create index campus_return_expires_at_idx on campus_return (expires_at);
