import type { VoucherBatchRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** Batches, newest first, with what became of their codes; each leads to its codes. */
export async function BatchesTable({
  rows,
  hrefOf,
  openId,
}: {
  rows: VoucherBatchRow[];
  hrefOf: (batchId: string) => string;
  openId?: string | undefined;
}) {
  const [translate, format] = await Promise.all([getTranslations("vouchers"), getFormat()]);
  const rest = "max-md:hidden";
  const money = format.moneyColumn(rows.map((row) => row.amountNanos));
  return (
    <Table label={translate("title")} caption={translate("caption")}>
      <thead>
        <tr>
          <Head>{translate("batch")}</Head>
          <Head numeric unit={format.symbol.trim()}>
            {translate("each")}
          </Head>
          <th scope="col" className={`num ${rest}`}>
            {translate("codes")}
          </th>
          <Head numeric>{translate("state.redeemed")}</Head>
          <Head numeric>{translate("state.open")}</Head>
          <th scope="col" className={`num ${rest}`}>
            {translate("state.revoked")}
          </th>
          <th scope="col" className={`num ${rest}`}>
            {translate("state.ended")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} aria-selected={row.id === openId || undefined}>
            <td>
              <Link href={hrefOf(row.id)} scroll={false}>
                {row.note}
              </Link>
              <span className="block muted tiny">
                <span title={format.exact(row.createdAt)}>{format.dateTime(row.createdAt)}</span> {row.actorName},{" "}
                {translate("until", { date: format.date(row.redeemUntil) })}
              </span>
            </td>
            <td className="num">{money(row.amountNanos)}</td>
            <td className={`num ${rest}`}>{format.count(row.codes)}</td>
            <td className="num">{format.count(row.redeemed)}</td>
            <td className="num">{format.count(row.open)}</td>
            <td className={`num ${rest}`}>{format.count(row.revoked)}</td>
            <td className={`num ${rest}`}>{format.count(row.ended)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
