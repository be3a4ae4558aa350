import type { LedgerRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { AdminLink } from "#components/shell/admin-link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

interface EntriesTableProps {
  rows: LedgerRow[];
  total: number;
  number: number;
}

/** Entries of all accounts, newest first. */
export async function EntriesTable({ rows, total, number }: EntriesTableProps) {
  const [translate, words, format] = await Promise.all([
    getTranslations("ledger"),
    getTranslations("balance"),
    getFormat(),
  ]);
  const amount = format.moneyColumn(rows.map((row) => row.amountNanos));
  const holder = (row: LedgerRow) => {
    if (row.userId === null) return translate(row.accountKind === "course" ? "course_account" : "house_account");
    return (
      <>
        <AdminLink href={`/admin/users?user=${row.userId}`}>{row.userName}</AdminLink>{" "}
        <span className="muted">{row.studentId}</span>
      </>
    );
  };
  const why = (row: LedgerRow) =>
    row.requests > 0 ? translate("requests", { count: row.requests }) : row.reason || "—";
  return (
    <Table number={number} caption={translate("entriesCaption", { total })} captionAbove>
      <thead>
        <tr>
          <Head>{translate("time")}</Head>
          <Head>{translate("person")}</Head>
          <th scope="col" className="wide-only">
            {translate("kind")}
          </th>
          <Head numeric unit={format.symbol.trim()}>
            {translate("amount")}
          </Head>
          <th scope="col" className="num wide-only">
            {translate("balanceAfter")}
            <span className="unit"> / {format.symbol.trim()}</span>
          </th>
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
            <td>
              {holder(row)}
              <span className="narrow-only block muted tiny">
                {words(`entry_${row.kind}`)} {why(row)}
              </span>
            </td>
            <td className="nowrap wide-only">{words(`entry_${row.kind}`)}</td>
            <td className={`num ${row.amountNanos > 0n ? "text-positive" : ""}`}>
              {row.amountNanos > 0n ? "+" : ""}
              {amount(row.amountNanos)}
            </td>
            <td className="num wide-only">{format.fixed(row.balanceAfterNanos, 4)}</td>
            <td className="wide-only">{why(row)}</td>
            <td className="wide-only nowrap">{row.actorName ?? translate("system")}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
