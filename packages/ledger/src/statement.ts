import {
  balanceAt,
  type Db,
  droppedUsage,
  formatMultiplier,
  getStatementPeriod,
  type StatementEntry,
  type StatementPeriod,
  type StatementRequest,
  statementEntries,
  statementRequests,
  type Tx,
} from "@lyceum/db";
import { byteOrderMark, csvLine, formatAmount, formatRequestId } from "@lyceum/domain";
import { inPieces } from "./pieces.ts";

export type StatementQuery = {
  readonly accountId: string;
  /** YYYY-MM */
  readonly month: string;
  /** IANA name: the month begins and ends at its midnight. */
  readonly zone: string;
  /** ISO 4217 */
  readonly currency: string;
  /** Whose: stands in the first row. */
  readonly holder: string;
};

/** Column heads are the same in every language, so that a script reads them. Amounts are exact and signed. */
const columns = [
  ...[
    "row",
    "time",
    "kind",
    "amount",
    "balance_after",
    "credit",
    "other_party",
    "reason",
    "actor",
    "requests",
    "request_id",
    "model",
    "key",
  ],
  ...[
    "outcome",
    "estimated",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
  ],
  ...["image_tokens", "audio_tokens", "price_version", "multiplier", "charge", "uncollected", "note"],
] as const;

type Cells = { readonly [Column in (typeof columns)[number]]?: string | number | boolean | null };

function line(cells: Cells): string {
  return csvLine(columns.map((column) => cells[column] ?? null));
}

/**
 * The statement of one account for a month as CSV, in pieces of whole lines: what it had, every entry, what it has; then the requests behind the
 * charges; then sums that tie the three together. Throws `invalid_request` at once for a month that makes no sense.
 */
export async function accountStatement(db: Db | Tx, query: StatementQuery): Promise<AsyncGenerator<string>> {
  const period = await getStatementPeriod(db, query.month, query.zone);
  return inPieces(write(db, query, period));
}

async function* write(db: Db | Tx, query: StatementQuery, period: StatementPeriod): AsyncGenerator<string> {
  const { accountId, holder, currency } = query;
  yield byteOrderMark + csvLine(columns);
  yield line({ row: "statement", kind: query.month, reason: holder, note: `${period.zone}, ${currency}` });
  const opening = await balanceAt(db, accountId, period.from);
  yield line({ row: "opening", balance_after: formatAmount(opening) });

  let balance = opening;
  let charged = 0n;
  for await (const entry of statementEntries(db, accountId, period)) {
    balance += entry.amountNanos;
    if (entry.requests > 0) charged += entry.amountNanos;
    yield entryLine(entry, balance);
  }
  const closing = await balanceAt(db, accountId, period.to);
  yield line({ row: "closing", balance_after: formatAmount(closing) });

  let listed = 0n;
  for await (const request of statementRequests(db, accountId, period)) {
    listed -= request.chargedInPeriodNanos;
    yield requestLine(request);
  }
  const dropped = await droppedUsage(db, accountId, period);
  let summed = 0n;
  for (const usage of dropped?.rows ?? []) {
    summed -= usage.chargeNanos;
    yield line({
      row: "usage",
      model: usage.model,
      requests: usage.requests,
      input_tokens: usage.inputTokens,
      cached_input_tokens: usage.cachedInputTokens,
      output_tokens: usage.outputTokens,
      reasoning_tokens: usage.reasoningTokens,
      amount: formatAmount(-usage.chargeNanos),
      charge: formatAmount(usage.chargeNanos),
      uncollected: formatAmount(usage.uncollectedNanos),
      note: "单条请求已按保留期清理，只留下按模型的合计; single requests were dropped after their retention, sums by model stay",
    });
  }
  yield* sumLines({ opening, entries: balance - opening, closing, charged, listed, summed });
}

function entryLine(entry: StatementEntry, balance: bigint): string {
  return line({
    row: "entry",
    time: entry.time,
    kind: entry.kind,
    amount: formatAmount(entry.amountNanos),
    balance_after: formatAmount(balance),
    credit: entry.creditNote === "" ? entry.creditKind : `${entry.creditKind}: ${entry.creditNote}`,
    other_party: entry.otherParty,
    reason: entry.reason,
    actor: entry.actorName,
    requests: entry.requests === 0 ? null : entry.requests,
    note:
      entry.requests > 0 && entry.kind !== "charge"
        ? "更正：请求的真实用量晚到; correction: the true usage of a request arrived late"
        : null,
  });
}

function requestLine(request: StatementRequest): string {
  const elsewhere = request.chargeNanos - request.chargedInPeriodNanos;
  return line({
    row: "request",
    time: request.time,
    kind: "charge",
    amount: formatAmount(-request.chargedInPeriodNanos),
    request_id: formatRequestId(request.id),
    model: request.model,
    key: request.keyName,
    outcome: request.outcome,
    estimated: request.isEstimated,
    input_tokens: request.inputTokens,
    cached_input_tokens: request.cachedInputTokens,
    cache_write_tokens: request.cacheWriteTokens,
    output_tokens: request.outputTokens,
    reasoning_tokens: request.reasoningTokens,
    image_tokens: request.imageTokens,
    audio_tokens: request.audioTokens,
    price_version: request.priceVersion,
    multiplier: formatMultiplier(request.multiplierPpm),
    charge: formatAmount(request.chargeNanos),
    uncollected: formatAmount(request.uncollectedNanos),
    note:
      elsewhere === 0n
        ? null
        : `另有 ${formatAmount(elsewhere)} 记在别的月份; ${formatAmount(elsewhere)} more of the charge stands in another month`,
  });
}

type Sums = { opening: bigint; entries: bigint; closing: bigint; charged: bigint; listed: bigint; summed: bigint };

function* sumLines({ opening, entries, closing, charged, listed, summed }: Sums): Generator<string> {
  const sum = (kind: string, amount: bigint, note: string) =>
    line({ row: "sum", kind, amount: formatAmount(amount), note });
  yield sum("entries", entries, "全部流水之和; all entries");
  yield sum("closing", opening + entries, "期初 + 流水; opening + entries");
  if (opening + entries !== closing) {
    const late = formatAmount(closing - opening - entries);
    yield sum(
      "posted-meanwhile",
      closing - opening - entries,
      `写这份账单时又入账 ${late}; posted while this was written`,
    );
  }
  yield sum("charges", charged, "扣款与其更正之和; charges and their corrections");
  yield sum("requests", listed, "所列请求在本月的扣款; charges of the listed requests in this month");
  if (summed !== 0n) yield sum("usage", summed, "已清理请求的合计; sums of dropped requests");
  const rest = charged - listed - summed;
  if (rest !== 0n) {
    yield sum(
      "other-months",
      rest,
      "未列出的请求：在月界上先后进入两个月，或在两天以后才结算; requests not listed: they fall into two months, or were settled more than two days later",
    );
  }
}
