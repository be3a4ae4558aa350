import { getTranslations } from "next-intl/server";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { keptParams, type MemberView, memberHref, memberStandings } from "../filter.ts";

/** Search and chips; pressing a chip that is on takes it off. */
export async function MemberFilters({
  courseId,
  view,
  sections,
}: {
  courseId: string;
  view: MemberView;
  sections: readonly string[];
}) {
  const translate = await getTranslations("courses");
  const href = (changes: Partial<MemberView>) => memberHref(courseId, view, changes);
  const none = { section: undefined, use: undefined, standing: undefined, who: undefined };
  const isNone = !view.section && !view.use && !view.standing && !view.who;
  return (
    <div className="grid gap-3 mb-3">
      <SearchForm
        path={`/courses/${courseId}`}
        value={view.search}
        label={translate("search")}
        keep={keptParams(view)}
      />
      <nav className="scroller" aria-label={translate("filters")}>
        <ChipLink href={href(none)} current={isNone}>
          {translate("all")}
        </ChipLink>
        {view.use && (
          <ChipLink href={href({ use: undefined })} current>
            {translate(`use.${view.use}`)}
          </ChipLink>
        )}
        {memberStandings.map((standing) => (
          <ChipLink
            key={standing}
            href={href({ standing: view.standing === standing ? undefined : standing })}
            current={view.standing === standing}
          >
            {translate(standing === "registered" ? "unproven" : "unregistered")}
          </ChipLink>
        ))}
        {sections.map((section) => (
          <ChipLink
            key={section}
            href={href({ section: view.section === section ? undefined : section })}
            current={view.section === section}
          >
            {section}
          </ChipLink>
        ))}
        {(["staff", "left"] as const).map((who) => (
          <ChipLink
            key={who}
            href={href({ ...none, who: view.who === who ? undefined : who })}
            current={view.who === who}
          >
            {translate(who)}
          </ChipLink>
        ))}
      </nav>
    </div>
  );
}
