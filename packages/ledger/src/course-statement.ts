import {
  type Actor,
  balanceAt,
  type Db,
  getCoursePeriod,
  poolMovements,
  poolUsage,
  requireCourseRole,
  type StatementPeriod,
  statementEntries,
  type Tx,
} from "@lyceum/db";
import { byteOrderMark, csvLine, formatAmount } from "@lyceum/domain";
import { inPieces } from "./pieces.ts";
import type { StatementQuery } from "./statement.ts";

const columns = [
  ...[
    "row",
    "time",
    "kind",
    "student_id",
    "name",
    "amount",
    "balance_after",
    "other_party",
    "reason",
    "actor",
    "model",
    "requests",
  ],
  ...["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "uncollected", "note"],
] as const;

type Cells = { readonly [Column in (typeof columns)[number]]?: string | number | null };

function line(cells: Cells): string {
  return csvLine(columns.map((column) => cells[column] ?? null));
}

/**
 * The statement of a course for a month, or all of it (`all`), as CSV, in pieces of whole lines: the pool's own entries between what it had and what it has; what became of
 * its grants, by person (granted, spent, returned, expired); what was spent by person and model. Throws `not_found` for whoever is not staff of it
 * and `invalid_request`, at once.
 */
export async function courseStatement(
  db: Db | Tx,
  actor: Actor,
  { courseId, ...query }: Omit<StatementQuery, "accountId" | "holder"> & { readonly courseId: string },
): Promise<AsyncGenerator<string>> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const period = await getCoursePeriod(db, course.id, query.month, query.zone);
  return inPieces(write(db, { ...query, accountId: course.poolId, holder: `${course.code} ${course.name}` }, period));
}

async function* write(db: Db | Tx, query: StatementQuery, period: StatementPeriod): AsyncGenerator<string> {
  const { accountId, holder, currency } = query;
  yield byteOrderMark + csvLine(columns);
  yield line({ row: "statement", kind: query.month, name: holder, note: `${period.zone}, ${currency}` });
  const opening = await balanceAt(db, accountId, period.from);
  yield line({ row: "opening", balance_after: formatAmount(opening) });
  let balance = opening;
  for await (const entry of statementEntries(db, accountId, period)) {
    balance += entry.amountNanos;
    yield line({
      row: "entry",
      time: entry.time,
      kind: entry.kind,
      amount: formatAmount(entry.amountNanos),
      balance_after: formatAmount(balance),
      other_party: entry.otherParty,
      reason: entry.reason,
      actor: entry.actorName,
    });
  }
  const closing = await balanceAt(db, accountId, period.to);
  yield line({ row: "closing", balance_after: formatAmount(closing) });

  const sums = new Map<string, bigint>([["entries", balance - opening]]);
  const add = (kind: string, amount: bigint) => sums.set(kind, (sums.get(kind) ?? 0n) + amount);
  for (const { studentId, name, kind, amountNanos, requests } of await poolMovements(db, accountId, period)) {
    add(`person-${kind}`, amountNanos);
    const amount = formatAmount(amountNanos);
    yield line({
      row: "person",
      kind,
      student_id: studentId,
      name,
      amount,
      requests: requests === 0 ? null : requests,
    });
  }
  for (const usage of await poolUsage(db, accountId, period)) {
    add("usage", -usage.chargeNanos);
    yield line({
      row: "usage",
      student_id: usage.studentId,
      name: usage.name,
      model: usage.model,
      requests: usage.requests,
      input_tokens: usage.inputTokens,
      cached_input_tokens: usage.cachedInputTokens,
      output_tokens: usage.outputTokens,
      reasoning_tokens: usage.reasoningTokens,
      amount: formatAmount(-usage.chargeNanos),
      uncollected: formatAmount(usage.uncollectedNanos),
    });
  }
  for (const [kind, amount] of sums) yield line({ row: "sum", kind, amount: formatAmount(amount) });
  if (opening + (sums.get("entries") ?? 0n) !== closing) {
    const note = "写这份账单时又入账; posted while this was written";
    yield line({ row: "sum", kind: "posted-meanwhile", amount: formatAmount(closing - balance), note });
  }
}
