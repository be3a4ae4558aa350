import type { CreditRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** Where the balance came from, in the order in which it is spent. */
export async function CreditsTable({ credits, number }: { credits: readonly CreditRow[]; number: number }) {
  const [translate, format] = await Promise.all([getTranslations("balance"), getFormat()]);
  const column = format.moneyColumn(credits.flatMap((credit) => [credit.amountNanos, credit.remainingNanos]));
  return (
    <Table number={number} caption={translate("creditsCaption")} captionAbove>
      <thead>
        <tr>
          <Head>{translate("source")}</Head>
          <Head>{translate("kind")}</Head>
          <Head numeric unit={format.symbol}>
            {translate("remaining")}
          </Head>
          <Head numeric unit={format.symbol}>
            {translate("given")}
          </Head>
          <th scope="col" className="wide-only">
            <span className="sr">{translate("left")}</span>
          </th>
          <Head>{translate("ends")}</Head>
        </tr>
      </thead>
      <tbody>
        {credits.map((credit) => (
          <tr key={credit.id}>
            <td>{credit.note || "—"}</td>
            <td className="nowrap">{translate(`kind_${credit.kind}`)}</td>
            <td className="num strong">{column(credit.remainingNanos)}</td>
            <td className="num">{column(credit.amountNanos)}</td>
            <td className="wide-only">
              <div className="meter w-28" aria-hidden="true">
                <i
                  style={{
                    width: `${100 * (format.plotUnits(credit.remainingNanos) / format.plotUnits(credit.amountNanos))}%`,
                  }}
                />
              </div>
            </td>
            <td className="nowrap">
              {credit.endsAt ? (
                <span title={format.exact(credit.endsAt)}>{format.date(new Date(credit.endsAt.getTime() - 1))}</span>
              ) : (
                <span className="muted">{translate("endless")}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={2}>{translate("sum")}</td>
          <td className="num">{column(credits.reduce((sum, credit) => sum + credit.remainingNanos, 0n))}</td>
          <td className="num">{column(credits.reduce((sum, credit) => sum + credit.amountNanos, 0n))}</td>
          <td className="wide-only" />
          <td />
        </tr>
      </tfoot>
    </Table>
  );
}
