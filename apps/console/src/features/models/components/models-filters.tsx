import type { GroupRow, ModelRow } from "@lyceum/db";
import { Server, Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { filterModels, type ModelFilters, modelStates, modelsHref } from "../model-state.ts";

interface Props {
  models: ModelRow[];
  groups: GroupRow[];
  filters: ModelFilters;
}

/** Search and chips; each chip counts what it would show beside the filters that stay. */
export function ModelsFilters({ models, groups, filters }: Props) {
  const translate = useTranslations("models");
  const count = (changes: Partial<ModelFilters>) => filterModels(models, { ...filters, ...changes }).length;
  const chip = (
    key: string,
    changes: Partial<ModelFilters>,
    current: boolean,
    words: string,
    icon?: React.ReactNode,
  ) => (
    <ChipLink key={key} href={modelsHref({ ...filters, ...changes })} current={current} icon={icon}>
      {words}
    </ChipLink>
  );
  return (
    <div className="stack mb-4">
      <SearchForm
        path="/admin/models"
        value={filters.search}
        label={translate("search")}
        keep={{
          state: filters.state ?? undefined,
          group: filters.group ?? undefined,
          local: filters.local ? "1" : undefined,
        }}
      />
      <div className="scroller">
        {chip(
          "all",
          { state: null },
          filters.state === null,
          translate("chip", { label: translate("all"), count: count({ state: null }) }),
        )}
        {modelStates.map((state) => {
          const current = filters.state === state;
          const label = translate("chip", { label: translate(state), count: count({ state }) });
          return chip(state, { state: current ? null : state }, current, label);
        })}
        {groups.map(({ id, name }) => {
          const current = filters.group === id;
          const label = translate("chip", { label: name, count: count({ group: id }) });
          return chip(`g-${id}`, { group: current ? null : id }, current, label, <Users className="icon icon-sm" />);
        })}
        {chip(
          "local",
          { local: !filters.local },
          filters.local,
          translate("chip", { label: translate("local"), count: count({ local: true }) }),
          <Server className="icon icon-sm" />,
        )}
      </div>
    </div>
  );
}
