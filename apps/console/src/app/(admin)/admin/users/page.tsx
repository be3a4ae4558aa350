import { listGroups } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { AddUserButton } from "#features/users/components/add-user-button.tsx";
import { BulkBar } from "#features/users/components/bulk-bar.tsx";
import { PeopleFilters } from "#features/users/components/people-filters.tsx";
import { PeopleList } from "#features/users/components/people-list.tsx";
import { PeopleTable } from "#features/users/components/people-table.tsx";
import { PersonSheet } from "#features/users/components/person-sheet.tsx";
import { SelectionProvider } from "#features/users/components/selection.tsx";
import { filterParams, readUserView, type SearchParams, userHref } from "#features/users/filter.ts";
import { countPeople, listPeople } from "#features/users/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("users");
  return { title: translate("title") };
}

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const view = readUserView(await searchParams);
  const db = getDb();
  const [people, counts, groups, translate] = await Promise.all([
    listPeople(db, view),
    countPeople(db),
    listGroups(db),
    getTranslations("users"),
  ]);
  const closed = groups.filter((group) => !group.isOpen).map(({ id, name }) => ({ id, name }));
  const names = new Map(groups.map((group) => [group.id, group.name]));
  const filter = filterParams(view);
  return (
    <ClientMessages nouns={["users", "limits", "campus"]}>
      <Page
        title={translate("title")}
        facts={translate("facts", counts)}
        actions={<AddUserButton />}
        sheet={view.user && <PersonSheet userId={view.user} view={view} />}
      >
        <PeopleFilters view={view} groups={closed} />
        {people.total === 0 ? (
          <Empty action={<ButtonLink href="/admin/users">{translate("showAll")}</ButtonLink>}>
            {translate("nobody")}
          </Empty>
        ) : (
          <SelectionProvider key={new URLSearchParams(filter).toString()}>
            <PeopleTable rows={people.rows} view={view} names={names} />
            <PeopleList rows={people.rows} view={view} />
            <Pagination {...people} href={(page) => userHref(view, { page })} />
            <BulkBar total={people.total} view={filter} groups={closed} />
          </SelectionProvider>
        )}
      </Page>
    </ClientMessages>
  );
}
