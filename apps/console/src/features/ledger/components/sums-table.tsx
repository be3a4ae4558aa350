import type { BookSums } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { monthsBack } from "../months.ts";

interface Line {
  name: string;
  count: number | null;
  nanos: bigint;
}

/** What the books hold at this moment, and what this month cost whom. */
export async function SumsTable({ sums, number }: { sums: BookSums; number: number }) {
  const [translate, format, { now, timeZone }] = await Promise.all([
    getTranslations("ledger"),
    getFormat(),
    getFormatSettings(),
  ]);
  const lines: Line[] = [
    ...sums.accounts.map(({ kind, count, balanceNanos }) => ({
      name: translate(`accounts_${kind}`),
      count,
      nanos: balanceNanos,
    })),
    ...sums.credits.map(({ kind, count, remainingNanos }) => ({
      name: translate(`credits_${kind}`),
      count,
      nanos: remainingNanos,
    })),
    { name: translate("reservations"), count: sums.reservations.count, nanos: sums.reservations.amountNanos },
    { name: translate("charged"), count: null, nanos: sums.chargedNanos },
    { name: translate("uncollected"), count: null, nanos: sums.uncollectedNanos },
    { name: translate("house"), count: sums.house.requests, nanos: sums.house.costNanos },
  ];
  const money = format.moneyColumn(lines.map((line) => line.nanos));
  const [month = ""] = monthsBack(now, null, timeZone, 1);
  return (
    <Table number={number} caption={translate("sumsCaption", { zone: timeZone, month })} captionAbove>
      <thead>
        <tr>
          <Head>{translate("item")}</Head>
          <Head numeric>{translate("count")}</Head>
          <Head numeric unit={format.symbol.trim()}>
            {translate("amount")}
          </Head>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, count, nanos }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="num">{count === null ? "" : format.count(count)}</td>
            <td className="num">{money(nanos)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
