import { countUnread, listNotices } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { MarkAllButton } from "#features/notices/components/mark-button.tsx";
import { NoticeItems } from "#features/notices/components/notice-items.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("notices");
  return { title: translate("title") };
}

/** Everything this person was told, the newest first. */
export default async function NoticesPage({ searchParams }: Props) {
  const user = await requireSession();
  const { unread: only, page } = await searchParams;
  const unreadOnly = only === "1";
  const db = getDb();
  const [notices, unread, translate] = await Promise.all([
    listNotices(db, user.id, { page: Number(page) || 1, pageSize: 50, unreadOnly }),
    countUnread(db, user.id),
    getTranslations("notices"),
  ]);
  const href = (to: number) =>
    `/notices?${new URLSearchParams({ ...(unreadOnly && { unread: "1" }), page: String(to) })}`;
  return (
    <ClientMessages nouns={["notices"]}>
      <Page
        title={translate("title")}
        facts={translate("facts", { unread })}
        actions={unread > 0 ? <MarkAllButton /> : undefined}
      >
        <div className="scroller mb-4">
          <ChipLink href={unreadOnly ? "/notices" : "/notices?unread=1"} current={unreadOnly}>
            {translate("unreadOnly")}
          </ChipLink>
        </div>
        {notices.rows.length === 0 ? (
          <Empty>{translate(unreadOnly ? "noneUnread" : "none")}</Empty>
        ) : (
          <NoticeItems rows={notices.rows} />
        )}
        <Pagination page={notices.page} pageSize={notices.pageSize} total={notices.total} href={href} />
      </Page>
    </ClientMessages>
  );
}
