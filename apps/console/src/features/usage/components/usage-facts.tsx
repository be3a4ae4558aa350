import { useTranslations } from "next-intl";
import type { Format } from "#i18n/format.ts";
import type { OwnUsage } from "../queries.ts";
import { type SeriesRow, totalOf } from "../series.ts";

/** The three sums of the span, each with what it means. */
export function UsageFacts({ usage, ranked, format }: { usage: OwnUsage; ranked: SeriesRow[]; format: Format }) {
  const translate = useTranslations("usage");
  const total = totalOf(ranked);
  const before = usage.before?.chargeNanos ?? 0n;
  const change = before > 0n ? format.plotUnits(total.chargeNanos - before) / format.plotUnits(before) : null;
  const signed = change === null ? "" : `${change > 0 ? "+" : ""}${format.percent(change)}`;
  const cached = total.inputTokens > 0 ? total.cachedInputTokens / total.inputTokens : 0;
  return (
    <dl className="facts">
      <div>
        <dt>{translate("cost")}</dt>
        <dd>{format.moneySummary(total.chargeNanos)}</dd>
        <dd>
          {change === null
            ? translate("noneBefore")
            : translate("comparedBefore", {
                days: usage.span.bucket === "hour" ? 1 : usage.span.starts.length,
                change: signed,
              })}
        </dd>
      </div>
      <div>
        <dt>{translate("requests")}</dt>
        <dd>{format.count(total.requests)}</dd>
        <dd>{translate("unfinished", { count: total.failures })}</dd>
      </div>
      <div>
        <dt>tokens</dt>
        <dd>{format.tokens(total.inputTokens + total.outputTokens)}</dd>
        <dd>
          {translate("tokenParts", {
            input: format.tokens(total.inputTokens),
            cached: format.percent(cached),
            output: format.tokens(total.outputTokens),
          })}
        </dd>
      </div>
    </dl>
  );
}
