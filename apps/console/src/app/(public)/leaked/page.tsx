import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Door } from "#components/shell/door.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Link } from "#components/ui/link.tsx";
import { LeakForm } from "#features/keys/components/leak-form.tsx";
import { verifyOffline } from "#features/keys/verify-offline.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("leaked");
  return { title: translate("title") };
}

const owners = ["roll", "where", "history", "usage"] as const;

/** For whoever found a key, signed in or not: pasted here it is frozen at once. */
export default async function LeakedPage() {
  const [translate, { contact }] = await Promise.all([getTranslations("leaked"), getSettings()]);
  return (
    <Door wide>
      <div>
        <h1>{translate("title")}</h1>
        <p className="muted small">{translate("lead")}</p>
      </div>
      <ClientMessages nouns={["leaked"]}>
        <LeakForm />
      </ClientMessages>
      <section className="stack gap-2">
        <h2 className="text-lg">{translate("ownerHead")}</h2>
        <ol className="docs-points docs-numbered small">
          {owners.map((step) => (
            <li key={step}>
              {translate.rich(`owner_${step}`, { keys: (words) => <Link href="/keys">{words}</Link> })}
            </li>
          ))}
        </ol>
        {contact && <p className="small muted">{translate("contact", { contact })}</p>}
      </section>
      <details className="fold">
        <summary>
          <ChevronRight className="icon icon-sm" />
          {translate("offlineHead")}
        </summary>
        <div className="stack gap-2">
          <p className="small">{translate("offline")}</p>
          <CodeBlock source={verifyOffline} title="Python ≥ 3.8" />
        </div>
      </details>
    </Door>
  );
}
