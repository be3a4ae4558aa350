import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { TermsForm } from "#features/account/components/terms-form.tsx";
import { TermsText } from "#features/account/components/terms-text.tsx";
import { safeNext } from "#server/public-paths.ts";
import { getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("account");
  return { title: translate("termsTitle") };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

/** Readable by anyone; who is signed in and has not accepted this version accepts it here. */
export default async function TermsPage({ searchParams }: { searchParams: Search }) {
  const [search, user, { terms }, translate] = await Promise.all([
    ...([searchParams, getSession(), getSettings()] as const),
    getTranslations("account"),
  ]);
  const due = user !== null && user.termsVersion !== terms.version;
  return (
    <Door wide>
      <div>
        <h1>{translate("termsTitle")}</h1>
        {due && user.termsVersion !== null && <p className="muted small">{translate("termsChanged")}</p>}
      </div>
      <div className="terms text-lg">
        <TermsText />
      </div>
      {due && <TermsForm version={terms.version} next={safeNext(search.next)} />}
    </Door>
  );
}
