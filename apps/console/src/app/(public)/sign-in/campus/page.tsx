import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { Link } from "#components/ui/link.tsx";
import { SettleForm } from "#features/campus/components/settle-form.tsx";
import { findArrival } from "#features/campus/cookies.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("campus");
  return { title: translate("settleTitle") };
}

/** Somebody has come from the campus's sign-in, and there is an account already that may be another's. */
export default async function SettlePage() {
  const [arrival, translate] = await Promise.all([findArrival(), getTranslations("campus")]);
  if (arrival === null) redirect("/sign-in?campus=expired");
  const { account, person } = arrival;
  const studentId = person.studentId.trim().toUpperCase();
  return (
    <Door>
      <div>
        <h1>{translate("settleTitle")}</h1>
        <p className="muted small">{translate(`settle.${account}`, { studentId })}</p>
      </div>
      <ClientMessages nouns={["account", "campus"]}>
        <SettleForm studentId={studentId} canRefuse={account === "unproven"} />
      </ClientMessages>
      <p className="muted small">
        <Link href="/sign-in">{translate("backToSignIn")}</Link>
      </p>
    </Door>
  );
}
