import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DocsFrame } from "#features/docs/components/docs-frame.tsx";
import { ErrorList } from "#features/docs/components/error-list.tsx";
import { getSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("docs");
  return { title: translate("errorsTitle") };
}

/** Every error code, from the table in the code; each can be linked to. */
export default async function ErrorsPage() {
  const [translate, user] = await Promise.all([getTranslations("docs"), getSession()]);
  return (
    <DocsFrame
      title={translate("errorsTitle")}
      lead={translate("errorsLead")}
      here="/docs/errors"
      signedIn={user !== null}
    >
      <ErrorList />
    </DocsFrame>
  );
}
