-- When an administrator last looked at the morning note, so that the next one begins there. docs/channels.md.
create table note_look (
  user_id uuid not null,
  -- The last time it was seen.
  seen_at timestamptz(3) not null,
  -- Where the note begins as long as one goes on looking: when it was seen before this visit. Null: never.
  since timestamptz(3),
  constraint note_look_pkey primary key (user_id),
  constraint note_look_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
