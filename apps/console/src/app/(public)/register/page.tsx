import { findCampusLabel } from "@lyceum/db";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlanckFigure } from "#features/account/components/planck-figure.tsx";
import { RegisterForm } from "#features/account/components/register-form.tsx";
import { TermsText } from "#features/account/components/terms-text.tsx";
import { CampusButton } from "#features/campus/components/campus-button.tsx";
import { getDb } from "#server/db.ts";
import { getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("account");
  return { title: translate("register") };
}

export default async function RegisterPage() {
  const [user, settings, campus, translate] = await Promise.all([
    getSession(),
    getSettings(),
    findCampusLabel(getDb()),
    getTranslations("account"),
  ]);
  if (user) redirect("/");
  const { contact, registration, terms } = settings;
  const open = registration === "open";
  return (
    <Door figure={<PlanckFigure />}>
      <div>
        <h1>{translate(open ? "registerTitle" : "closedTitle")}</h1>
        <p className="muted small">
          {translate("haveAccount")}
          <Link href="/sign-in">{translate("signIn")}</Link>
        </p>
      </div>
      {campus && <CampusButton label={campus} orPassword={open} />}
      {open ? (
        <RegisterForm termsVersion={terms.version} terms={<TermsText />} contact={contact} />
      ) : (
        <Notice>{contact ? translate("closedBody", { contact }) : translate("closedBodyNoContact")}</Notice>
      )}
    </Door>
  );
}
