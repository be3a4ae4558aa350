import "server-only";
import { findPrices, readUsageRecords } from "@lyceum/db";
import { byteOrderMark, csvLine } from "@lyceum/domain";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { exportHead, exportLine } from "./export-line.ts";
import type { UsageParams } from "./params.ts";
import { usageSpan } from "./span.ts";

/** Name and contents of this person's export: every request of the period, read page by page as it is sent. */
export async function exportRecords(
  userId: string,
  params: UsageParams,
  rowsPerRead = 1_000,
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
  let before: string | null = null;
  let hasHead = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!hasHead) controller.enqueue(encoder.encode(byteOrderMark + csvLine(exportHead)));
      hasHead = true;
      const filter = { accountId: account.id, from: span.from, to, before, limit: rowsPerRead };
      const rows = await readUsageRecords(getDb(), filter);
      const prices = await findPrices(
        getDb(),
        rows.flatMap((row) => row.priceId ?? []),
      );
      const lines = rows.map((row) => exportLine(row, prices.get(row.priceId ?? "") ?? null, currency));
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.map(csvLine).join("")));
      before = rows.at(-1)?.id ?? null;
      if (rows.length < rowsPerRead) controller.close();
    },
  });
  const lastDay = format.isoDay(new Date(span.to.getTime() - 1));
  const firstDay = format.isoDay(span.from);
  return { name: `lyceum-usage-${firstDay === lastDay ? firstDay : `${firstDay}-${lastDay}`}.csv`, body };
}
