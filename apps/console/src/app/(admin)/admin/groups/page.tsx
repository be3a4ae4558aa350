import { listGroups } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { CreateGroupButton } from "#features/groups/components/create-group-button.tsx";
import { GroupList, GroupTable } from "#features/groups/components/group-table.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("groups");
  return { title: translate("title") };
}

export default async function GroupsPage() {
  await requireRole("admin");
  const [groups, translate] = await Promise.all([listGroups(getDb()), getTranslations("groups")]);
  return (
    <ClientMessages nouns={["groups", "limits"]}>
      <Page
        title={translate("title")}
        facts={translate("facts", { count: groups.length })}
        actions={<CreateGroupButton />}
      >
        {groups.length === 0 ? (
          <Empty>{translate("none")}</Empty>
        ) : (
          <>
            <GroupTable groups={groups} />
            <GroupList groups={groups} />
          </>
        )}
      </Page>
    </ClientMessages>
  );
}
