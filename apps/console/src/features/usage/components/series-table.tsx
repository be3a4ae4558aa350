import type { UsageSums } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import type { By, SumMetric } from "../params.ts";
import { foldRows, metricOf, type SeriesRow, totalOf } from "../series.ts";
import { seriesColor } from "./usage-figure.tsx";

interface SeriesTableProps {
  ranked: SeriesRow[];
  by: By;
  metric: SumMetric;
  format: Format;
  nameOf: (row: SeriesRow) => string;
}

type Column = "requests" | "input" | "cached" | "output" | "thinking" | "errors" | "cost";

/** What a phone has room for beside the name and the share: the metric that is shown, of which the share is. */
const narrow: Record<SumMetric, readonly Column[]> = {
  cost: ["requests", "cost"],
  requests: ["requests", "cost"],
  tokens: ["input", "output"],
  cached: ["requests", "cached"],
  thinking: ["requests", "thinking"],
  errors: ["requests", "errors"],
};

// Made once: each takes as long to make as a row to draw.
const thousandths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const thousands = (tokens: number) => thousandths.format(tokens / 1000);

/** Table 1: the numbers of figure 1, in its order; by day (or hour) one row for each of its columns. */
export async function SeriesTable({ ranked, by, metric, format, nameOf }: SeriesTableProps) {
  const translate = await getTranslations("usage");
  const total = totalOf(ranked);
  const money = format.moneyColumn(ranked.map((row) => row.chargeNanos));
  const whole = metricOf(total, metric);
  const { rows, rest, count } = by === "day" ? { rows: ranked, rest: total, count: 0 } : foldRows(ranked);
  const share = (row: UsageSums) => (whole === 0n ? "—" : shareText(metricOf(row, metric), whole));
  const seen = (column: Column) => (narrow[metric].includes(column) ? "num" : "num wide-only");
  const cells = (row: UsageSums) => (
    <>
      <td className={seen("requests")}>{format.count(row.requests)}</td>
      <td className={seen("input")}>{thousands(row.inputTokens)}</td>
      <td className={seen("cached")}>{thousands(row.cachedInputTokens)}</td>
      <td className={seen("output")}>{thousands(row.outputTokens)}</td>
      <td className={seen("thinking")}>{thousands(row.reasoningTokens)}</td>
      <td className={seen("errors")}>{format.count(row.failures)}</td>
      <td className={seen("cost")}>{money(row.chargeNanos)}</td>
    </>
  );
  return (
    <Table number={1} caption={translate("seriesCaption", { by: translate(`by_${by}`) })} captionAbove>
      <thead>
        <tr>
          <Head>{translate(`by_${by}`)}</Head>
          <th scope="col" className={seen("requests")}>
            {translate("requests")}
          </th>
          <th scope="col" className={seen("input")}>
            {translate("input")}
            <span className="unit"> / k</span>
          </th>
          <th scope="col" className={seen("cached")}>
            {translate("cached")}
            <span className="unit"> / k</span>
          </th>
          <th scope="col" className={seen("output")}>
            {translate("output")}
            <span className="unit"> / k</span>
          </th>
          <th scope="col" className={seen("thinking")}>
            {translate("thinking")}
            <span className="unit"> / k</span>
          </th>
          <th scope="col" className={seen("errors")}>
            {translate("errors")}
          </th>
          <th scope="col" className={seen("cost")}>
            {translate("cost")}
            <span className="unit"> / {format.symbol}</span>
          </th>
          <Head numeric unit="%">
            {translate("share")}
          </Head>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={row.series}>
            <td>
              {by !== "day" && (
                <span className="swatch" style={{ background: seriesColor(place) }} aria-hidden="true" />
              )}
              {by === "model" ? <code className="whitespace-normal!">{nameOf(row)}</code> : nameOf(row)}
            </td>
            {cells(row)}
            <td className="num">{share(row)}</td>
          </tr>
        ))}
        {count > 0 && (
          <tr>
            <td>
              <span className="swatch" style={{ background: seriesColor(rows.length) }} aria-hidden="true" />
              {translate("othersCount", { count })}
            </td>
            {cells(rest)}
            <td className="num">{share(rest)}</td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <td>{translate("sum")}</td>
          {cells(total)}
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
