import type { Tx } from "../../packages/db/src/index.ts";
import { newId } from "../../packages/domain/src/index.ts";

/** Money that arrived in the past. */
export type PastCredit = { accountId: string; amountNanos: bigint; reason: string; actorId: string | null; at: Date };

/** A request of the past; columns of usage_record, amounts as bigint. `chargeNanos` is decided by the books. */
export type PastRequest = {
  accountId: string;
  userId: string;
  keyId: string;
  groupId: string;
  model: string;
  channelId: string | null;
  deploymentId: string | null;
  upstreamModel: string;
  isStream: boolean;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  imageTokens: number;
  priceId: string | null;
  multiplierPpm: number;
  costNanos: bigint;
  outcome: string;
  errorCode: string | null;
  httpStatus: number;
  ttftMs: number | null;
  totalMs: number;
  client: string;
  ip: string;
  at: Date;
};

/** Paid by nobody's pool. */
const NO_POOL = "00000000-0000-0000-0000-000000000000";

type Row = Record<string, unknown>;

/**
 * Writes credits and requests of the past as the ledger would have: entries with the balance after each, charges of one account
 * summed up by the hour, rollups, and what accounts and keys carry. The ledger's own functions can't: they write the present time.
 * Accounts and keys must be new. verify_ledger() is the proof that the books add up; the seeds' tests ask it.
 */
export async function writeHistory(
  tx: Tx,
  credits: readonly PastCredit[],
  requests: readonly PastRequest[],
): Promise<void> {
  const rows = { credit: [] as Row[], entry: [] as Row[], record: [] as Row[] };
  const accounts = new Set([...credits, ...requests].map((each) => each.accountId));
  for (const accountId of accounts) {
    const mine = <T extends { accountId: string; at: Date }>(all: readonly T[]) =>
      all.filter((each) => each.accountId === accountId).sort((a, b) => a.at.getTime() - b.at.getTime());
    keepBooks(accountId, mine(credits), mine(requests), rows);
  }
  const times = requests.map((each) => each.at.getTime());
  const first = new Date(times.reduce((least, each) => Math.min(least, each), Date.now()));
  await tx.$executeRaw`select make_usage_months(${first}::timestamptz, 1)`;
  await insert(tx, "credit", rows.credit);
  await insert(tx, "usage_record", rows.record);
  await insert(tx, "ledger_entry", rows.entry);
  await tx.$executeRaw`insert into usage_rollup (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens,
      output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
    select account_id, date_trunc('hour', admitted_at, 'UTC'), key_id, model, count(*), count(*) filter (where outcome <> 'finished'),
      sum(input_tokens), sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), sum(charge_nanos), sum(uncollected_nanos), group_id, ${NO_POOL}::uuid
    from usage_record where account_id = any(${[...accounts]}::uuid[]) group by 1, 2, 3, 4, group_id`;
  await tx.$executeRaw`update account a set balance_nanos = (select coalesce(sum(remaining_nanos), 0) from credit where account_id = a.id)
    where id = any(${[...accounts]}::uuid[])`;
  await tx.$executeRaw`update virtual_key k set last_used_at = r.last_at, last_used_ip = r.ip, last_used_client = r.client
    from (select key_id, max(settled_at) as last_at, (array_agg(ip order by settled_at desc))[1] as ip,
      (array_agg(client order by settled_at desc))[1] as client from usage_record where account_id = any(${[...accounts]}::uuid[]) group by 1) r
    where k.id = r.key_id`;
}

type OpenCredit = { id: string; remaining: bigint; row: Row };

