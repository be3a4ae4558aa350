import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { getOwnAccount } from "#features/balance/queries.ts";
import { CreateKeyButton, KeyCreator } from "#features/keys/components/key-creator.tsx";
import { KeysTable } from "#features/keys/components/keys-table.tsx";
import { getKeyChoices, getOwnKeys } from "#features/keys/queries.ts";
import { LiveGauges, OwnGauges } from "#features/limits/components/live-gauges.tsx";
import { getGauges } from "#features/limits/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("keys");
  return { title: translate("title") };
}

export default async function KeysPage() {
  const user = await requireSession();
  const [translate, format, { now }, rows, choices, gauges] = await Promise.all([
    getTranslations("keys"),
    getFormat(),
    getFormatSettings(),
    getOwnKeys(user.id),
    getKeyChoices(user.id),
    getOwnAccount(user.id).then(({ id }) => getGauges(id)),
  ]);
  const none = rows.length === 0;
  return (
    <ClientMessages nouns={["keys", "limits"]}>
      <KeyCreator choices={choices}>
        <Page
          title={translate("title")}
          facts={translate("facts")}
          actions={none ? undefined : <CreateKeyButton primary />}
        >
          {none ? (
            <Empty action={<CreateKeyButton primary />}>{translate("empty")}</Empty>
          ) : (
            <LiveGauges initial={gauges}>
              <KeysTable rows={rows} choices={choices} format={format} now={now} />
              <OwnGauges />
            </LiveGauges>
          )}
        </Page>
      </KeyCreator>
    </ClientMessages>
  );
}
