-- Answers that clients ask to be kept (OpenAI responses, `store`), for their own account only. Texts and not jsonb: numbers and the order of members
-- stay as they were written. No foreign key: the reply waits for this row, and accounts are never deleted.
create table stored_response (
  account_id uuid not null,
  id uuid not null,
  previous_id uuid,
  input text not null,
  response text not null,
  bytes integer not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  primary key (account_id, id)
);

create index stored_response_expires_at_idx on stored_response (expires_at);
create index stored_response_account_id_created_at_idx on stored_response (account_id, created_at);
