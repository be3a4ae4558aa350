-- What is announced to a group reaches those who use it through a course too: they may, and what is wrong with it is wrong for them.

create or replace function is_announced_to(a announcement, person uuid) returns boolean language sql stable as $$
  select case a.audience
    when 'all' then true
    when 'course' then exists (select from course_member m where m.course_id = a.course_id and m.user_id = person and m.state = 'active')
    when 'group' then exists (select from usable_groups(person) g where g.group_id = a.group_id)
    else exists (select from usage_rollup r join account own on own.id = r.account_id join model m on m.id = a.model_id
      where own.user_id = person and r.model = m.name and r.hour > now() - interval '30 days')
  end
$$;

-- A model's name may hold +, which an address means as a blank; its other letters mean themselves there.

create or replace function tell_models_retiring(zone text) returns integer language plpgsql as $$
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
        || case when m.instead is null then '{}' else jsonb_build_object('instead', m.instead) end, '/models?model=' || replace(m.name, '+', '%2B'));
  end loop;
  return told;
end $$;
