import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { DocsFrame, DocsSection } from "#features/docs/components/docs-frame.tsx";
import { AddressList, ClientNotes, HeaderList, MoneyLines } from "#features/docs/components/docs-parts.tsx";
import { getDocsFacts } from "#features/docs/queries.ts";
import { docsSections } from "#features/docs/sections.ts";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("docs");
  return { title: translate("title") };
}

/** How to use the gateway, with the reader's own address and a model that works. */
export default async function DocsPage() {
  const [translate, facts] = await Promise.all([getTranslations("docs"), getDocsFacts()]);
  const { user, baseUrl, model, usageRetentionMonths: months, responseRetentionDays: days } = facts;
  const keys = (words: React.ReactNode) => <Link href="/keys">{words}</Link>;
  const code = (words: React.ReactNode) => <code>{words}</code>;
  return (
    <DocsFrame title={translate("title")} lead={translate("lead")} here="/docs" signedIn={user !== null}>
      <nav className="docs-toc" aria-label={translate("contents")}>
        {docsSections.map((id) => (
          <a key={id} href={`#${id}`}>
            {translate(`${id}Head`)}
          </a>
        ))}
      </nav>
      <DocsSection id="start" title={translate("startHead")}>
        <p>{translate.rich("start", { keys })}</p>
        <CopyLine label={translate("baseAddress")} text={baseUrl} />
        {model === null ? (
          <Notice>{translate(user === null ? "noModelSignedOut" : "noModel")}</Notice>
        ) : (
          <ClientMessages nouns={["snippets"]}>
            <SnippetTabs baseUrl={baseUrl} model={model} />
          </ClientMessages>
        )}
      </DocsSection>
      <DocsSection id="address" title={translate("addressHead")}>
        <p>{translate("address")}</p>
        <AddressList origin={baseUrl.replace(/\/v1$/, "")} />
      </DocsSection>
      <DocsSection id="key" title={translate("keyHead")}>
        <p>{translate.rich("key", { keys, code })}</p>
      </DocsSection>
      <DocsSection id="clients" title={translate("clientsHead")}>
        <ClientNotes />
      </DocsSection>
      <DocsSection id="limits" title={translate("limitsHead")}>
        <p>{translate.rich("limits", { keys })}</p>
        <HeaderList />
      </DocsSection>
      <DocsSection id="money" title={translate("moneyHead")}>
        <MoneyLines />
      </DocsSection>
      <DocsSection id="privacy" title={translate("privacyHead")}>
        <ul className="docs-points">
          <li>{translate("privacyRecord")}</li>
          <li>{translate("privacyContent")}</li>
          <li>{translate("privacyPlayground")}</li>
          <li>{days === null ? translate("privacyNoResponses") : translate("privacyResponses", { days })}</li>
          <li>{months === null ? translate("privacyForEver") : translate("privacyMonths", { months })}</li>
          <li>{translate("privacyWho")}</li>
          <li>{translate("privacyUpstream")}</li>
        </ul>
      </DocsSection>
    </DocsFrame>
  );
}
