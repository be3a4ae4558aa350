import type { SpeedSampleRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { type ModelSummary, summarize } from "../summary.ts";

interface RateTableProps {
  summaries: ModelSummary[];
  /** For each model, what a run of the same kind measured a week before. */
  weekBefore: ReadonlyMap<string, SpeedSampleRow[]>;
  channelOf: (id: string) => string;
  format: Format;
}

/** Table 2: tokens a second, tokens and money, who answered, and how it was a week before. */
export function RateTable({ summaries, weekBefore, channelOf, format }: RateTableProps) {
  const translate = useTranslations("speed");
  const charges = format.moneyColumn(summaries.flatMap(({ chargeNanos }) => chargeNanos ?? []));
  return (
    <Table number={2} caption={translate("rateCaption")} className="mt-4">
      <thead>
        <tr>
          <Head>{translate("model")}</Head>
          {(["decode", "request", "system"] as const).map((name) => (
            <Head key={name} numeric unit="tok/s">
              {translate(name)}
            </Head>
          ))}
          <Head numeric>{translate("tokens")}</Head>
          <Head numeric unit={format.symbol}>
            {translate("charge")}
          </Head>
          <Head>{translate("channel")}</Head>
          <Head>{translate("weekBefore")}</Head>
        </tr>
      </thead>
      <tbody>
        {summaries.map((each) => {
          const mark = each.isCounted ? "≈ " : "";
          const rate = (value: number | null) => (value === null ? "—" : mark + value.toFixed(1));
          return (
            <tr key={each.model}>
              <td>
                <code>{each.model}</code>
              </td>
              <td className="num">{rate(each.decode)}</td>
              <td className="num">{rate(each.request)}</td>
              <td className="num">{rate(each.system)}</td>
              <td className="num nowrap">
                {format.tokens(each.inputTokens)}, {mark}
                {format.tokens(each.outputTokens)}
                {each.cachedTokens > 0 && (
                  <span className="muted tiny block">
                    {translate("cachedTokens", { tokens: format.tokens(each.cachedTokens) })}
                  </span>
                )}
              </td>
              <td className="num">{each.chargeNanos === null ? "—" : charges(each.chargeNanos)}</td>
              <td className="nowrap">{each.channelIds.map(channelOf).join(", ") || "—"}</td>
              <td className="nowrap">
                <WeekChange summary={each} before={weekBefore.get(each.model) ?? []} format={format} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

/** By how much the medians have changed since a run of the same kind a week before. */
function WeekChange({ summary, before, format }: { summary: ModelSummary; before: SpeedSampleRow[]; format: Format }) {
  const translate = useTranslations("speed");
  const [then] = summarize([summary.model], before);
  if (!then?.ttft || !summary.ttft || !then.decode || !summary.decode)
    return <span className="muted">{translate("noWeekBefore")}</span>;
  const change = (now: number, earlier: number) => {
    const share = now / earlier - 1;
    return (share > 0 ? "+" : "") + format.percent(share);
  };
  return translate("weekChange", {
    ttft: change(summary.ttft.p50, then.ttft.p50),
    decode: change(summary.decode, then.decode),
  });
}
