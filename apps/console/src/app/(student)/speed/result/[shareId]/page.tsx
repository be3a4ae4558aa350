import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { Definitions } from "#features/speed/components/definitions.tsx";
import { RunActions } from "#features/speed/components/run-actions.tsx";
import { RunResult } from "#features/speed/components/run-result.tsx";
import { readSpeedParams } from "#features/speed/params.ts";
import { getChannelNames, getSharedRun } from "#features/speed/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { requireSession } from "#server/session.ts";

interface SharedPageProps {
  params: Promise<{ shareId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("speed");
  return { title: translate("sharedTitle") };
}

/** A run that somebody shared, for whoever is signed in and has its link. Whose it is stays out of it. */
export default async function SharedSpeedPage({ params, searchParams }: SharedPageProps) {
  const user = await requireSession();
  const { shareId } = await params;
  const found = (await getSharedRun(shareId)) ?? notFound();
  const translate = await getTranslations("speed");
  return (
    <ClientMessages nouns={["speed"]}>
      <Page title={translate("sharedTitle")}>
        <RunResult
          {...found}
          weekBefore={new Map()}
          channelNames={await getChannelNames(user.role, found.samples)}
          params={readSpeedParams(await searchParams)}
          path={`/speed/result/${shareId}`}
          baseUrl={await getBaseUrl()}
          actions={<RunActions run={found.run} query={`shared=${shareId}`} isOwner={false} />}
        />
        <Definitions />
      </Page>
    </ClientMessages>
  );
}
