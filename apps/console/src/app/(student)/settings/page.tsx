import { getCampusLink, getMailServer, getOwnSettings, listOwnCourses } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { LocaleChoice, ThemeChoice } from "#components/shell/switches.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { UnpricedSwitch } from "#features/balance/components/unpriced-switch.tsx";
import { findUnpricedChoice } from "#features/balance/queries.ts";
import { EmailSection } from "#features/own-settings/components/email-section.tsx";
import { MailKinds } from "#features/own-settings/components/mail-kinds.tsx";
import { SignOutEverywhere } from "#features/own-settings/components/sign-out-everywhere.tsx";
import { kindsFor } from "#features/own-settings/kinds.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("account");
  return { title: translate("settingsTitle") };
}

/** What a person sets for oneself. */
export default async function OwnSettingsPage() {
  const user = await requireSession();
  const db = getDb();
  const [own, server, link, courses, unpriced, translate, campus, shell, format] = await Promise.all([
    getOwnSettings(db, user.id),
    getMailServer(db),
    getCampusLink(db, user.id),
    listOwnCourses(db, user),
    findUnpricedChoice(user.id),
    getTranslations("account"),
    getTranslations("campus"),
    getTranslations("shell"),
    getFormat(),
  ]);
  const isAdmin = user.role === "admin";
  const isStaff = isAdmin || courses.some(({ authority }) => authority !== "student");
  const kinds = kindsFor({ isAdmin, isInCourse: courses.length > 0, isStaff });
  return (
    <ClientMessages nouns={["account", "balance", "mail", "notices"]}>
      <Page title={translate("settingsTitle")} facts={`${user.name} · ${user.studentId}`}>
        <div className="max-w-(--width-prose)">
          <Section title={shell("language")}>
            <LocaleChoice />
          </Section>
          <Section title={shell("theme")}>
            <ThemeChoice />
          </Section>
          <Section title={translate("mailTitle")} facts={translate("mailFacts")}>
            {server?.isEnabled ? (
              <div className="stack gap-5">
                <EmailSection email={own.email} pending={own.pendingEmail} />
                {own.email !== null && (
                  <div>
                    <h3 className="mb-2">{translate("mailKinds")}</h3>
                    <MailKinds key={own.mailOff.join()} kinds={kinds} off={own.mailOff} />
                  </div>
                )}
              </div>
            ) : (
              <p className="muted">{translate("mailOff")}</p>
            )}
          </Section>
          {unpriced !== null && (
            <Section title={translate("unpricedTitle")}>
              <UnpricedSwitch accepts={unpriced} />
            </Section>
          )}
          <Section title={translate("securityTitle")}>
            {link && <p className="mb-3">{campus("linked", { date: format.date(link.linkedAt) })}</p>}
            <div className="row wrap">
              {own.hasPassword && <ButtonLink href="/password">{shell("changePassword")}</ButtonLink>}
              <SignOutEverywhere />
            </div>
          </Section>
        </div>
      </Page>
    </ClientMessages>
  );
}
