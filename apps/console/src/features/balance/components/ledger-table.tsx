import type { EntryRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

interface LedgerTableProps {
  rows: EntryRow[];
  total: number;
  page: number;
  pageSize: number;
  number: number;
}

/** Every movement of one's own money, newest first; a charge leads to the requests it sums up. */
export async function LedgerTable({ rows, total, page, pageSize, number }: LedgerTableProps) {
  const [translate, format] = await Promise.all([getTranslations("balance"), getFormat()]);
  const column = format.moneyColumn(rows.map((row) => row.amountNanos));
  const signed = (nanos: bigint) => (nanos > 0n ? `+${column(nanos)}` : column(nanos));
  return (
    <>
      <Table number={number} caption={translate("ledgerCaption")} captionAbove>
        <thead>
          <tr>
            <Head>{translate("time")}</Head>
            <Head>{translate("entryKind")}</Head>
            <Head numeric unit={format.symbol}>
              {translate("amount")}
            </Head>
            <Head numeric unit={format.symbol}>
              {translate("balanceAfter")}
            </Head>
            <th scope="col" className="wide-only">
              {translate("reason")}
            </th>
            <th scope="col" className="wide-only">
              {translate("by")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="nowrap" title={format.exact(row.createdAt)}>
                {format.dateTime(row.createdAt)}
              </td>
              <td className="nowrap">{translate(`entry_${row.kind}`)}</td>
              <td className={`num ${row.amountNanos > 0n ? "text-positive" : ""}`}>{signed(row.amountNanos)}</td>
              <td className="num">{format.fixed(row.balanceAfterNanos, 4)}</td>
              <td className="wide-only">
                {row.requests > 0 ? (
                  <Link href={`/usage?day=${format.isoDay(row.createdAt)}`}>
                    {translate("chargeFor", { count: row.requests })}
                  </Link>
                ) : (
                  row.reason || "—"
                )}
              </td>
              <td className="wide-only nowrap">{row.actorName ?? translate("system")}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Pagination page={page} pageSize={pageSize} total={total} href={(next) => `/balance?page=${next}`} />
    </>
  );
}
