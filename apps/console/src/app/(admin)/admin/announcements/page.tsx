import { listAnnouncements, listCourses, listGroups, listModels } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { AnnounceButton } from "#features/announcements/components/announce-button.tsx";
import { AnnouncementList } from "#features/announcements/components/announcement-list.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("announcements");
  return { title: translate("title") };
}

export default async function AnnouncementsPage() {
  const actor = await requireRole("admin");
  const db = getDb();
  const [rows, courses, groups, models, translate] = await Promise.all([
    listAnnouncements(db, actor),
    listCourses(db),
    listGroups(db),
    listModels(db),
    getTranslations("announcements"),
  ]);
  const subjects = {
    course: courses
      .filter(({ endsAt }) => endsAt > new Date())
      .map(({ id, code, name }) => ({ id, name: `${code} ${name}` })),
    group: groups.map(({ id, name }) => ({ id, name })),
    model: models.map(({ id, name }) => ({ id, name })),
  };
  const running = rows.filter(({ state }) => state === "running").length;
  return (
    <ClientMessages nouns={["announcements"]}>
      <Page
        title={translate("title")}
        facts={translate("facts", { count: running })}
        actions={<AnnounceButton subjects={subjects} />}
      >
        {rows.length === 0 ? <Empty>{translate("none")}</Empty> : <AnnouncementList rows={rows} />}
      </Page>
    </ClientMessages>
  );
}
