import "server-only";
import { listUsageRecords, type UsageRecordRow } from "@lyceum/db";
import { formatAmount, formatRequestId } from "@lyceum/domain";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { byteOrderMark, csvLine } from "./csv.ts";
import type { UsageParams } from "./params.ts";
import { usageSpan } from "./span.ts";

const rowsPerRead = 200;
/** More than a spreadsheet is pleasant with; the period can be made shorter. */
const mostRows = 50_000;

/** Column heads are the same in both languages, so that a script reads either. */
const head = [
  "request_id",
  "time",
  "model",
  "key",
  "group",
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "charge",
  "uncollected",
  "currency",
  "outcome",
  "http_status",
  "error_code",
  "estimated",
  "ttft_ms",
  "total_ms",
  "client",
];

function lineOf(row: UsageRecordRow, currency: string): string {
  return csvLine([
    formatRequestId(row.id),
    row.admittedAt.toISOString(),
    row.model,
    row.keyName,
    row.groupId,
    row.inputTokens,
    row.cachedInputTokens,
    row.outputTokens,
    row.reasoningTokens,
    formatAmount(row.chargeNanos),
    formatAmount(row.uncollectedNanos),
    currency,
    row.outcome,
    row.httpStatus,
    row.errorCode,
    row.isEstimated,
    row.ttftMs,
    row.totalMs,
    row.client,
  ]);
}

/** Name and contents of this person's export; the contents are read page by page as they are sent. */
export async function exportRecords(
  userId: string,
  params: UsageParams,
): Promise<{ name: string; body: ReadableStream<Uint8Array> }> {
  const [account, format, { now, timeZone, currency }] = await Promise.all([
    getOwnAccount(userId),
    getFormat(),
    getFormatSettings(),
  ]);
  const span = usageSpan(params, now, timeZone);
  // Nothing that comes in while it is read may shift the pages.
  const to = new Date(Math.min(span.to.getTime(), now.getTime()));
  const encoder = new TextEncoder();
  let page = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      page += 1;
      if (page === 1) controller.enqueue(encoder.encode(byteOrderMark + csvLine(head)));
      const filter = { accountId: account.id, from: span.from, to, page, pageSize: rowsPerRead };
      const { rows } = await listUsageRecords(getDb(), filter);
      if (rows.length > 0) controller.enqueue(encoder.encode(rows.map((row) => lineOf(row, currency)).join("")));
      if (rows.length < rowsPerRead || page * rowsPerRead >= mostRows) controller.close();
    },
  });
  const lastDay = format.isoDay(new Date(span.to.getTime() - 1));
  const firstDay = format.isoDay(span.from);
  return { name: `lyceum-usage-${firstDay === lastDay ? firstDay : `${firstDay}-${lastDay}`}.csv`, body };
}
