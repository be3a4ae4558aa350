import type { SpeedSampleRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Table, Unit } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { type ModelSummary, type Spread, summarize } from "../summary.ts";
import { Reasons } from "./reasons.tsx";

interface ResultTableProps {
  summaries: ModelSummary[];
  weekBefore: ReadonlyMap<string, SpeedSampleRow[]>;
  channelOf: (id: string) => string;
  format: Format;
}

/** Table 1: a row for each model. */
export function ResultTable({ summaries, weekBefore, channelOf, format }: ResultTableProps) {
  const translate = useTranslations("speed");
  const few = summaries.flatMap(({ ttft }) => (ttft?.isMaximum ? [ttft.count] : []))[0];
  const p95 = few === undefined ? translate("p95") : translate("maximumOf", { count: few });
  const caption =
    translate("resultCaption") + (summaries.some((each) => each.isCounted) ? translate("resultCounted") : "");
  const charges = format.moneyColumn(summaries.flatMap(({ chargeNanos }) => chargeNanos ?? []));
  return (
    <Table number={1} caption={caption}>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            {translate("model")}
          </th>
          <Group name="TTFT" unit="ms" span={2} />
          <Group name="TTFA" unit="ms" span={1} />
          <Group name="TPOT" unit="ms" span={2} />
          <Group name="E2E" unit="s" span={2} />
          <Group
            name={`${translate("decode")}, ${translate("request")}, ${translate("system")}`}
            unit="tok/s"
            span={3}
          />
          <th scope="col" className="num" rowSpan={2}>
            {translate("success")}
          </th>
          <th scope="col" className="num" rowSpan={2}>
            {translate("tokens")}
          </th>
          <th scope="col" className="num" rowSpan={2}>
            {translate("charge")}
            <Unit>{format.symbol}</Unit>
          </th>
          <th scope="col" rowSpan={2}>
            {translate("channel")}
          </th>
          <th scope="col" rowSpan={2}>
            {translate("weekBefore")}
          </th>
        </tr>
        <tr>
          {[translate("p50"), p95, translate("p50"), translate("p50"), p95, translate("p50"), p95].map(
            (text, index) => (
              <th key={index} scope="col" className="num">
                {text}
              </th>
            ),
          )}
          {["1/TPOT", "n/E2E", "Σn/t"].map((text) => (
            <th key={text} scope="col" className="num">
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {summaries.map((each) => {
          const mark = each.isCounted ? "≈ " : "";
          return (
            <tr key={each.model}>
              <th scope="row">
                <code>{each.model}</code>
              </th>
              <Cells spread={each.ttft} text={milliseconds} />
              <td className="num">{each.ttfa ? milliseconds(each.ttfa.p50) : "—"}</td>
              <Cells spread={each.tpot} text={(ms) => mark + ms.toFixed(1)} />
              <Cells spread={each.e2e} text={(ms) => (ms / 1_000).toFixed(2)} />
              {[each.decode, each.request, each.system].map((rate, index) => (
                <td key={index} className="num">
                  {rate === null ? "—" : mark + rate.toFixed(1)}
                </td>
              ))}
              <td className="num nowrap">
                {each.passed}/{each.asked}
                <Reasons reasons={each.reasons} />
              </td>
              <td className="num nowrap">
                {format.tokens(each.inputTokens)}, {mark}
                {format.tokens(each.outputTokens)}
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

function Group({ name, unit, span }: { name: string; unit: string; span: number }) {
  return (
    <th scope="colgroup" className="num" colSpan={span}>
      {name}
      <Unit>{unit}</Unit>
    </th>
  );
}

function Cells({ spread, text }: { spread: Spread | null; text: (value: number) => string }) {
  return (
    <>
      <td className="num">{spread ? text(spread.p50) : "—"}</td>
      <td className="num">{spread ? text(spread.p95) : "—"}</td>
    </>
  );
}

function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en-US");
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
