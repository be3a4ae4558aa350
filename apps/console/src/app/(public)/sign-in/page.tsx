import { findCampusLabel } from "@lyceum/db";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlanckFigure } from "#features/account/components/planck-figure.tsx";
import { SignInForm } from "#features/account/components/sign-in-form.tsx";
import { CampusButton } from "#features/campus/components/campus-button.tsx";
import { CampusFailureNotice } from "#features/campus/components/campus-failure.tsx";
import { getDb } from "#server/db.ts";
import { safeNext } from "#server/public-paths.ts";
import { getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("account");
  return { title: translate("signIn") };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const [search, user, settings, campus, translate] = await Promise.all([
    searchParams,
    getSession(),
    getSettings(),
    findCampusLabel(getDb()),
    getTranslations("account"),
  ]);
  const next = safeNext(search.next);
  if (user) redirect(next);
  const contact = settings.contact;
  return (
    <Door figure={<PlanckFigure />}>
      <div>
        <h1>{translate("signInTitle")}</h1>
        {settings.registration === "open" && (
          <p className="muted small">
            {translate("noAccount")}
            <Link href="/register">{translate("register")}</Link>
          </p>
        )}
      </div>
      {search.done === "password" && <Notice tone="positive">{translate("changed")}</Notice>}
      {search.done === "registered" && <Notice tone="positive">{translate("signedUpButNotIn")}</Notice>}
      <CampusFailureNotice code={search.campus} contact={contact} />
      {campus && <CampusButton label={campus} next={next} orPassword />}
      <SignInForm next={next} contact={contact} isSecond={campus !== null} />
      <p className="muted small">{contact ? translate("forgotten", { contact }) : translate("forgottenNoContact")}</p>
    </Door>
  );
}
