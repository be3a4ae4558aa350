import { SPEED_BUCKETS, speedBucket } from "@lyceum/domain";
import type pg from "pg";

const CHANNELS = 12;

/**
 * Makes a square of the models that usage was made up of: vendors, words, limits, groups, channels with two or three deployments of each,
 * some paused, lost and retiring, and a week of speeds of two thirds of them.
 */
export async function addModelsScene(client: pg.Client): Promise<void> {
  await client.query(
    "insert into access_group (id, name, multiplier_ppm) values ('vip', 'VIP', 1500000), ('lab', 'Lab', 800000) on conflict do nothing",
  );
  await client.query(ABOUT);
  await client.query(CHANGES_OF_STATE);
  await client.query(`insert into model_group (model_id, group_id)
    select id, 'default' from model where ${NUMBER} % 5 <> 0
    union all select id, 'vip' from model where ${NUMBER} % 5 = 0 or ${NUMBER} % 3 = 0
    union all select id, 'lab' from model where ${NUMBER} % 7 = 0`);
  await client.query(
    `insert into channel (id, name, protocol, base_url, allow_private)
      select new_id(), 'channel ' || n, (array['openai', 'anthropic', 'gemini', 'ollama'])[1 + n % 4], 'http://127.0.0.1:9/v1', true
      from generate_series(1, $1::int) n`,
    [CHANNELS],
  );
  await client.query(`insert into channel_credential (id, channel_id, label)
    select new_id(), id, 'credential ' || n from channel, generate_series(1, 2) n`);
  await client.query(DEPLOYMENTS, [CHANNELS]);
  await client.query(HEALTH);
  await client.query(EVENTS);
  await client.query(UPSTREAM_MODELS);
  await client.query(SPEEDS, [SPEED_BUCKETS, speedBucket(400), speedBucket(20), speedBucket(6_000)]);
}

/** The number that a made-up model's name ends with. */
const NUMBER = "substring(name from '[0-9]+$')::int";

const ABOUT = `
update model set
  vendor = (array['OpenAI', 'Anthropic', 'Google', 'DeepSeek', 'Qwen', 'Zhipu', 'Moonshot', 'Meta', 'Mistral', 'MiniMax', 'ByteDance', 'Tencent'])[1 + ${NUMBER} % 12],
  description = case when ${NUMBER} % 10 = 9 then '' else '适合长文档问答、代码和数学推导，中英文都可以。 For long documents, code and derivations, number ' || ${NUMBER} || '.' end,
  capabilities = case ${NUMBER} % 6 when 0 then '{vision,tools,reasoning}'::text[] when 1 then '{tools}' when 2 then '{vision,tools}'
    when 3 then '{tools,reasoning}' when 4 then '{}' else case when ${NUMBER} % 60 = 5 then '{embedding}'::text[] else '{tools}' end end,
  context_tokens = (array[8192, 32768, 131072, 200000, 1048576])[1 + ${NUMBER} % 5], max_output_tokens = (array[4096, 8192, 32768])[1 + ${NUMBER} % 3],
  is_local = ${NUMBER} % 9 = 0,
  constraints = case when ${NUMBER} % 4 = 0 then '{"ranges": {"temperature": {"minimum": 0, "maximum": 1}, "top_p": {"minimum": 0.1, "maximum": 1}},
    "rejected": ["logprobs", "frequency_penalty"], "recommended": {"temperature": 0.6, "top_p": 0.95}}'::jsonb else '{}' end`;

const CHANGES_OF_STATE = `
update model set
  paused_at = case when ${NUMBER} % 50 = 11 then now() - interval '3 hours' end,
  paused_reason = case when ${NUMBER} % 50 = 11 then '上游在维护' else '' end,
  retires_at = case when ${NUMBER} % 25 = 7 then now() + interval '12 days' end,
  redirect_id = case when ${NUMBER} % 25 = 7 then (select id from model m where m.name = 'usage-model-1') end`;

/** $1 channels. */
const DEPLOYMENTS = `
with places as (select id, row_number() over (order by name) - 1 as place from channel)
insert into deployment (id, model_id, channel_id, upstream_model, priority, weight, is_enabled)
  select new_id(), m.id, c.id, 'upstream/' || m.name, -n, 1 + ${NUMBER} % 3, ${NUMBER} % 40 <> 13
  from model m, generate_series(0, 2) n, places c
  where c.place = (${NUMBER} + n * 5) % $1::int and (n < 2 or ${NUMBER} % 2 = 0)`;

/** Of every twentieth model the first deployment is out, of every hundredth all are. */
const HEALTH = `
insert into deployment_health (deployment_id, state, cause, first_error, last_error, first_failed_at, last_failed_at, next_probe_at)
  select d.id, case when out then 'open' else 'closed' end, case when out then 'failures' else '' end, case when out then 'upstream answered 503' else '' end,
    case when out then 'upstream answered 503' else '' end, case when out then now() - interval '2 hours' end,
    case when out then now() - interval '5 minutes' end, now() + interval '1 year'
  from deployment d join model m on m.id = d.model_id
    cross join lateral (select ${NUMBER} % 100 = 17 or (${NUMBER} % 20 = 3 and d.priority = 0) as out) o`;

const EVENTS = `
insert into health_event (id, at, kind, model_id, model_name, channel_id, channel_name, deployment_id, cause, error, affected_users)
  select new_id(), now() - n * interval '17 minutes', (array['deployment-opened', 'deployment-half-opened', 'deployment-closed', 'model-lost', 'model-back'])[1 + n % 5],
    d.model_id, m.name, d.channel_id, c.name, d.id, case when n % 5 in (0, 3) then 'failures' else '' end, case when n % 5 in (0, 3) then 'upstream answered 503' else '' end,
    case when n % 5 = 3 then n % 40 end
  from generate_series(1, 5000) n
    join (select *, row_number() over (order by id) as place, count(*) over () as total from deployment) d on d.place = 1 + n % d.total
    join model m on m.id = d.model_id join channel c on c.id = d.channel_id`;

const UPSTREAM_MODELS = `
with lists as (insert into upstream_list (channel_id, looked_at, looking_until) select id, now(), now() + interval '1 year' from channel returning channel_id)
insert into upstream_model (channel_id, name, first_seen_at, decision)
  select channel_id, 'upstream/usage-model-' || n, now() - interval '30 days', case when n % 50 = 1 then '' else 'known' end from lists, generate_series(0, 299) n`;

/** $1 buckets, $2 to $4 where the middles of TTFT, TPOT and whole answers lie. Two thirds of the models, each hour of a week, on their first two channels. */
const SPEEDS = `
insert into speed_rollup (model_id, channel_id, hour, requests, failures, ttft, tpot, e2e)
  select d.model_id, d.channel_id, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', 40, 1, counts.ttft, counts.tpot, counts.e2e
  from deployment d join model m on m.id = d.model_id, generate_series(0, 167) h
    cross join lateral (select
      array_agg(case when abs(b - $2::int - ${NUMBER} % 5) < 4 then 5 else 0 end order by b) as ttft,
      array_agg(case when abs(b - $3::int - ${NUMBER} % 7) < 4 then 5 else 0 end order by b) as tpot,
      array_agg(case when abs(b - $4::int - ${NUMBER} % 5) < 4 then 5 else 0 end order by b) as e2e
      from generate_series(0, $1::int - 1) b) counts
  where d.priority > -2 and ${NUMBER} % 3 <> 2 and (h + ${NUMBER}) % 4 <> 0`;
