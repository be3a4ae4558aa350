-- Conversations of the playground. Their owner alone reads them. docs/playground.md.

create table conversation (
  id uuid not null,
  user_id uuid not null,
  title text not null default '',
  -- Given by hand: the first question no longer names it.
  is_named boolean not null default false,
  pinned_at timestamptz(3),
  -- What the next question is sent with.
  model text,
  system_prompt text not null default '',
  parameters jsonb not null default '{}',
  -- The branch that is open begins here. No foreign key, and none to what turns open: a pointer to what is gone opens the newest instead.
  open_turn_id uuid,
  -- About what its turns hold: keeps what one person stores bounded without adding it all up.
  text_bytes bigint not null default 0,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  -- Of a temporary one; null: it is listed, and stays.
  expires_at timestamptz(3),
  deleted_at timestamptz(3),
  -- The act that deleted it, for its undoing.
  deletion_id uuid,
  constraint conversation_pkey primary key (id),
  constraint conversation_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
create index conversation_user_id_updated_at_idx on conversation (user_id, updated_at);
create index conversation_deletion_id_idx on conversation (deletion_id);
create index conversation_gone_idx on conversation (coalesce(deleted_at, expires_at)) where deleted_at is not null or expires_at is not null;

-- A question, an answer, or a mark above which nothing is sent any more. Turns of one parent are branches.
create table turn (
  id uuid not null,
  conversation_id uuid not null,
  parent_id uuid,
  kind text not null,
  state text not null default 'done',
  open_turn_id uuid,
  text text not null default '',
  thinking text not null default '',
  is_edited boolean not null default false,
  is_continuation boolean not null default false,
  -- The same for answers that were asked at once for comparison.
  compare_id uuid,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- Whom a waiting question asks; of an answer the one that was asked.
  models text[] not null default '{}',
  parameters jsonb not null default '{}',
  -- Of an answer.
  served_model text,
  request_id uuid,
  input_tokens integer,
  cached_tokens integer,
  output_tokens integer,
  thinking_tokens integer,
  charge_nanos bigint,
  is_estimated boolean not null default false,
  balance_after_nanos bigint,
  ttft_ms double precision,
  thinking_ms double precision,
  total_ms double precision,
  tokens_per_second double precision,
  finish_reason text,
  dropped text[] not null default '{}',
  clamped text[] not null default '{}',
  -- AnswerError of the console.
  error jsonb,
  -- Put off while it runs: what its process didn't end is interrupted then.
  alive_until timestamptz(3),
  stop_asked_at timestamptz(3),
  -- Deleted turns stay as places in the tree until their content is purged; what is below them moves up.
  deleted_at timestamptz(3),
  deletion_id uuid,
  constraint turn_pkey primary key (id),
  constraint turn_conversation_id_fkey foreign key (conversation_id) references conversation (id) on delete cascade on update cascade,
  constraint turn_parent_id_fkey foreign key (parent_id) references turn (id) on delete cascade on update cascade,
  constraint turn_kind_check check (kind in ('question', 'answer', 'clear')),
  constraint turn_state_check check (state in ('done', 'pending', 'running', 'stopped', 'failed', 'interrupted')),
  constraint turn_running_check check ((state = 'running') = (alive_until is not null))
);
create index turn_conversation_id_id_idx on turn (conversation_id, id);
create index turn_parent_id_idx on turn (parent_id);
create index turn_deletion_id_idx on turn (deletion_id);
create index turn_running_idx on turn (alive_until) where state = 'running';
create index turn_deleted_idx on turn (deleted_at) where deleted_at is not null;

create table attachment (
  id uuid not null,
  user_id uuid not null,
  -- image, pdf, text
  kind text not null,
  name text not null,
  media_type text not null,
  bytes integer not null,
  pages integer,
  tokens integer not null,
  is_cut boolean not null default false,
  -- Of an image.
  content bytea,
  -- Of a file: what is sent.
  text text,
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint attachment_pkey primary key (id),
  constraint attachment_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade,
  constraint attachment_content_check check ((kind = 'image') = (content is not null) and (kind = 'image') = (text is null))
);
create index attachment_user_id_idx on attachment (user_id);
create index attachment_created_at_idx on attachment (created_at);

create table turn_attachment (
  turn_id uuid not null,
  place integer not null,
  attachment_id uuid not null,
  constraint turn_attachment_pkey primary key (turn_id, place),
  constraint turn_attachment_turn_id_fkey foreign key (turn_id) references turn (id) on delete cascade on update cascade,
  constraint turn_attachment_attachment_id_fkey foreign key (attachment_id) references attachment (id) on delete cascade on update cascade
);
create index turn_attachment_attachment_id_idx on turn_attachment (attachment_id);
