-- Acts that must not happen twice because their reply was lost: money given, vouchers made, announcements. docs/architecture.md.

-- The id is made from who acts, the id that their page gave the act, and what it does. Rows of a month ago are forgotten by housekeeping.
create table act_once (
  id uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint act_once_pkey primary key (id)
);
create index act_once_created_at_idx on act_once (created_at);
