import { createPrisma } from "@lyceum/db";

/**
 * Three weeks in which students of a course spent its money, written as the hourly sums of them: one makes calls in a loop, most goes to one
 * model. Balances stay as they are, and the books add up: the money was topped up and spent, by requests that are past their retention.
 */
export async function makeCourseUse(databaseUrl: string, courseId: string): Promise<void> {
  const db = createPrisma(databaseUrl, 1);
  try {
    await db.$executeRaw`
      with people as (select a.id, k.id as key_id, row_number() over (order by m.student_id) as place
          from course_member m join account a on a.user_id = m.user_id
            left join lateral (select id from virtual_key v where v.account_id = a.id order by created_at limit 1) k on true
          where m.course_id = ${courseId}::uuid and m.role = 'student'),
        pool as (select id from account where course_id = ${courseId}::uuid),
        rolled as (insert into usage_rollup
        select people.id, date_trunc('hour', now() - make_interval(days => day, hours => 3), 'UTC'), coalesce(key_id, '00000000-0000-0000-0000-000000000000'),
          model, requests, requests / 20, requests * 1500, 0, requests * 500, 0, requests * nanos, 0, 'default', pool.id
        from people, pool, generate_series(0, 20) day, (values ('qwen3-235b', 3600000::bigint), ('glm-4.6', 1200000::bigint)) as m (model, nanos),
          lateral (select case when place = 1 and day = 1 and model = 'qwen3-235b' then 1204 else (place * 7 + day * 3) % 11 end as requests) r
        where requests > 0 returning account_id, requests, charge_nanos),
        made as materialized (select account_id, sum(requests) as requests, sum(charge_nanos)::bigint as nanos, new_id() as credit, new_id() as charge
          from rolled group by 1),
        given as (insert into credit (id, account_id, kind, amount_nanos, remaining_nanos, is_open)
          select credit, account_id, 'top-up', nanos, 0, false from made),
        entered as (insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, requests)
          select new_id(), m.account_id, m.credit, 'top-up'::entry_kind, m.nanos, a.balance_nanos + m.nanos, 0 from made m join account a on a.id = m.account_id
          union all select m.charge, m.account_id, m.credit, 'charge', -m.nanos, a.balance_nanos, m.requests from made m join account a on a.id = m.account_id),
        carried as (insert into usage_carry as u (account_id, records, charge_nanos) select account_id, requests, nanos from made
          on conflict (account_id) do update set records = u.records + excluded.records, charge_nanos = u.charge_nanos + excluded.charge_nanos)
      insert into entry_carry (entry_id, charge_nanos) select charge, nanos from made`;
  } finally {
    await db.$disconnect();
  }
}
