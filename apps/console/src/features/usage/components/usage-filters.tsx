import { useTranslations } from "next-intl";
import { ChipLink, Segmented } from "#components/ui/link-choices.tsx";
import { groupings, periods, type UsageParams, usageHref, usageMetrics } from "../params.ts";

/** Period, metric and grouping, as addresses; the open receipt and the page of the list don't outlive a change. */
export function UsageFilters({ params }: { params: UsageParams }) {
  const translate = useTranslations("usage");
  const base = { ...params, page: 1, request: null };
  return (
    <div className="usage-filters">
      <Segmented
        label={translate("period")}
        links={periods.map((period) => ({
          href: usageHref(base, { period, day: null }),
          label: translate(`period_${period}`),
          current: params.day === null && params.period === period,
        }))}
      />
      <Segmented
        label={translate("groupBy")}
        links={groupings.map((by) => ({
          href: usageHref(base, { by }),
          label: translate(`by_${by}`),
          current: params.by === by,
        }))}
      />
      <nav className="scroller" aria-label={translate("metric")}>
        {usageMetrics.map((metric) => (
          <ChipLink key={metric} href={usageHref(base, { metric })} current={params.metric === metric}>
            {metric === "tokens" ? "tokens" : translate(metric)}
          </ChipLink>
        ))}
      </nav>
    </div>
  );
}
