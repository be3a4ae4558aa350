import type { Announcement } from "@lyceum/db";
import { X } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import { Dot } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { dismiss } from "../dismiss.ts";
import { toneOf } from "../queries.ts";

/** One announcement in the reader's language, who says it and until when. */
export async function AnnouncementNotice({
  announcement: { id, level, endsAt, byName, ...words },
  canDismiss = true,
}: {
  announcement: Announcement;
  canDismiss?: boolean;
}) {
  const [locale, translate, format] = await Promise.all([getLocale(), getTranslations("announcements"), getFormat()]);
  const text = words[locale];
  return (
    <Notice
      tone={toneOf[level]}
      action={
        canDismiss && (
          <form action={dismiss}>
            <input type="hidden" name="id" value={id} />
            <Button
              type="submit"
              variant="ghost"
              size="sm"
              icon
              aria-label={translate("dismissOf", { text: text.slice(0, 40) })}
              title={translate("dismiss")}
            >
              <X className="icon icon-sm" />
            </Button>
          </form>
        )
      }
    >
      <p className="announced">{text}</p>
      <p className="muted small">
        {translate("by", { name: byName })}
        {endsAt !== null && (
          <>
            <Dot />
            {translate("until", { when: format.dateTime(endsAt) })}
          </>
        )}
      </p>
    </Notice>
  );
}
