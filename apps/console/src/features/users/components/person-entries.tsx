import type { EntryRow, Page } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** The last ledger entries; who and why stand under the kind. */
export async function PersonEntries({ entries }: { entries: Page<EntryRow> }) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  const { rows, total } = entries;
  const money = format.moneyColumn(rows.flatMap((row) => [row.amountNanos, row.balanceAfterNanos]));
  return (
    <section className="stack">
      <h3>{translate("ledger")}</h3>
      {rows.length === 0 ? (
        <p className="muted small">{translate("noEntries")}</p>
      ) : (
        <Table label={translate("ledger")} caption={translate("lastEntries", { shown: rows.length, total })}>
          <thead>
            <tr>
              <Head>{translate("entry")}</Head>
              <Head numeric unit={format.symbol.trim()}>
                {translate("amount")}
              </Head>
              <Head numeric unit={format.symbol.trim()}>
                {translate("balance")}
              </Head>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>
                  {translate(`entryKind.${row.kind}`)}{" "}
                  <span className="muted" title={format.exact(row.createdAt)}>
                    {format.dateTime(row.createdAt)}
                  </span>
                  <span className="block muted tiny">
                    {row.requests > 0
                      ? translate("requests", { count: row.requests })
                      : [row.actorName, row.reason].filter(Boolean).join("：")}
                  </span>
                </td>
                <td className="num">{`${row.amountNanos > 0n ? "+" : ""}${money(row.amountNanos)}`}</td>
                <td className="num">{money(row.balanceAfterNanos)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
