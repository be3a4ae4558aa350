-- Announcements, what people are told when money, keys and models come to an end, and mail.

-- ── announcements ────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table announcement (
  id uuid not null,
  -- info, warning, critical
  level text not null,
  -- all, course, group, model: those who used the model within 30 days
  audience text not null,
  course_id uuid,
  group_id text,
  model_id uuid,
  zh text not null,
  en text not null,
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3),
  -- Whether it is also a notice, which goes by mail too; and when those it is for were told.
  tells boolean not null default false,
  told_at timestamptz(3),
  created_by uuid,
  created_by_name text not null default '',
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint announcement_pkey primary key (id),
  constraint announcement_course_id_fkey foreign key (course_id) references course (id) on delete cascade on update cascade,
  constraint announcement_group_id_fkey foreign key (group_id) references access_group (id) on delete cascade on update cascade,
  constraint announcement_model_id_fkey foreign key (model_id) references model (id) on delete cascade on update cascade,
  constraint announcement_level_known check (level in ('info', 'warning', 'critical')),
  constraint announcement_audience_named check (case audience when 'all' then course_id is null and group_id is null and model_id is null
    when 'course' then course_id is not null and group_id is null and model_id is null
    when 'group' then group_id is not null and course_id is null and model_id is null
    when 'model' then model_id is not null and course_id is null and group_id is null else false end),
  constraint announcement_ends_after_start check (ends_at is null or ends_at >= starts_at)
);
create index announcement_ends_at_idx on announcement (ends_at);
create index announcement_course_id_idx on announcement (course_id);

-- Workers say those about a model in the errors of that model, so these are configuration.
create trigger config_changed after insert or update on announcement for each row when (new.audience = 'model') execute function raise_config_version();
create trigger config_changed_by_delete after delete on announcement for each row when (old.audience = 'model') execute function raise_config_version();

create table announcement_dismissal (
  user_id uuid not null,
  announcement_id uuid not null,
  at timestamptz(3) not null default clock_timestamp(),
  constraint announcement_dismissal_pkey primary key (user_id, announcement_id),
  constraint announcement_dismissal_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade,
  constraint announcement_dismissal_announcement_id_fkey foreign key (announcement_id) references announcement (id) on delete cascade on update cascade
);
create index announcement_dismissal_announcement_id_idx on announcement_dismissal (announcement_id);

-- Whether somebody is one of those it is for.
create function is_announced_to(a announcement, person uuid) returns boolean language sql stable as $$
  select case a.audience
    when 'all' then true
    when 'course' then exists (select from course_member m where m.course_id = a.course_id and m.user_id = person and m.state = 'active')
    when 'group' then exists (select from access_group g where g.id = a.group_id
      and (g.is_open or exists (select from group_member m where m.group_id = g.id and m.user_id = person)))
    else exists (select from usage_rollup r join account own on own.id = r.account_id join model m on m.id = a.model_id
      where own.user_id = person and r.model = m.name and r.hour > now() - interval '30 days')
  end
$$;

-- ── people: language and mail ────────────────────────────────────────────────────────────────────────────────────────────────

alter table app_user
  -- zh, en: what mails are written in; the console follows its cookie.
  add column locale text not null default 'zh',
  -- As proven by a link that was sent there; null: none.
  add column email text,
  -- Kinds of notices that don't go there.
  add column mail_off text[] not null default '{}';

-- An address that waits for its link to be opened: one a person.
create table email_verification (
  user_id uuid not null,
  email text not null,
  -- SHA-256 of what stands in the link.
  hash bytea not null,
  sent_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null,
  constraint email_verification_pkey primary key (user_id),
  constraint email_verification_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade on update cascade
);
create unique index email_verification_hash_key on email_verification (hash);

-- The server that takes our mails: one row or none.
create table mail_server (
  id integer not null default 1,
  host text not null,
  port integer not null,
  -- none, starttls, tls
  security text not null,
  username text not null default '',
  -- AES-256-GCM under the master secret, like upstream credentials; null: there is none.
  password bytea,
  from_address text not null,
  is_enabled boolean not null default true,
  updated_at timestamptz(3) not null default clock_timestamp(),
  constraint mail_server_pkey primary key (id),
  constraint mail_server_one check (id = 1),
  constraint mail_server_security_known check (security in ('none', 'starttls', 'tls'))
);

-- When a notice is to be mailed next; null: never, or no more.
alter table notice
  add column mail_next_at timestamptz(3),
  add column mail_attempts integer not null default 0,
  add column mail_error text not null default '';
create index notice_mail_queue_idx on notice (mail_next_at) where mail_next_at is not null;
create index notice_unread_idx on notice (user_id) where read_at is null;

-- When a new notice goes to a person by mail. A minute is waited, so that what comes together is one mail.
create function first_mail(person app_user, about text) returns timestamptz language sql volatile as $$
  select case when person.email is not null and person.disabled_at is null and about <> all (person.mail_off)
    then clock_timestamp() + interval '1 minute' end
$$;

