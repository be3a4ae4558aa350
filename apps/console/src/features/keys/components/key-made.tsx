"use client";
import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { MadeKey } from "./create-key-form.tsx";
import { FirstRequestLine } from "./first-request-line.tsx";
import { SnippetTabs } from "./snippet-tabs.tsx";

export function MadeFacts({ made }: { made: MadeKey }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  if (made.expiresAt === null) return translate("madeFactsEndless", { name: made.name });
  return translate("madeFacts", { name: made.name, day: format.date(new Date(made.expiresAt.getTime() - 1)) });
}

/** The key, once; code with it filled in; and a line that waits for the first request. */
export function KeyMade({ made }: { made: MadeKey }) {
  const translate = useTranslations("keys");
  const secret = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone; what comes next is to copy.
  useEffect(() => secret.current?.querySelector("button")?.focus(), []);
  return (
    <>
      <div className="dialog-body stack gap-3.5">
        <div className="secret" ref={secret}>
          <code>{made.secret}</code>
          <CopyButton variant="primary" text={made.secret} />
        </div>
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
        {made.model === null ? (
          <Notice tone="warning">{translate("noModel")}</Notice>
        ) : (
          <SnippetTabs baseUrl={made.baseUrl} model={made.model} secret={made.secret} />
        )}
      </div>
      <FirstRequestLine keyId={made.id} />
      <DialogFoot>
        <DialogClose>{translate("savedClose")}</DialogClose>
      </DialogFoot>
    </>
  );
}
