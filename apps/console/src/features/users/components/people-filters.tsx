import { getTranslations } from "next-intl/server";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { keptParams, type UserView, userHref } from "../filter.ts";

/** Search and chips; pressing a chip that is on takes it off. */
export async function PeopleFilters({ view, groups }: { view: UserView; groups: { id: string; name: string }[] }) {
  const translate = await getTranslations("users");
  const states = ["unverified", "disabled", "empty", "admin"] as const;
  const words = { unverified: "unverified", disabled: "disabled", empty: "empty", admin: "admin" } as const;
  return (
    <div className="grid gap-3 mb-3">
      <SearchForm path="/admin/users" value={view.search} label={translate("search")} keep={keptParams(view)} />
      <nav className="scroller" aria-label={translate("filters")}>
        <ChipLink href={userHref(view, { state: undefined, group: undefined })} current={!view.state && !view.group}>
          {translate("all")}
        </ChipLink>
        {states.map((state) => (
          <ChipLink
            key={state}
            href={userHref(view, { state: view.state === state ? undefined : state })}
            current={view.state === state}
          >
            {translate(words[state])}
          </ChipLink>
        ))}
        {groups.map(({ id, name }) => (
          <ChipLink
            key={id}
            href={userHref(view, { group: view.group === id ? undefined : id })}
            current={view.group === id}
          >
            {translate("inGroup", { group: name })}
          </ChipLink>
        ))}
      </nav>
    </div>
  );
}
