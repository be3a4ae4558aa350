import type { CoursePlanning, PlanningModel } from "@lyceum/db";
import { forecast, type ModelForecast, passedLimits, planCalls, planPeak } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { planOf, type SimulateView } from "../params.ts";

interface ForecastFactsProps {
  planning: CoursePlanning;
  model: PlanningModel;
  view: SimulateView;
}

/** What the class costs with the chosen model, and whether money, limits and channels hold. */
export async function ForecastFacts({ planning, model, view }: ForecastFactsProps) {
  const [translate, format] = await Promise.all([getTranslations("simulate"), getFormat()]);
  const plan = planOf(view.numbers);
  const result = forecast(plan, model);
  const peak = planPeak(plan);
  const money = (nanos: bigint | null) => (nanos === null ? translate("noPrice") : format.money(nanos));
  const facts = [
    { term: translate("total"), value: money(result.totalNanos), note: translate("calls", { count: planCalls(plan) }) },
    { term: translate("eachStudent"), value: money(result.studentNanos), note: translate("inAll") },
    {
      term: translate("eachCall"),
      value: money(result.callNanos),
      note: translate("inGroup", { group: model.groupName }),
    },
    {
      term: translate("peakRpm"),
      value: rate(peak.rpm),
      note: translate("peakNote", { percent: view.numbers.peakPercent, tpm: format.tokens(Math.ceil(peak.tpm)) }),
    },
  ];
  return (
    <>
      <dl className="facts mb-4 max-md:grid-cols-2!">
        {facts.map(({ term, value, note }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
      <div className="grid gap-2 mb-6">
        <MoneyNotice planning={planning} result={result} />
        {passedLimits(plan, model).map(({ limit, allowed, needed }) => (
          <Notice key={limit} tone="warning">
            {translate(`passes.${limit}`, { allowed: format.count(allowed), needed: rate(needed) })}
          </Notice>
        ))}
        <ChannelNotice model={model} result={result} />
        {!result.fits && (
          <Notice tone="danger">{translate("tooLong", { tokens: format.count(model.contextTokens ?? 0) })}</Notice>
        )}
      </div>
    </>
  );
}

async function MoneyNotice({ planning, result }: { planning: CoursePlanning; result: ModelForecast }) {
  const [translate, format] = await Promise.all([getTranslations("simulate"), getFormat()]);
  if (result.totalNanos === null) return <Notice tone="warning">{translate("moneyUnknown")}</Notice>;
  const has = planning.availableNanos + planning.leftNanos;
  const parts = { available: format.money(planning.availableNanos), left: format.money(planning.leftNanos) };
  return result.totalNanos <= has ? (
    <Notice tone="positive">{translate("holds", { rest: format.money(has - result.totalNanos), ...parts })}</Notice>
  ) : (
    <Notice tone="danger">{translate("lacks", { lacking: format.money(result.totalNanos - has), ...parts })}</Notice>
  );
}

async function ChannelNotice({ model, result }: { model: PlanningModel; result: ModelForecast }) {
  const translate = await getTranslations("simulate");
  const limit = model.parallelLimit ?? 0;
  const parallel = rate(result.parallel ?? 0);
  const seconds = rate(model.secondsPerRequest ?? 0);
  switch (result.channels) {
    case "unlimited":
      return (
        <Notice>
          {result.parallel === null ? translate("unlimited") : translate("unlimitedKnown", { parallel, seconds })}
        </Notice>
      );
    case "unknown":
      return <Notice>{translate("channelsUnknown", { limit })}</Notice>;
    case "holds":
      return <Notice tone="positive">{translate("channelsHold", { limit, parallel, seconds })}</Notice>;
    case "short":
      return <Notice tone="warning">{translate("channelsShort", { limit, parallel, seconds })}</Notice>;
    default:
      return result.channels satisfies never;
  }
}

/** Something per minute, or at a time: never 0 where there is something. */
export function rate(value: number): string {
  if (value === 0) return "0";
  if (value < 0.1) return "<0.1";
  return value < 10 ? value.toFixed(1) : Math.ceil(value).toLocaleString("en-US");
}
