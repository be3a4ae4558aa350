"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { mark } from "../actions.ts";

/** One as read, or unread again. */
export function MarkButton({ id, isRead, title }: { id: string; isRead: boolean; title: string }) {
  const translate = useTranslations("notices");
  const { act, pending } = useAct();
  const word = translate(isRead ? "markUnread" : "markRead");
  return (
    <Button
      size="sm"
      variant="ghost"
      aria-disabled={pending}
      aria-label={`${word}: ${title}`}
      onClick={() =>
        act(
          () => mark({ id, read: !isRead }),
          () => undefined,
        )
      }
    >
      {word}
    </Button>
  );
}

export function MarkAllButton() {
  const translate = useTranslations("notices");
  const { act, pending } = useAct();
  return (
    <Button
      aria-disabled={pending}
      onClick={() =>
        act(
          () => mark({ id: null, read: true }),
          () => ({ message: translate("allRead") }),
        )
      }
    >
      {translate("markAll")}
    </Button>
  );
}
