import type { SpeedSampleRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Head, Table } from "#components/ui/table.tsx";
import { type ModelSummary, spreadOf } from "../summary.ts";

/** TTFT here beside the upstream's, and what lies between. */
export function OverheadTable({ summaries, samples }: { summaries: ModelSummary[]; samples: SpeedSampleRow[] }) {
  const translate = useTranslations("speed");
  const shown = (value: number | undefined, digits = 0) => (value === undefined ? "—" : value.toFixed(digits));
  return (
    <Table number={4} caption={translate("overheadCaption")}>
      <thead>
        <tr>
          <Head>{translate("model")}</Head>
          <Head numeric unit="ms">
            {translate("yourTtft")}
          </Head>
          <Head numeric unit="ms">
            {translate("upstreamTtft")}
          </Head>
          <Head numeric unit="ms">
            {translate("overheadHead")} {translate("p50")}
          </Head>
          <Head numeric unit="ms">
            {translate("p95")}
          </Head>
          <Head numeric>n</Head>
        </tr>
      </thead>
      <tbody>
        {summaries.map(({ model, ttft, overhead }) => {
          const own = samples.filter((each) => each.model === model && each.place > 0 && each.errorCode === null);
          const upstream = spreadOf(own, (each) => each.upstreamTtftMs);
          return (
            <tr key={model}>
              <td>
                <code>{model}</code>
              </td>
              <td className="num">{shown(ttft?.p50)}</td>
              <td className="num">{shown(upstream?.p50)}</td>
              <td className="num">{shown(overhead?.p50, 1)}</td>
              <td className="num">{shown(overhead?.p95, 1)}</td>
              <td className="num">{overhead?.count ?? 0}</td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
