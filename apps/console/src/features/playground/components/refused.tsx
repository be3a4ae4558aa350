"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Refusal } from "../drafts.ts";

/** Files that were not taken, each with its reason; the region is there before its text, so that it is read out. */
export function Refused({ refused, dismiss }: { refused: readonly Refusal[]; dismiss: () => void }) {
  const translate = useTranslations("playground");
  const close = useTranslations("ui")("close");
  return (
    <div role="alert">
      {refused.length > 0 && (
        <Notice
          tone="warning"
          className="refused"
          action={
            <Button
              {...{ variant: "ghost", size: "sm", icon: true, onClick: dismiss }}
              aria-label={close}
              title={close}
            >
              <X className="icon icon-sm" />
            </Button>
          }
        >
          {translate("refusedFiles", { count: refused.length })}
          <ul>
            {refused.map(({ name, reason }, index) => (
              <li key={`${index}.${name}`}>
                <b>{name}</b> {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}
