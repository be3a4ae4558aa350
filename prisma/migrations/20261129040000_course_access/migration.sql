-- A running course opens its groups to its members: keys in them, their models or those of the course. docs/courses.md.

-- Keys that workers must read anew: noted by statements, worked off by the same transaction as it commits, so that keys are locked last, and in id
-- order. Nobody else ever sees a row of it.
create table key_refresh (
  id uuid not null,
  user_ids uuid[] not null,
  constraint key_refresh_pkey primary key (id)
);

create function refresh_keys() returns trigger language plpgsql as $$
declare
  people uuid[];
begin
  -- The first row works off all of them.
  with done as (delete from key_refresh returning user_ids)
    select array_agg(distinct each) into people from done, unnest(user_ids) as each;
  if people is not null then
    perform 1 from virtual_key where user_id = any(people) and status <> 'deleted' order by id for no key update;
    update virtual_key set status = status where user_id = any(people) and status <> 'deleted';
  end if;
  return null;
end $$;
create constraint trigger key_refresh_noted after insert on key_refresh deferrable initially deferred for each row execute function refresh_keys();

-- Only people with keys in a group that the course opens are noted.
create function note_new_members() returns trigger language plpgsql as $$
begin
  insert into key_refresh (id, user_ids) select new_id(), array_agg(distinct k.user_id) from fresh n
    join course c on c.id = n.course_id join virtual_key k on k.user_id = n.user_id and k.group_id = any(c.group_ids) having count(*) > 0;
  return null;
end $$;
create trigger access_begins after insert on course_member referencing new table as fresh for each statement execute function note_new_members();

create function note_changed_members() returns trigger language plpgsql as $$
begin
  insert into key_refresh (id, user_ids) select new_id(), array_agg(distinct k.user_id) from fresh n join former o on o.id = n.id
    join course c on c.id = n.course_id join virtual_key k on k.user_id in (n.user_id, o.user_id) and k.group_id = any(c.group_ids)
    where (n.state, n.user_id) is distinct from (o.state, o.user_id) having count(*) > 0;
  return null;
end $$;
create trigger access_changes after update on course_member referencing old table as former new table as fresh
  for each statement execute function note_changed_members();

create function note_changed_course() returns trigger language plpgsql as $$
begin
  insert into key_refresh (id, user_ids) select new_id(), array_agg(distinct k.user_id) from course_member m
    join virtual_key k on k.user_id = m.user_id and k.group_id = any(old.group_ids || new.group_ids)
    where m.course_id = new.id having count(*) > 0;
  return null;
end $$;
create trigger access_changes after update on course for each row
  when ((old.name, old.models, old.group_ids, old.starts_at, old.ends_at) is distinct from (new.name, new.models, new.group_ids, new.starts_at, new.ends_at))
  execute function note_changed_course();

-- The courses by which a person may use a group now or later, and the one that did so last: what a worker remembers beside a key, so that it can say
-- by the clock whether the group is open, and why not.
create function course_openings(person uuid, wanted text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('name', o.name, 'models', o.models, 'isMember', o.is_member,
      'startsAtMs', floor(extract(epoch from o.starts_at) * 1000), 'endsAtMs', floor(extract(epoch from o.ends_at) * 1000)) order by o.place), '[]')
    from (select c.name, c.models, c.starts_at, c.ends_at, m.state = 'active' as is_member, row_number() over (order by m.state, c.ends_at desc, c.id) as place
      from course_member m join course c on c.id = m.course_id where m.user_id = person and wanted = any(c.group_ids)) o
    where o.place = 1 or o.is_member and o.ends_at > clock_timestamp()
$$;

-- The groups a person may use now. models: null: all of the group's; else only these. ends_at: when the last course that opens it ends; null: no course does.
create function usable_groups(person uuid) returns table (group_id text, models text[], ends_at timestamptz) language sql stable as $$
  select g.id, null::text[], null::timestamptz from access_group g
    where g.is_open or exists (select from group_member e where e.group_id = g.id and e.user_id = person)
  union all
  select g.id, case when bool_and(x.model is not null) then array_agg(distinct x.model) end, max(c.ends_at)
    from course_member m join course c on c.id = m.course_id join access_group g on g.id = any(c.group_ids) left join lateral unnest(c.models) x (model) on true
    where m.user_id = person and m.state = 'active' and (c.starts_at is null or c.starts_at <= clock_timestamp()) and c.ends_at > clock_timestamp()
      and not g.is_open and not exists (select from group_member e where e.group_id = g.id and e.user_id = person)
    group by g.id
$$;
