import type pg from "pg";

const CONVERSATIONS = 1_000;
const TURNS_EACH = 20;
const LONG_TURNS = 2_000;
const KEYS = 50;

/**
 * What one student has gathered: a thousand conversations of 20 turns, of which one has 2,000, with files in some; 50 keys; notices. And what
 * is said to everybody.
 */
export async function addDeskScene(client: pg.Client, userId: string): Promise<void> {
  await client.query(KEYS_MORE, [userId, KEYS]);
  await client.query(CONVERSATIONS_OF, [userId, CONVERSATIONS]);
  await client.query(TURNS, [userId, TURNS_EACH, LONG_TURNS]);
  await client.query(
    `update conversation c set text_bytes = s.bytes
      from (select conversation_id, sum(octet_length(text)) as bytes from turn group by 1) s where s.conversation_id = c.id`,
  );
  await client.query(FILES, [userId]);
  await client.query(NOTICES, [userId]);
  await client.query(ANNOUNCEMENTS);
}

/** $1 the person, $2 how many keys there are to be. */
const KEYS_MORE = `
with made as materialized (select n, new_id() as id
  from generate_series((select count(*)::int from virtual_key where user_id = $1) + 1, $2::int) n)
insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models, rpm_limit, cap_nanos, cap_period, expires_at)
  select made.id, a.user_id, a.id, 'key ' || n, sha256(made.id::text::bytea), 'sk-ly-' || lpad(n::text, 4, '0'), lpad(n::text, 4, '0'), 'default', '{}',
    case when n % 3 = 0 then 60 end, case when n % 2 = 0 then 50000000000 end, 'month', case when n % 10 = 0 then now() + interval '5 days' end
  from account a, made where a.user_id = $1`;

/** $1 the person, $2 how many. */
const CONVERSATIONS_OF = `
insert into conversation (id, user_id, title, model, updated_at, pinned_at)
  select new_id(), $1, case n when 1 then 'the long one' else '关于熵与信息的第 ' || n || ' 次讨论' end, 'usage-model-1', now() - n * interval '17 minutes',
    case when n % 100 = 2 then now() end
  from generate_series(1, $2::int) n`;

/** $1 the person, $2 turns each, $3 of the long one. Each turn hangs on the one before. */
const TURNS = `
insert into turn (id, conversation_id, parent_id, kind, text, models, served_model, input_tokens, output_tokens, charge_nanos, balance_after_nanos,
    ttft_ms, total_ms, tokens_per_second, finish_reason, created_at)
  select (left(c.id::text, 14) || '7' || lpad(to_hex(n), 3, '0') || right(c.id::text, 18))::uuid, c.id,
    case when n > 1 then (left(c.id::text, 14) || '7' || lpad(to_hex(n - 1), 3, '0') || right(c.id::text, 18))::uuid end,
    case n % 2 when 1 then 'question' else 'answer' end,
    case n % 2 when 1 then '第 ' || n || ' 问：卡诺循环的效率为什么只看温度？'
      else E'## 答\\n\\n- 由 **热力学第二定律**\\n- 效率 $1 - T_2 / T_1$\\n\\n' || (select string_agg(md5(c.id::text || n || '-' || m), E'\\n') from generate_series(1, 40) m) end,
    '{usage-model-1}', case n % 2 when 0 then 'usage-model-1' end, case n % 2 when 0 then 300 end, case n % 2 when 0 then 500 end,
    case n % 2 when 0 then 1000000 end, case n % 2 when 0 then 5000000000 end, case n % 2 when 0 then 320 end, case n % 2 when 0 then 9000 end,
    case n % 2 when 0 then 55 end, case n % 2 when 0 then 'stop' end, c.updated_at - interval '10 minutes' + n * interval '100 ms'
  from conversation c, lateral generate_series(1, case c.title when 'the long one' then $3::int else $2::int end) n
  where c.user_id = $1`;

/** $1 the person. A file on every tenth conversation's first question, and on a hundred turns of the long one. */
const FILES = `
with asked as (select t.id, row_number() over (order by t.id) as place from turn t join conversation c on c.id = t.conversation_id
    where c.user_id = $1 and t.kind = 'question' and (t.parent_id is null or c.title = 'the long one')),
  files as (select id as turn_id, new_id() as id, place from asked where place % 10 = 0),
  made as (insert into attachment (id, user_id, kind, name, media_type, bytes, pages, tokens, text)
    select id, $1, 'pdf', '讲义-' || place || '.pdf', 'application/pdf', 200000, 12, 9000, repeat('熵是状态函数。', 2000) from files returning id)
insert into turn_attachment (turn_id, place, attachment_id) select turn_id, 0, id from files join made using (id)`;

/** $1 the person. */
const NOTICES = `
insert into notice (id, user_id, kind, dedupe_key, detail, href, created_at, read_at)
  select new_id(), $1, case n % 2 when 0 then 'key-ends' else 'model-retires' end, 'bench-' || n,
    case n % 2 when 0 then jsonb_build_object('name', 'key ' || n, 'days', 5) else jsonb_build_object('model', 'usage-model-7', 'on', '2026-12-10') end,
    case n % 2 when 0 then '/keys' else '/models' end, now() - n * interval '7 hours', case when n > 20 then now() end
  from generate_series(1, 400) n`;

const ANNOUNCEMENTS = `
insert into announcement (id, level, audience, model_id, group_id, zh, en, starts_at, ends_at, created_by_name)
  select new_id(), 'info', case n % 3 when 0 then 'all' when 1 then 'model' else 'group' end,
    case n % 3 when 1 then (select id from model where name = 'usage-model-' || n % 8) end, case n % 3 when 2 then 'default' end,
    '周末机房维护，第 ' || n || ' 号', 'Maintenance at the weekend, number ' || n, now() - n * interval '1 day',
    case when n > 3 then now() - interval '1 hour' end, '管理员'
  from generate_series(1, 40) n`;
