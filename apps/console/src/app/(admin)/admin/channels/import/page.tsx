import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { ImportForm } from "#features/imports/components/import-form.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("imports");
  return { title: translate("title") };
}

export default async function ImportPage() {
  await requireRole("admin");
  const translate = await getTranslations("imports");
  return (
    <ClientMessages nouns={["imports", "channels"]}>
      <Page
        title={translate("title")}
        facts={translate("facts")}
        actions={<ButtonLink href="/admin/channels">{translate("toChannels")}</ButtonLink>}
      >
        <ImportForm />
      </Page>
    </ClientMessages>
  );
}
