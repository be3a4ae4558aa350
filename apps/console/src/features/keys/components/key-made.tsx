"use client";
import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { ChatClient } from "../client-links.ts";
import type { MadeKey } from "../made-key.ts";
import type { KeyChoices } from "../queries.ts";
import { ClientOpener } from "./client-opener.tsx";
import { FirstRequestLine } from "./first-request-line.tsx";

export function MadeFacts({ made }: { made: MadeKey }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  if (made.expiresAt === null) return translate("madeFactsEndless", { name: made.name });
  return translate("madeFacts", { name: made.name, day: format.date(new Date(made.expiresAt.getTime() - 1)) });
}

interface KeyMadeProps {
  made: MadeKey;
  client?: ChatClient | undefined;
  choices: KeyChoices;
}

/** The key, once; the program it was made for, or code with it filled in; and of a new key a line that waits for the first request. */
export function KeyMade({ made, client, choices }: KeyMadeProps) {
  const translate = useTranslations("keys");
  const secret = useRef<HTMLDivElement>(null);
  const isRolled = made.formerEndsAt !== undefined;
  // The button that was pressed is gone; what comes next is to copy.
  useEffect(() => secret.current?.querySelector("button")?.focus(), []);
  return (
    <>
      <div className="dialog-body stack gap-3.5">
        <div className="secret" ref={secret}>
          <code>{made.secret}</code>
          <CopyButton variant={client === undefined ? "primary" : undefined} text={made.secret} />
        </div>
        {isRolled && <FormerNotice endsAt={made.formerEndsAt ?? null} />}
        <p className="small row items-start">
          <TriangleAlert className="icon icon-sm mt-1 text-warning" />
          <span>
            {translate.rich("shownOnce", {
              shown: () => (
                <code>
                  {made.prefix}…{made.lastFour}
                </code>
              ),
            })}
          </span>
        </p>
        {made.model === null && <Notice tone="warning">{translate("noModel")}</Notice>}
        {client !== undefined && (
          <ClientOpener client={client} made={made} siteName={choices.siteName} lobeUrl={choices.lobeUrl} />
        )}
        {client === undefined && made.model !== null && (
          <SnippetTabs baseUrl={made.baseUrl} model={made.model} secret={made.secret} />
        )}
      </div>
      {!isRolled && <FirstRequestLine keyId={made.id} client={client} />}
      <DialogFoot>
        <DialogClose>{translate("savedClose")}</DialogClose>
      </DialogFoot>
    </>
  );
}

/** What becomes of the secret that the key had before. */
function FormerNotice({ endsAt }: { endsAt: Date | null }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  if (endsAt === null) return <Notice tone="warning">{translate("formerEnded")}</Notice>;
  return <Notice>{translate("formerUntilLong", { time: format.dateTime(endsAt) })}</Notice>;
}
