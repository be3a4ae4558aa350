import { useTranslations } from "next-intl";
import { Table, Unit } from "#components/ui/table.tsx";
import type { ModelSummary, Spread } from "../summary.ts";
import { Reasons } from "./reasons.tsx";

/** Table 1: how long each model took, a row for each. */
export function ResultTable({ summaries }: { summaries: ModelSummary[] }) {
  const translate = useTranslations("speed");
  const few = summaries.flatMap(({ ttft }) => (ttft?.isMaximum ? [ttft.count] : []))[0];
  const p50 = translate("p50");
  const p95 = few === undefined ? translate("p95") : translate("maximumOf", { count: few });
  const isCounted = summaries.some((each) => each.isCounted);
  return (
    <Table number={1} caption={translate("resultCaption") + (isCounted ? translate("resultCounted") : "")}>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            {translate("model")}
          </th>
          <Group name="TTFT" unit="ms" span={2} />
          <Group name="TTFA" unit="ms" span={1} />
          <Group name="TPOT" unit="ms" span={2} />
          <Group name="E2E" unit="s" span={2} />
          <th scope="col" className="num" rowSpan={2}>
            {translate("success")}
          </th>
        </tr>
        <tr>
          {[`TTFT ${p50}`, `TTFT ${p95}`, `TTFA ${p50}`, `TPOT ${p50}`, `TPOT ${p95}`, `E2E ${p50}`, `E2E ${p95}`].map(
            (name) => (
              <th key={name} scope="col" className="num">
                {name.replace(/^\w+ /, "")}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {summaries.map((each) => (
          <tr key={each.model}>
            <td>
              <code>{each.model}</code>
            </td>
            <Cells spread={each.ttft} text={milliseconds} />
            <td className="num">{each.ttfa ? milliseconds(each.ttfa.p50) : "—"}</td>
            <Cells spread={each.tpot} text={(ms) => (each.isCounted ? "≈ " : "") + ms.toFixed(1)} />
            <Cells spread={each.e2e} text={(ms) => (ms / 1_000).toFixed(2)} />
            <td className="num nowrap">
              {each.passed}/{each.asked}
              <Reasons reasons={each.reasons} />
            </td>
          </tr>
        ))}
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
