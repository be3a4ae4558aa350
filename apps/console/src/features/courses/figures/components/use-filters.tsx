import { useTranslations } from "next-intl";
import { Segmented } from "#components/ui/link-choices.tsx";
import { metrics } from "#features/usage/params.ts";
import { type CourseUseParams, courseGroupings, coursePeriods, courseUseHref } from "../params.ts";

/** Period, quantity and grouping, as addresses. */
export function UseFilters({ courseId, params }: { courseId: string; params: CourseUseParams }) {
  const translate = useTranslations("figures");
  const href = (changes: Partial<CourseUseParams>) => courseUseHref(courseId, params, changes);
  return (
    <div className="usage-filters">
      <Segmented
        label={translate("period")}
        links={coursePeriods.map((period) => ({
          href: href({ period }),
          label: translate(`periods.${period}`),
          current: params.period === period,
        }))}
      />
      <Segmented
        label={translate("metric")}
        links={metrics.map((metric) => ({
          href: href({ metric }),
          label: translate(`metrics.${metric}`),
          current: params.metric === metric,
        }))}
      />
      {params.member === null && (
        <Segmented
          label={translate("groupBy")}
          links={courseGroupings.map((by) => ({
            href: href({ by }),
            label: translate(`by.${by}`),
            current: params.by === by,
          }))}
        />
      )}
    </div>
  );
}
