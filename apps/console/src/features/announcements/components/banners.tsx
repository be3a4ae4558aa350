import { getTranslations } from "next-intl/server";
import { getAnnouncements } from "../queries.ts";
import { AnnouncementNotice } from "./announcement-notice.tsx";

/** What is loud enough to stand above every page. */
export async function AnnouncementBanners({ userId }: { userId: string }) {
  const [all, translate] = await Promise.all([getAnnouncements(userId), getTranslations("announcements")]);
  const loud = all.filter(({ level }) => level !== "info");
  if (loud.length === 0) return null;
  return (
    <section className="banners" aria-label={translate("title")}>
      {loud.map((each) => (
        <AnnouncementNotice key={each.id} announcement={each} />
      ))}
    </section>
  );
}

/** The others, on the home page. */
export async function HomeAnnouncements({ userId }: { userId: string }) {
  const [all, translate] = await Promise.all([getAnnouncements(userId), getTranslations("announcements")]);
  const calm = all.filter(({ level }) => level === "info");
  if (calm.length === 0) return null;
  return (
    <section className="stack mb-5 gap-2" aria-label={translate("calm")}>
      {calm.map((each) => (
        <AnnouncementNotice key={each.id} announcement={each} />
      ))}
    </section>
  );
}
