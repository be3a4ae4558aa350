import { getOwnSettings } from "@lyceum/db";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PasswordForm } from "#features/account/components/password-form.tsx";
import { getDb } from "#server/db.ts";
import { safeNext, stepTo } from "#server/public-paths.ts";
import { getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("account");
  return { title: translate("passwordTitle") };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function PasswordPage({ searchParams }: { searchParams: Search }) {
  const [search, user, { contact }, translate] = await Promise.all([
    ...([searchParams, getSession(), getSettings()] as const),
    getTranslations("account"),
  ]);
  if (!user) redirect(stepTo("/sign-in", "/password"));
  const { hasPassword } = await getOwnSettings(getDb(), user.id);
  return (
    <Door>
      <div>
        <h1>{translate("passwordTitle")}</h1>
        <p className="muted small">{translate("passwordFacts")}</p>
      </div>
      {user.mustChangePassword && <Notice tone="warning">{translate("passwordMustChange")}</Notice>}
      {hasPassword ? (
        <PasswordForm studentId={user.studentId} contact={contact} next={safeNext(search.next)} />
      ) : (
        <Notice>{translate("noPassword")}</Notice>
      )}
    </Door>
  );
}
