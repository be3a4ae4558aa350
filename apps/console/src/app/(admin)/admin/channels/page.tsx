import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { ChannelSheet } from "#features/channels/components/channel-sheet.tsx";
import { ChannelsTable } from "#features/channels/components/channels-table.tsx";
import { CreateChannel } from "#features/channels/components/create-channel.tsx";
import { TestAll } from "#features/channels/components/test-all.tsx";
import { type ChannelView, getChannelViews } from "#features/channels/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { requireRole } from "#server/session.ts";

type Search = Promise<Record<string, string | string[] | undefined>>;

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("channels");
  return { title: translate("title") };
}

export default async function ChannelsPage({ searchParams }: { searchParams: Search }) {
  await requireRole("admin");
  const [{ channel: wanted }, { channels, groups }, translate] = await Promise.all([
    searchParams,
    getChannelViews(),
    getTranslations("channels"),
  ]);
  const open = channels.find((channel) => channel.id === wanted);
  const facts = translate("facts", {
    count: channels.length,
    enabled: channels.filter((channel) => channel.isEnabled).length,
  });
  return (
    <ClientMessages nouns={["channels"]}>
      <Page
        title={translate("title")}
        facts={channels.length > 0 && facts}
        actions={
          <>
            {channels.length > 0 && <TestAll channels={channels.map(tested)} />}
            <ButtonLink href="/admin/channels/import">{translate("import")}</ButtonLink>
            <CreateChannel groups={groups} initiallyOpen={wanted === "new"} />
          </>
        }
        sheet={open && <ChannelSheet key={open.id} channel={open} groups={groups} />}
      >
        {channels.length === 0 ? (
          <Empty>{translate("empty")}</Empty>
        ) : (
          <ChannelsTable channels={channels} openId={open?.id} />
        )}
      </Page>
    </ClientMessages>
  );
}

/** What a test of several channels has to know of each. */
function tested({ id, name, deployments }: ChannelView) {
  return { id, name, upstreamModels: [...new Set(deployments.map((deployment) => deployment.upstreamModel))] };
}
