import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { type HealthView, healthHref } from "../filter.ts";
import { filterRows, type MatrixRow } from "../matrix.ts";

/** Search, and chips for what is broken, vendors and channels; each counts what it would show beside the filters that stay. */
export function HealthFilters({
  rows,
  channels,
  view,
}: {
  rows: readonly MatrixRow[];
  channels: readonly { id: string; name: string }[];
  view: HealthView;
}) {
  const translate = useTranslations("health");
  const vendors = [...new Set(rows.map(({ vendor }) => vendor).filter(Boolean))].sort();
  const chip = (key: string, changes: Partial<HealthView>, current: boolean, label: string, icon?: React.ReactNode) => (
    <ChipLink key={key} href={healthHref(view, changes)} current={current} icon={icon}>
      {translate("chip", {
        label,
        count: filterRows(rows, { ...view, ...changes, ...(current && restOf(view)) }).length,
      })}
    </ChipLink>
  );
  return (
    <div className="stack mb-4">
      <SearchForm
        path="/admin/health"
        value={view.search}
        label={translate("search")}
        keep={{ broken: view.broken ? "1" : undefined, vendor: view.vendor, channel: view.channel }}
      />
      <nav className="scroller" aria-label={translate("filters")}>
        {chip(
          "broken",
          { broken: !view.broken },
          view.broken,
          translate("broken"),
          <TriangleAlert className="icon icon-sm" />,
        )}
        {channels.length > 1 &&
          channels.map(({ id, name }) =>
            chip(id, { channel: view.channel === id ? undefined : id }, view.channel === id, name),
          )}
        {vendors.length > 1 &&
          vendors.map((vendor) =>
            chip(
              `v-${vendor}`,
              { vendor: view.vendor === vendor ? undefined : vendor },
              view.vendor === vendor,
              vendor,
            ),
          )}
      </nav>
    </div>
  );
}

/** A chip that is on counts what it shows now, not what its link, which takes it off, would. */
function restOf({ broken, vendor, channel }: HealthView): Partial<HealthView> {
  return { broken, vendor, channel };
}
