import { getSettings, listUsers } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { AcademicTermsForm } from "#features/settings/components/academic-terms-form.tsx";
import {
  ListWatchForm,
  LocaleForm,
  RegistrationForm,
  RequestsForm,
  ResponsesForm,
  RetentionForm,
  SiteForm,
} from "#features/settings/components/forms.tsx";
import { TermsForm } from "#features/settings/components/terms-form.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("settings");
  return { title: translate("title") };
}

export default async function SettingsPage() {
  await requireRole("admin");
  const db = getDb();
  const [settings, people, translate] = await Promise.all([
    getSettings(db),
    listUsers(db, { pageSize: 1 }),
    getTranslations("settings"),
  ]);
  const { terms } = settings;
  return (
    <ClientMessages nouns={["settings"]}>
      <Page title={translate("title")} facts={translate("facts")}>
        <div className="max-w-(--width-prose)">
          <Section title={translate("site")}>
            <SiteForm settings={settings} />
          </Section>
          <Section title={translate("registration")}>
            <RegistrationForm settings={settings} />
          </Section>
          <Section title={translate("terms")} facts={translate("version", { version: terms.version })}>
            <TermsForm terms={terms} people={people.total} />
          </Section>
          <Section title={translate("locale")}>
            <LocaleForm settings={settings} zones={Intl.supportedValuesOf("timeZone")} />
          </Section>
          <Section title={translate("academicTerms")}>
            <AcademicTermsForm terms={settings.academicTerms} />
          </Section>
          <Section title={translate("requests")}>
            <RequestsForm settings={settings} />
          </Section>
          <Section title={translate("listWatch")}>
            <ListWatchForm settings={settings} />
          </Section>
          <Section title={translate("responses")}>
            <ResponsesForm settings={settings} />
          </Section>
          <Section title={translate("retention")}>
            <RetentionForm settings={settings} />
          </Section>
        </div>
      </Page>
    </ClientMessages>
  );
}
