-- What somebody should know, told once: in the console always, by mail where it is configured.

create table notice (
  id uuid not null,
  user_id uuid not null,
  -- noticeKinds in packages/domain.
  kind text not null,
  -- The same for the same thing and period: whoever has it is not told again.
  dedupe_key text not null,
  -- Public facts for the sentence; amounts as decimal text.
  detail jsonb not null default '{}',
  -- The page of the console where one can act on it.
  href text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  read_at timestamptz(3),
  mailed_at timestamptz(3),
  constraint notice_pkey primary key (id),
  constraint notice_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
create unique index notice_user_id_dedupe_key_key on notice (user_id, dedupe_key);
create index notice_user_id_created_at_idx on notice (user_id, created_at);

-- Tells people who have not been told under this key. Returns how many were. For acts in code there is tellPeople in packages/db.
create function tell_people(persons uuid[], about text, dedupe text, facts jsonb, page text) returns integer language sql volatile as $$
  with told as (
    insert into notice (id, user_id, kind, dedupe_key, detail, href)
      select new_id(), u.id, about, dedupe, facts, page from app_user u where u.id = any(persons) order by u.id
      on conflict (user_id, dedupe_key) do nothing returning 1)
  select count(*)::integer from told
$$;

-- The people who teach a course and may act on its money.
create function course_staff(course uuid) returns uuid[] language sql stable as $$
  select array(select user_id from course_member where course_id = course and role <> 'student' and state = 'active' and user_id is not null)
$$;
