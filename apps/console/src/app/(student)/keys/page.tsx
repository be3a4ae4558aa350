import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Link } from "#components/ui/link.tsx";
import { getOwnAccount } from "#features/balance/queries.ts";
import { ConnectClients } from "#features/keys/components/connect-clients.tsx";
import { CreateKeyButton, CreateKeysButton, KeyDesk } from "#features/keys/components/key-desk.tsx";
import { KeysTable } from "#features/keys/components/keys-table.tsx";
import { RiskyKeys } from "#features/keys/components/risky-keys.tsx";
import { getKeyChoices, getOwnKeys, getOwnRisks } from "#features/keys/queries.ts";
import { LiveGauges, OwnGauges } from "#features/limits/components/live-gauges.tsx";
import { getGauges } from "#features/limits/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("keys");
  return { title: translate("title") };
}

export default async function KeysPage({ searchParams }: { searchParams: Promise<{ group?: string | string[] }> }) {
  const wanted = (await searchParams).group;
  const user = await requireSession();
  const [translate, format, { now }, rows, choices, risks, gauges] = await Promise.all([
    getTranslations("keys"),
    getFormat(),
    getFormatSettings(),
    getOwnKeys(user.id),
    getKeyChoices(user.id),
    getOwnRisks(user.id),
    getOwnAccount(user.id).then(({ id }) => getGauges(id)),
  ]);
  const none = rows.length === 0;
  return (
    <ClientMessages nouns={["keys", "limits", "snippets"]}>
      <KeyDesk choices={choices} groupId={choices.groups.find((group) => group.id === wanted)?.id}>
        <Page
          title={translate("title")}
          facts={translate("facts")}
          actions={
            none ? undefined : (
              <>
                <CreateKeysButton />
                <CreateKeyButton primary />
              </>
            )
          }
        >
          {none ? (
            <Empty action={<CreateKeyButton primary />}>{translate("empty")}</Empty>
          ) : (
            <>
              {risks.length > 0 && <RiskyKeys risks={risks} rows={rows} />}
              <LiveGauges initial={gauges}>
                <KeysTable rows={rows} format={format} now={now} />
                <OwnGauges />
              </LiveGauges>
            </>
          )}
          <Section title={translate("connectHead")} facts={translate("connectFacts")}>
            <ConnectClients choices={choices} />
          </Section>
          <p className="small muted mt-6">
            {translate.rich("foundOne", { link: (words) => <Link href="/leaked">{words}</Link> })}
          </p>
        </Page>
      </KeyDesk>
    </ClientMessages>
  );
}