create or replace function tell_people(persons uuid[], about text, dedupe text, facts jsonb, page text) returns integer language sql volatile as $$
  with told as (
    insert into notice (id, user_id, kind, dedupe_key, detail, href, mail_next_at)
      select new_id(), u.id, about, dedupe, facts, page, first_mail(u, about) from app_user u where u.id = any(persons) order by u.id
      on conflict (user_id, dedupe_key) do nothing returning 1)
  select count(*)::integer from told
$$;

-- As tell_people, with facts of each person's own.
create function tell_each(persons uuid[], about text, dedupe text, facts jsonb[], page text) returns integer language sql volatile as $$
  with told as (
    insert into notice (id, user_id, kind, dedupe_key, detail, href, mail_next_at)
      select new_id(), u.id, about, dedupe, o.facts, page, first_mail(u, about)
        from unnest(persons, facts) as o (id, facts) join app_user u on u.id = o.id order by u.id
      on conflict (user_id, dedupe_key) do nothing returning 1)
  select count(*)::integer from told
$$;

-- ── what is told by itself ───────────────────────────────────────────────────────────────────────────────────────────────────

-- What one of all workers does once in a while, and when it was done last.
create table round_turn (
  name text not null,
  at timestamptz(3) not null,
  constraint round_turn_pkey primary key (name)
);

-- Gives the caller's transaction the turn, if the last one was `every` ago: answers when that was; null: it is not the caller's.
create function take_turn(what text, every interval) returns timestamptz language plpgsql as $$
declare
  before timestamptz;
begin
  insert into round_turn (name, at) values (what, '-infinity') on conflict do nothing;
  select at into before from round_turn where name = what and at <= clock_timestamp() - every for update skip locked;
  if not found then return null; end if;
  update round_turn set at = clock_timestamp() where name = what;
  return before;
end $$;

-- An amount in the currency's unit, as formatAmount of packages/domain writes it.
create function decimal_of(nanos bigint) returns text language sql immutable as $$ select trim_scale(nanos / 1000000000.0)::text $$;

-- Thresholds in percent: which is reached. What is left at 100 is less than any request costs, seldom nothing.
create function threshold_of(used bigint, given bigint) returns integer language sql immutable as $$
  select case when given <= 0 or used * 100.0 < given * 80.0 then null
    when used * 1000.0 >= given * 995.0 then 100 when used * 100.0 >= given * 95.0 then 95 else 80 end
$$;

-- Tells once for each threshold and period; a lower one is not told after a higher one.
create function tell_threshold(person uuid, about text, period text, reached integer, facts jsonb, page text) returns integer language sql volatile as $$
  select case when exists (select from notice n where n.user_id = person and n.dedupe_key = any(
      array(select about || ':' || period || ':' || t from unnest(array[80, 95, 100]) t where t >= reached))) then 0
    else tell_people(array[person], about, about || ':' || period || ':' || reached, facts || jsonb_build_object('percent', reached), page) end
$$;

-- People whose money is nearly used. A period begins with the last money that came and has not ended since: what they had then, of what has not
-- ended since, is what they were given. Only accounts that were charged since the hour of `since` are looked at.
create function tell_balance_used(since timestamptz) returns integer language plpgsql as $$
declare
  told integer := 0; r record;
begin
  for r in
    with active as (select distinct account_id from usage_rollup where hour >= date_trunc('hour', since)),
    money as (
      select a.id, a.user_id, sum(c.amount_nanos) as amounts, sum(c.remaining_nanos) as rest,
          (array_agg(c.id order by c.created_at desc, c.id desc))[1] as last_id, max(c.created_at) as last_at
        from active join account a on a.id = active.account_id and a.kind = 'user'
          join credit c on c.account_id = a.id and (c.ends_at is null or c.ends_at > clock_timestamp())
        group by a.id having sum(c.remaining_nanos) * 5 <= sum(c.amount_nanos)),
    given as (
      select m.*, least(m.amounts, coalesce((select e.balance_after_nanos from ledger_entry e where e.account_id = m.id
          and e.created_at >= m.last_at - interval '1 minute' and e.credit_id = m.last_id order by e.created_at, e.id limit 1), m.amounts)) as given
        from money m)
    select g.user_id, g.last_id, g.rest, g.given, threshold_of((g.given - g.rest)::bigint, g.given::bigint) as reached from given g
      where threshold_of((g.given - g.rest)::bigint, g.given::bigint) is not null
  loop
    told := told + tell_threshold(r.user_id, 'balance-used', r.last_id::text, r.reached,
      jsonb_build_object('left', decimal_of(r.rest::bigint), 'of', decimal_of(r.given::bigint)), '/balance');
  end loop;
  return told;
end $$;

-- People who have nearly used the cap of a key, of their own, or of a group's member, in its running period.
create function tell_caps_used(since timestamptz) returns integer language plpgsql as $$
declare
  told integer := 0; r record;
