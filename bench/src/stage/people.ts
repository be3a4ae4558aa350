import { createApiKey, newId } from "@lyceum/domain";
import type pg from "pg";

/**
 * Adds people with an account, one key of the group "default" and a top-up each, all in bulk, with every kind of limit, and returns
 * their keys. The money goes through the ledger's own function.
 */
export async function addPeople(
  client: pg.Client,
  options: { prefix: string; count: number; amountNanos: bigint },
): Promise<string[]> {
  const people = Array.from({ length: options.count }, (_, index) => ({
    userId: newId(),
    accountId: newId(),
    keyId: newId(),
    studentId: `${options.prefix}-${String(index + 1).padStart(6, "0")}`,
    key: createApiKey(),
  }));
  const column = <T>(pick: (person: (typeof people)[number]) => T) => people.map(pick);
  const users = column((each) => each.userId);
  const accounts = column((each) => each.accountId);
  await client.query("begin");
  await client.query(
    `insert into app_user (id, student_id, name, verified_at, terms_version)
      select id, student_id, student_id, now(), 1 from unnest($1::uuid[], $2::text[]) as p (id, student_id)`,
    [users, column((each) => each.studentId)],
  );
  await client.query(
    `insert into account (id, kind, user_id) select id, 'user', user_id from unnest($1::uuid[], $2::uuid[]) as p (id, user_id)`,
    [accounts, users],
  );
  await client.query(
    `insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models)
      select id, user_id, account_id, 'bench', hash, prefix, last_four, 'default', '{}'
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::text[])
        as p (id, user_id, account_id, hash, prefix, last_four)`,
    [
      column((each) => each.keyId),
      users,
      accounts,
      column((each) => each.key.hash),
      column((each) => each.key.prefix),
      column((each) => each.key.lastFour),
    ],
  );
  await client.query(
    `select post_credit(id, 'top-up', 'top-up', $2, null, 'bench', null, 'bench') from unnest($1::uuid[]) as p (id)`,
    [accounts, options.amountNanos],
  );
  await setGenerousLimits(client);
  await client.query("commit");
  // Autovacuum would come to it in the middle of a run.
  await client.query("vacuum (analyze) app_user, account, virtual_key, credit, ledger_entry");
  return people.map((each) => each.key.secret);
}

/**
 * Limits that no run reaches, on keys, on their users and on members of the group: so each request is counted in three meters and decided
 * against all of their limits.
 */
async function setGenerousLimits(client: pg.Client): Promise<void> {
  for (const table of ["virtual_key", "account", "access_group"]) {
    await client.query(
      `update ${table} set rpm_limit = 1000000, tpm_limit = 1000000000, parallel_limit = 100000,
        cap_nanos = 1000000000000000000, cap_period = 'month' where cap_nanos is null`,
    );
  }
}
