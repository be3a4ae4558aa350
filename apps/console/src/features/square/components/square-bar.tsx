import type { SquareModel } from "@lyceum/db";
import { Brain, Gift, Image, Server, Wrench } from "lucide-react";
import { useTranslations } from "next-intl";
import { ChipLink, Segmented } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import type { Format } from "#i18n/format.ts";
import {
  contexts,
  filterModels,
  filters,
  prices,
  type SquareParams,
  squareHref,
  squareQuery,
  statuses,
  toggled,
} from "../filter.ts";
import { ModelFilters } from "./model-filters.tsx";

const icons = { vision: Image, thinking: Brain, tools: Wrench, free: Gift, local: Server } as const;

interface SquareBarProps {
  params: SquareParams;
  /** Every model the viewer may see: what can be chosen. */
  all: readonly SquareModel[];
  /** Those that were found by the words searched for. */
  found: readonly SquareModel[];
  format: Format;
}

/** Search, arrangement and filters; all of it leads to an address. */
export function SquareBar({ params, all, found, format }: SquareBarProps) {
  const translate = useTranslations("square");
  const closed = { ...params, page: 1, model: null };
  const chosen = new Set(["vendor", "group", "context", "price", "status"]);
  const groups = new Map(all.flatMap((model) => model.groups.map((group) => [group.id, group.name] as const)));
  const vendors = [...new Set(all.map((model) => model.vendor).filter(Boolean))].sort((a, b) => a.localeCompare(b));
  const words = (values: readonly string[], labelOf: (value: string) => string) =>
    values.map((value) => ({ value, label: labelOf(value) }));
  return (
    <>
      <div className="row wrap square-bar">
        <SearchForm
          path="/models"
          value={params.q}
          label={translate("search")}
          keep={Object.fromEntries(squareQuery({ ...closed, q: "" }))}
        />
        <Segmented
          label={translate("view")}
          links={(["cards", "table"] as const).map((view) => ({
            href: squareHref(closed, { view }),
            label: translate(`view_${view}`),
            current: view === params.view,
          }))}
        />
      </div>
      <nav className="scroller mt-2.5" aria-label={translate("filters")}>
        {filters.map((filter) => {
          const Icon = icons[filter];
          const next = toggled(params.filter, filter);
          const current = params.filter.includes(filter);
          return (
            <ChipLink
              key={filter}
              href={squareHref(closed, { filter: next })}
              current={current}
              icon={<Icon className="icon icon-sm" />}
            >
              {translate(`filter_${filter}`)}{" "}
              {filterModels(found, { ...params, filter: current ? params.filter : next }).length}
            </ChipLink>
          );
        })}
      </nav>
      <ModelFilters
        apply={translate("apply")}
        keep={squareQuery(closed).filter(([name]) => !chosen.has(name))}
        selects={[
          {
            name: "vendor",
            label: translate("by_vendor"),
            value: params.vendor ?? "",
            choices: words(vendors, (vendor) => vendor),
          },
          {
            name: "group",
            label: translate("by_group"),
            value: params.group ?? "",
            choices: [...groups].map(([value, label]) => ({ value, label })),
          },
          {
            name: "context",
            label: translate("by_context"),
            value: params.context ?? "",
            choices: words(Object.keys(contexts), (context) => translate("contextFrom", { context })),
          },
          {
            name: "price",
            label: translate("by_price"),
            value: params.price ?? "",
            choices: words(prices, (price) => translate("priceTo", { price: `${format.symbol}${price}` })),
          },
          {
            name: "status",
            label: translate("by_status"),
            value: params.status ?? "",
            choices: statuses.map((status) => ({ value: status, label: translate(`status_${status}`) })),
          },
        ]}
      />
    </>
  );
}
