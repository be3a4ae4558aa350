import type { FundingRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Badge } from "#components/ui/badge.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { UndoFunding } from "./undo-funding.tsx";

/** What was given to members, newest first: the receipt of each, and its way back. */
export async function FundingsTable({
  courseId,
  rows,
  canUndo,
}: {
  courseId: string;
  rows: FundingRow[];
  canUndo: boolean;
}) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const unit = format.symbol.trim();
  const money = format.moneyColumn(
    rows.flatMap((row) => [row.grantedNanos, row.waitingNanos, row.takenNanos].filter((nanos) => nanos > 0n)),
  );
  const rest = "max-lg:hidden";
  return (
    <Table label={translate("fundings")} caption={translate("fundingsCaption")}>
      <thead>
        <tr>
          <Head>{translate("funding")}</Head>
          <Head numeric>{translate("people")}</Head>
          <Head numeric unit={unit}>
            {translate("granted")}
          </Head>
          <th scope="col" className={`num ${rest}`}>
            {translate("setAside")}
            <span className="unit"> / {unit}</span>
          </th>
          <th scope="col" className={`num ${rest}`}>
            {translate("taken")}
            <span className="unit"> / {unit}</span>
          </th>
          <Head>{translate("status")}</Head>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              {row.amountNanos === null
                ? translate("fileFunding", { mode: translate(`mode.${row.mode}`) })
                : translate(`fundingLine.${row.mode}`, { amount: format.money(row.amountNanos) })}
              <span className="block muted tiny">
                <span title={format.exact(row.at)}>{format.dateTime(row.at)}</span> {row.actorName}
                {translate("colon")}
                {row.reason}
              </span>
            </td>
            <td className="num">{format.count(row.people)}</td>
            <td className="num">
              {money(row.grantedNanos)}
              {(row.waitingNanos > 0n || row.takenNanos > 0n) && (
                <span className="block muted tiny lg:hidden">
                  {row.waitingNanos > 0n && `${translate("setAside")} ${money(row.waitingNanos)}`}
                  {row.takenNanos > 0n && ` ${translate("taken")} ${money(row.takenNanos)}`}
                </span>
              )}
            </td>
            <td className={`num ${rest}`}>{money(row.waitingNanos)}</td>
            <td className={`num ${rest}`}>{money(row.takenNanos)}</td>
            <td>
              {row.undoneAt !== null ? (
                <Badge>{translate("undoneMark")}</Badge>
              ) : (
                canUndo && row.grantedNanos + row.waitingNanos > 0n && <UndoFunding courseId={courseId} id={row.id} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
