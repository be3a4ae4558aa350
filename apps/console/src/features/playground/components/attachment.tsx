"use client";
import { FileText, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { AttachmentView } from "../contract.ts";
import { playgroundRoutes } from "../routes.ts";

/** A picture or file of a message, with what it counts; `remove` where it is not sent yet. */
export function Attachment({ attachment, remove }: { attachment: AttachmentView; remove?: () => void }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const address = playgroundRoutes.attachment(attachment.id);
  const size = [
    attachment.pages !== null && translate("pages", { count: attachment.pages }),
    `≈ ${format.tokens(attachment.tokens)} tokens`,
    attachment.isCut && translate("cut"),
  ].filter(Boolean);
  return (
    <span className={attachment.kind === "image" ? "attached attached-image" : "attached"}>
      {attachment.kind === "image" ? (
        <a href={address} target="_blank" rel="noopener">
          <img src={address} alt={attachment.name} />
        </a>
      ) : (
        <>
          <FileText className="icon" />
          <span className="min-w-0">
            <a href={address} target="_blank" rel="noopener" className="attached-name">
              {attachment.name}
            </a>
            <span className="tiny muted">{size.join(" · ")}</span>
          </span>
        </>
      )}
      {remove && (
        <Button
          {...{ variant: "ghost", size: "sm", icon: true, className: "attached-remove", onClick: remove }}
          aria-label={translate("removeFile", { name: attachment.name })}
          title={translate("removeFile", { name: attachment.name })}
        >
          <X className="icon icon-sm" />
        </Button>
      )}
    </span>
  );
}
