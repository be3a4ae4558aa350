import "server-only";
import { findPrices, listUsageRecords } from "@lyceum/db";
import { byteOrderMark, csvLine } from "@lyceum/domain";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { exportHead, exportLine } from "./export-line.ts";
import type { UsageParams } from "./params.ts";
import { usageSpan } from "./span.ts";

const rowsPerRead = 200;
/** More than a spreadsheet is pleasant with; the period can be made shorter. */
const mostRows = 50_000;

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
      if (page === 1) controller.enqueue(encoder.encode(byteOrderMark + csvLine(exportHead)));
      const filter = { accountId: account.id, from: span.from, to, page, pageSize: rowsPerRead };
      const { rows } = await listUsageRecords(getDb(), filter);
      const prices = await findPrices(
        getDb(),
        rows.flatMap((row) => row.priceId ?? []),
      );
      const lines = rows.map((row) => exportLine(row, prices.get(row.priceId ?? "") ?? null, currency));
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.map(csvLine).join("")));
      if (rows.length < rowsPerRead || page * rowsPerRead >= mostRows) controller.close();
    },
  });
  const lastDay = format.isoDay(new Date(span.to.getTime() - 1));
  const firstDay = format.isoDay(span.from);
  return { name: `lyceum-usage-${firstDay === lastDay ? firstDay : `${firstDay}-${lastDay}`}.csv`, body };
}
