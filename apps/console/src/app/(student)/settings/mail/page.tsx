import { getOwnSettings } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ConfirmEmail } from "#features/own-settings/components/confirm-email.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("mail");
  return { title: translate("confirmTitle") };
}

/** Where the link of a mail leads. */
export default async function ConfirmMailPage({ searchParams }: Props) {
  const user = await requireSession();
  const { token } = await searchParams;
  const [{ pendingEmail }, translate] = await Promise.all([getOwnSettings(getDb(), user.id), getTranslations("mail")]);
  const isWaiting = pendingEmail !== null && typeof token === "string" && token !== "";
  return (
    <ClientMessages nouns={["mail"]}>
      <Page title={translate("confirmTitle")}>
        <div className="stack max-w-(--width-prose)">
          <p>{isWaiting ? translate("confirmMeans", { email: pendingEmail }) : translate("nothingWaits")}</p>
          {isWaiting && <ConfirmEmail token={token} />}
        </div>
      </Page>
    </ClientMessages>
  );
}
