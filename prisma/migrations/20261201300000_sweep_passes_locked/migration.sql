-- Servers sweep at the same time, and each forgets workers that are long gone: a row that somebody else has in hand is passed over, so that two of them never
-- wait for each other.

-- Closes reservations of workers that have not been heard of for `grace`, as 'killed', at the input estimate.
-- Not within `grace` of the database's own start: a worker may just not have been able to say anything. Returns how many.
create or replace function sweep(grace interval default '60 seconds') returns int language plpgsql as $$
declare
  records json; accounts uuid[]; swept int;
begin
  if clock_timestamp() - pg_postmaster_start_time() < grace then return 0; end if;
  select json_agg(json_build_object('id', request_id, 'account_id', account_id, 'user_id', user_id, 'key_id', key_id, 'group_id', group_id,
      'protocol', protocol, 'requested_model', requested_model, 'model', model, 'is_stream', is_stream, 'attempts', 0,
      'input_tokens', input_tokens, 'cached_input_tokens', 0, 'cache_write_tokens', 0, 'output_tokens', 0, 'reasoning_tokens', 0,
      'image_tokens', 0, 'audio_tokens', 0, 'price_id', price_id, 'multiplier_ppm', multiplier_ppm, 'cost_nanos', input_cost_nanos,
      'outcome', 'killed', 'http_status', 0, 'is_estimated', true, 'queue_ms', 0, 'total_ms', 0, 'client', client, 'ip', ip)),
      array_agg(distinct account_id), count(*)
    into records, accounts, swept
    from (select * from reservation where not exists (select from worker w where w.id = worker_id and w.heartbeat_at > clock_timestamp() - grace)
      order by request_id limit 500) v;
  if swept = 0 then
    delete from worker where id in (select id from worker w where heartbeat_at < clock_timestamp() - grace * 10
      and not exists (select from reservation where worker_id = w.id) order by id for update skip locked);
    return 0;
  end if;
  perform book(records, null, accounts, accounts, (select array_agg(distinct m) from reservation v, unnest(meters_of(v)) m where v.account_id = any(accounts)), null, true);
  return swept;
end $$;
