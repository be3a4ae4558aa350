import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("home");
  return { title: translate("title") };
}

export default async function HomePage() {
  await requireSession();
  const [translate, format] = await Promise.all([getTranslations("home"), getFormat()]);
  return <Page title={translate("title")} facts={format.dateWithWeekday(new Date())} />;
}
