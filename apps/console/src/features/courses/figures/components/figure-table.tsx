import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { seriesColor } from "#features/usage/components/usage-figure.tsx";
import type { Metric } from "#features/usage/params.ts";
import { metricOf, type SeriesRow, totalOf } from "#features/usage/series.ts";
import { getFormat } from "#i18n/server-format.ts";
import type { CourseBy } from "../params.ts";

interface FigureTableProps {
  ranked: SeriesRow[];
  by: CourseBy;
  metric: Metric;
  nameOf: (row: SeriesRow) => string;
  /** Where more about a row stands. */
  hrefOf: (row: SeriesRow) => string | undefined;
}

/** Table 1: the numbers of figure 1, in its order. */
export async function FigureTable({ ranked, by, metric, nameOf, hrefOf }: FigureTableProps) {
  const [translate, format] = await Promise.all([getTranslations("figures"), getFormat()]);
  const total = totalOf(ranked);
  const money = format.moneyColumn(ranked.map((row) => row.chargeNanos));
  const whole = metricOf(total, metric);
  const share = (row: SeriesRow) =>
    whole === 0n ? "—" : format.percent(Number((metricOf(row, metric) * 100_000n) / whole) / 100_000);
  const line = (row: Pick<SeriesRow, "requests" | "failures" | "inputTokens" | "outputTokens">) => (
    <>
      <td className="num">{format.count(row.requests)}</td>
      <td className="num wide-only">{format.count(row.failures)}</td>
      <td className="num wide-only">{format.tokens(row.inputTokens)}</td>
      <td className="num wide-only">{format.tokens(row.outputTokens)}</td>
    </>
  );
  return (
    <Table number={1} caption={translate("tableCaption", { by: translate(`by.${by}`) })} captionAbove>
      <thead>
        <tr>
          <Head>{translate(`by.${by}`)}</Head>
          <Head numeric>{translate("metrics.requests")}</Head>
          <th scope="col" className="num wide-only">
            {translate("unfinished")}
          </th>
          <th scope="col" className="num wide-only">
            {translate("input")}
          </th>
          <th scope="col" className="num wide-only">
            {translate("output")}
          </th>
          <Head numeric unit={format.symbol.trim()}>
            {translate("metrics.cost")}
          </Head>
          <Head numeric>{translate("share")}</Head>
        </tr>
      </thead>
      <tbody>
        {ranked.map((row, place) => {
          const [name, href] = [nameOf(row), hrefOf(row)];
          const text = by === "model" ? <code className="whitespace-normal!">{name}</code> : name;
          return (
            <tr key={row.series}>
              <td>
                <span className="swatch" style={{ background: seriesColor(place) }} aria-hidden="true" />
                {href === undefined ? text : <Link href={href}>{text}</Link>}
              </td>
              {line(row)}
              <td className="num">{money(row.chargeNanos)}</td>
              <td className="num">{share(row)}</td>
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <td>{translate("sum")}</td>
          {line(total)}
          <td className="num">{money(total.chargeNanos)}</td>
          <td className="num">{whole === 0n ? "—" : format.percent(1)}</td>
        </tr>
      </tfoot>
    </Table>
  );
}
