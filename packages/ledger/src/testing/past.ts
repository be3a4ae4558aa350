import { newId } from "@lyceum/domain";
import type { LedgerFixture, Person } from "./ledger-fixture.ts";

type PastRequest = { at: Date; chargeNanos: bigint; model?: string; poolId?: string; id?: string };

const NO_POOL = "00000000-0000-0000-0000-000000000000";

/**
 * Writes a charge of the past into the books as settlement would have: one entry at a time for requests that were admitted when they say.
 * Returns the ids of the requests.
 */
export async function chargeInThePast(
  fixture: LedgerFixture,
  person: Person,
  at: Date,
  requests: readonly PastRequest[],
): Promise<string[]> {
  const total = requests.reduce((sum, request) => sum + request.chargeNanos, 0n).toString();
  const entry = newId(at.getTime());
  const account = person.accountId;
  await fixture.query("update account set balance_nanos = balance_nanos - $2 where id = $1", [account, total]);
  await fixture.query(
    `with c as (update credit set remaining_nanos = remaining_nanos - $3 where account_id = $2 returning id)
      insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, requests, created_at)
      select $1, $2, c.id, 'charge', -$3::bigint, a.balance_nanos, $4, $5 from c, account a where a.id = $2`,
    [entry, account, total, requests.length, at],
  );
  const ids: string[] = [];
  for (const request of requests) {
    const id = request.id ?? newId(request.at.getTime());
    const model = request.model ?? "m";
    const charge = request.chargeNanos.toString();
    ids.push(id);
    await fixture.query(
      `insert into usage_record (id, account_id, user_id, key_id, group_id, protocol, requested_model, model, is_stream, attempts, input_tokens,
          cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, image_tokens, audio_tokens, multiplier_ppm, cost_nanos, charge_nanos,
          uncollected_nanos, reserved_nanos, charge_entry_ids, charge_parts, outcome, http_status, is_estimated, queue_ms, total_ms, admitted_at, settled_at)
        values ($1, $2, $3, $4, 'default', 'openai-chat', $5, $5, false, 1, 10, 0, 0, 5, 0, 0, 0, 1000000, $6, $6, 0, 0, array[$7::uuid],
          array[$6::bigint], 'finished', 200, false, 0, 1, $8, $9)`,
      [id, account, person.userId, person.keyId, model, charge, entry, request.at, at],
    );
    await fixture.query(
      `insert into usage_rollup as t (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens, output_tokens,
          reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
        values ($1, date_trunc('hour', $2::timestamptz, 'UTC'), $3, $4, 1, 0, 10, 0, 5, 0, $5, 0, 'default', $6)
        on conflict (account_id, hour, key_id, model, group_id, pool_id) do update set requests = t.requests + 1,
          input_tokens = t.input_tokens + 10, output_tokens = t.output_tokens + 5, charge_nanos = t.charge_nanos + excluded.charge_nanos`,
      [account, request.at, person.keyId, model, charge, request.poolId ?? NO_POOL],
    );
  }
  return ids;
}