/** One account from its first credit to its last request. */
function keepBooks(
  accountId: string,
  credits: readonly PastCredit[],
  requests: readonly PastRequest[],
  rows: { credit: Row[]; entry: Row[]; record: Row[] },
): void {
  const open: OpenCredit[] = [];
  const waiting = [...credits];
  let balance = 0n;
  let hour = "";
  /** The charge entry of this hour for each credit, as settlement batches write them. */
  let entries = new Map<string, Row & { amount: bigint; requests: number }>();
  const closeHour = () => {
    for (const entry of entries.values()) {
      balance += entry.amount;
      const { amount, ...rest } = entry;
      rows.entry.push({ ...rest, amount_nanos: amount.toString(), balance_after_nanos: balance.toString() });
    }
    entries = new Map();
  };
  const post = (credit: PastCredit) => {
    closeHour();
    const amount = credit.amountNanos.toString();
    const row: Row = {
      id: newId(credit.at.getTime()),
      account_id: accountId,
      kind: "top-up",
      amount_nanos: amount,
      note: credit.reason,
      created_at: credit.at,
    };
    open.push({ id: String(row.id), remaining: credit.amountNanos, row });
    rows.credit.push(row);
    balance += credit.amountNanos;
    rows.entry.push({
      id: newId(credit.at.getTime()),
      account_id: accountId,
      credit_id: row.id,
      kind: "top-up",
      amount_nanos: amount,
      balance_after_nanos: balance.toString(),
      actor_id: credit.actorId,
      reason: credit.reason,
      requests: 0,
      created_at: credit.at,
    });
  };
  for (const request of requests) {
    while (waiting[0] !== undefined && waiting[0].at <= request.at) post(waiting.shift() as PastCredit);
    const settledAt = new Date(request.at.getTime() + request.totalMs);
    if (request.at.toISOString().slice(0, 13) !== hour) closeHour();
    hour = request.at.toISOString().slice(0, 13);
    let due = request.costNanos;
    const ids: string[] = [];
    const parts: string[] = [];
    for (const credit of open) {
      if (due === 0n) break;
      if (credit.remaining === 0n) continue;
      let taken = due;
      if (credit.remaining < due) taken = credit.remaining;
      credit.remaining -= taken;
      due -= taken;
      const entry = entries.get(credit.id) ?? {
        id: newId(settledAt.getTime()),
        account_id: accountId,
        credit_id: credit.id,
        kind: "charge",
        actor_id: null,
        reason: "",
        requests: 0,
        amount: 0n,
        created_at: settledAt,
      };
      entry.amount -= taken;
      entry.requests += 1;
      entry.created_at = settledAt;
      entries.set(credit.id, entry);
      ids.push(String(entry.id));
      parts.push(taken.toString());
    }
    rows.record.push(recordOf(request, settledAt, request.costNanos - due, due, ids, parts));
  }
  for (const credit of waiting) post(credit);
  closeHour();
  for (const credit of open) {
    credit.row.remaining_nanos = credit.remaining.toString();
    credit.row.is_open = credit.remaining > 0n;
  }
}

function recordOf(
  request: PastRequest,
  settledAt: Date,
  charge: bigint,
  uncollected: bigint,
  ids: string[],
  parts: string[],
): Row {
  return {
    id: newId(request.at.getTime()),
    account_id: request.accountId,
    user_id: request.userId,
    key_id: request.keyId,
    group_id: request.groupId,
    protocol: "openai-chat",
    requested_model: request.model,
    model: request.model,
    channel_id: request.channelId,
    deployment_id: request.deploymentId,
    upstream_model: request.upstreamModel,
    is_stream: request.isStream,
    attempts: 1,
    input_tokens: request.inputTokens,
    cached_input_tokens: request.cachedInputTokens,
    cache_write_tokens: 0,
    output_tokens: request.outputTokens,
    reasoning_tokens: request.reasoningTokens,
    image_tokens: request.imageTokens,
    audio_tokens: 0,
    price_id: request.priceId,
    multiplier_ppm: request.multiplierPpm,
    cost_nanos: request.costNanos.toString(),
    charge_nanos: charge.toString(),
    uncollected_nanos: uncollected.toString(),
    reserved_nanos: request.costNanos.toString(),
    charge_entry_ids: ids,
    charge_parts: parts,
    outcome: request.outcome,
    error_code: request.errorCode,
    http_status: request.httpStatus,
    is_estimated: request.outcome === "client-gone",
    queue_ms: 1,
    ttft_ms: request.ttftMs,
    total_ms: request.totalMs,
    client: request.client,
    ip: request.ip,
    admitted_at: request.at,
    settled_at: settledAt,
  };
}

/** Many rows in one statement each thousand: the columns of the table by name, the rest as JSON leaves them (null). */
async function insert(tx: Tx, table: "credit" | "ledger_entry" | "usage_record", rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) {
    const batch = JSON.stringify(rows.slice(from, from + 1000));
    await tx.$executeRawUnsafe(
      `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`,
      batch,
    );
  }
}
