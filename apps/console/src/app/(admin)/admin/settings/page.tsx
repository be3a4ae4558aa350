import { getCampusProvider, getMailServer, getOwnSettings, getSettings, listUsers } from "@lyceum/db";
import { termsAtGateway } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { CampusProviderForm } from "#features/campus/components/provider-form.tsx";
import { returnUrls } from "#features/campus/flow.ts";
import { MailServerForm, TestMailForm } from "#features/mail/components/mail-server-form.tsx";
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
import { startOfDay } from "#i18n/zoned-day.ts";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

/** New terms come to programs so much later: nobody's deadline night breaks on them. */
const graceDays = 7;

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("settings");
  return { title: translate("title") };
}

export default async function SettingsPage() {
  const user = await requireRole("admin");
  const db = getDb();
  const [settings, server, provider, campusReturn, own, people, translate, mail, campus] = await Promise.all([
    getSettings(db),
    getMailServer(db),
    getCampusProvider(db),
    returnUrls(),
    getOwnSettings(db, user.id),
    listUsers(db, { pageSize: 1 }),
    getTranslations("settings"),
    getTranslations("mail"),
    getTranslations("campus"),
  ]);
  const { terms, timeZone } = settings;
  const now = new Date();
  const isWaiting = termsAtGateway(terms, now.getTime()) !== terms.version;
  const from = isWaiting ? new Date(terms.grace?.until ?? now) : startOfDay(now, timeZone, graceDays);
  const gatewayFrom = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone }).format(from);
  return (
    <ClientMessages nouns={["settings", "mail", "campus"]}>
      <Page title={translate("title")} facts={translate("facts")}>
        <div className="max-w-(--width-prose)">
          <Section title={translate("site")}>
            <SiteForm settings={settings} />
          </Section>
          <Section title={translate("registration")}>
            <RegistrationForm settings={settings} />
          </Section>
          <Section title={campus("title")} facts={campus("facts")}>
            <CampusProviderForm key={String(provider?.hasSecret)} provider={provider} returnUrls={campusReturn} />
          </Section>
          <Section title={translate("terms")} facts={translate("version", { version: terms.version })}>
            <TermsForm terms={terms} people={people.total} gatewayFrom={gatewayFrom} />
          </Section>
          <Section title={translate("locale")}>
            <LocaleForm settings={settings} zones={Intl.supportedValuesOf("timeZone")} />
          </Section>
          <Section title={mail("title")} facts={mail("facts")}>
            <MailServerForm key={String(server?.hasPassword)} server={server} />
            {server?.isEnabled && <TestMailForm to={own.email} />}
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