begin
  for r in
    with active as (select distinct account_id from usage_rollup where hour >= date_trunc('hour', since)),
    capped as (
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, k.cap_nanos, k.name, '/keys' as page
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'key'
          join virtual_key k on k.id = m.id and k.status = 'active' and k.limits_version = m.limits_version
        where k.cap_nanos is not null and (m.period_end is null or m.period_end > clock_timestamp())
      union all
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, a.cap_nanos, null, '/balance'
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'user'
        where a.cap_nanos is not null and a.limits_version = m.limits_version and (m.period_end is null or m.period_end > clock_timestamp())
      union all
      select a.user_id, m.id, m.period_start, m.limits_version, m.spent_nanos, g.cap_nanos, null, '/balance'
        from active join account a on a.id = active.account_id and a.kind = 'user' join meter m on m.account_id = a.id and m.scope = 'member'
          join access_group g on g.id = m.group_id
        where g.cap_nanos is not null and g.limits_version = m.limits_version and (m.period_end is null or m.period_end > clock_timestamp()))
    select *, threshold_of(spent_nanos, cap_nanos) as reached from capped where threshold_of(spent_nanos, cap_nanos) is not null
  loop
    told := told + tell_threshold(r.user_id, 'cap-used', r.id || ':' || r.limits_version || ':' || coalesce(extract(epoch from r.period_start)::bigint, 0),
      r.reached, jsonb_build_object('left', decimal_of(greatest(0, r.cap_nanos - r.spent_nanos)), 'of', decimal_of(r.cap_nanos))
        || case when r.name is null then '{}' else jsonb_build_object('name', r.name) end, r.page);
  end loop;
  return told;
end $$;

create index virtual_key_expires_at_idx on virtual_key (expires_at);

-- Keys that end within seven days, and within one.
create function tell_keys_ending() returns integer language sql volatile as $$
  select coalesce(sum(tell_people(array[k.user_id], 'key-ends', 'key-ends:' || k.id || ':' || extract(epoch from k.expires_at)::bigint || ':' || d.days,
      jsonb_build_object('name', k.name, 'days', d.days), '/keys')), 0)::integer
    from virtual_key k cross join lateral (select case when k.expires_at <= now() + interval '1 day' then 1 else 7 end as days) d
    where k.expires_at > now() and k.expires_at <= now() + interval '7 days' and k.status = 'active'
$$;

-- Models that go within fourteen days, and within one, to whoever used them in the last thirty. Each is looked at once for each of the two.
create function tell_models_retiring(zone text) returns integer language plpgsql as $$
declare
  told integer := 0; m record; period text;
begin
  for m in
    select model.id, model.name, model.retires_at, other.name as instead, case when model.retires_at <= now() + interval '1 day' then 1 else 14 end as days
      from model left join model other on other.id = model.redirect_id
      where model.removed_at is null and model.retires_at > now() and model.retires_at <= now() + interval '14 days'
  loop
    period := 'model-retires:' || m.id || ':' || extract(epoch from m.retires_at)::bigint || ':' || m.days;
    continue when take_turn(period, interval '100 years') is null;
    told := told + tell_people(array(select distinct a.user_id from usage_rollup r join account a on a.id = r.account_id
        where r.hour > now() - interval '30 days' and r.model = m.name and a.kind = 'user'),
      'model-retires', period, jsonb_build_object('model', m.name, 'on', to_char(m.retires_at at time zone zone, 'YYYY-MM-DD'))
        || case when m.instead is null then '{}' else jsonb_build_object('instead', m.instead) end, '/models?model=' || m.name);
  end loop;
  return told;
end $$;

-- Models that nobody serves any more, to every administrator.
create function tell_models_lost() returns integer language sql volatile as $$
  select coalesce(sum(tell_people(array(select id from app_user where role = 'admin' and disabled_at is null), 'model-lost', 'model-lost:' || e.id,
      jsonb_build_object('model', e.model_name, 'cause', e.cause, 'error', left(e.error, 300), 'people', coalesce(e.affected_users, 0)),
      '/admin/health')), 0)::integer
    from health_event e where e.kind = 'model-lost' and e.at > now() - interval '1 hour'
$$;

-- Announcements that have begun, to those they are for.
create function tell_announcements() returns integer language plpgsql as $$
declare
  told integer := 0; a announcement; persons uuid[];
begin
  for a in select * from announcement where tells and told_at is null and starts_at <= clock_timestamp()
      and (ends_at is null or ends_at > clock_timestamp()) for update skip locked
  loop
    persons := case a.audience
      when 'all' then array(select id from app_user where disabled_at is null)
      when 'course' then array(select user_id from course_member where course_id = a.course_id and state = 'active' and user_id is not null)
      when 'group' then array(select u.id from app_user u where u.disabled_at is null and is_announced_to(a, u.id))
      else array(select distinct own.user_id from usage_rollup r join account own on own.id = r.account_id join model m on m.id = a.model_id
        where r.hour > now() - interval '30 days' and r.model = m.name and own.kind = 'user') end;
    told := told + tell_people(persons, 'announcement', 'announcement:' || a.id, jsonb_build_object('zh', a.zh, 'en', a.en, 'by', a.created_by_name),
      case when a.audience = 'course' then '/courses/' || a.course_id else '/' end);
    update announcement set told_at = clock_timestamp() where id = a.id;
  end loop;
  return told;
end $$;
