import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import type { By, Metric } from "../params.ts";
import { metricOf, type SeriesRow, totalOf } from "../series.ts";
import { seriesColor } from "./usage-figure.tsx";

interface SeriesTableProps {
  ranked: SeriesRow[];
  by: By;
  metric: Metric;
  format: Format;
  nameOf: (row: SeriesRow) => string;
}

/** Table 1: the numbers of figure 1, in its order. */
export async function SeriesTable({ ranked, by, metric, format, nameOf }: SeriesTableProps) {
  const translate = await getTranslations("usage");
  const total = totalOf(ranked);
  const money = format.moneyColumn(ranked.map((row) => row.chargeNanos));
  const whole = metricOf(total, metric);
  const share = (row: SeriesRow) => (whole === 0n ? "—" : shareText(metricOf(row, metric), whole));
  const thousands = (tokens: number) =>
    (tokens / 1000).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    <Table number={1} caption={translate("seriesCaption", { by: translate(`by_${by}`) })} captionAbove>
      <thead>
        <tr>
          <Head>{translate(`by_${by}`)}</Head>
          <Head numeric>{translate("requests")}</Head>
          <th scope="col" className="num wide-only">
            {translate("input")}
            <span className="unit"> / k</span>
          </th>
          <th scope="col" className="num wide-only">
            {translate("output")}
            <span className="unit"> / k</span>
          </th>
          <Head numeric unit={format.symbol}>
            {translate("cost")}
          </Head>
          <Head numeric unit="%">
            {translate("share")}
          </Head>
        </tr>
      </thead>
      <tbody>
        {ranked.map((row, place) => (
          <tr key={row.series}>
            <td>
              <span className="swatch" style={{ background: seriesColor(place) }} aria-hidden="true" />
              {by === "model" ? <code className="whitespace-normal!">{nameOf(row)}</code> : nameOf(row)}
            </td>
            <td className="num">{format.count(row.requests)}</td>
            <td className="num wide-only">{thousands(row.inputTokens)}</td>
            <td className="num wide-only">{thousands(row.outputTokens)}</td>
            <td className="num">{money(row.chargeNanos)}</td>
            <td className="num">{share(row)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{translate("sum")}</td>
          <td className="num">{format.count(total.requests)}</td>
          <td className="num wide-only">{thousands(total.inputTokens)}</td>
          <td className="num wide-only">{thousands(total.outputTokens)}</td>
          <td className="num">{money(total.chargeNanos)}</td>
          <td className="num">{whole === 0n ? "—" : "100"}</td>
        </tr>
      </tfoot>
    </Table>
  );
}

/** Percent with one decimal; nothing is 0, and something is never 0.0. */
function shareText(part: bigint, whole: bigint): string {
  if (part === 0n) return "0";
  const percent = (Number(part) / Number(whole)) * 100;
  return percent < 0.05 ? "<0.1" : percent.toFixed(1);
}
