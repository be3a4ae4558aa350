"use client";
import { SquarePen, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { Button } from "#components/ui/button.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { deleteAllConversations, restore } from "../actions.ts";
import type { ConversationEntry } from "../contract.ts";
import { ChatEntry } from "./chat-entry.tsx";
import { useDesk, useTalkState } from "./desk.tsx";
import type { ChatsStore } from "./use-chats.ts";

/** Conversations: pinned, then by age; search; delete all. */
export function Chats({ store }: { store: ChatsStore }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const toast = useToast();
  const { openConversation, perform, touchList } = useDesk();
  const { talk } = useTalkState();
  const today = format.isoDay(new Date());
  const weekAgo = format.isoDay(new Date(Date.now() - 6 * 86_400_000));
  const groupOf = ({ isPinned, updatedAt }: ConversationEntry) => {
    if (isPinned) return "pinned";
    const day = format.isoDay(new Date(updatedAt));
    if (day === today) return "today";
    return day >= weekAgo ? "thisWeek" : "older";
  };
  const groups = Map.groupBy(store.rows, groupOf);
  const begin = (event: MouseEvent) => {
    event.currentTarget.closest<HTMLElement>("[popover]:popover-open")?.hidePopover();
    openConversation(null);
  };
  const deleteAll = async () => {
    const deleted = await perform(deleteAllConversations({ all: true }));
    if (!deleted) return;
    openConversation(null);
    touchList();
    toast({
      message: translate("allDeleted", { count: deleted.count }),
      undo: async () => {
        if (await perform(restore({ deletionId: deleted.deletionId }))) touchList();
      },
    });
  };
  return (
    <>
      <div className="row">
        <Button size="sm" className="grow" onClick={begin} title={translate("newHint")}>
          <SquarePen className="icon icon-sm" />
          {translate("newConversation")}
        </Button>
        <MoreMenu name={translate("conversations")}>
          <MenuItem icon={<Trash2 className="icon" />} danger disabled={store.total === 0} onSelect={deleteAll}>
            {translate("deleteAll")}
          </MenuItem>
        </MoreMenu>
      </div>
      <span className="input chats-search">
        <input
          type="search"
          value={store.query}
          placeholder={translate("searchConversations")}
          aria-label={translate("searchConversations")}
          onChange={(event) => store.search(event.target.value)}
        />
      </span>
      {store.hasFailed && (
        <p className="small chats-none" role="status">
          {translate("listFailed")}
        </p>
      )}
      {(["pinned", "today", "thisWeek", "older"] as const).map((group) => {
        const rows = groups.get(group);
        return (
          rows && (
            <section key={group} aria-label={translate(group)}>
              <h2>{translate(group)}</h2>
              <ul>
                {rows.map((row) => (
                  <ChatEntry key={row.id} row={row} isOpen={row.id === talk.id} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      {store.rows.length === 0 && !store.hasFailed && (
        <p className="small muted chats-none">{translate(store.query ? "noneFound" : "noConversations")}</p>
      )}
      {store.next !== null && (
        <Button size="sm" variant="ghost" onClick={store.more}>
          {translate("olderConversations")}
        </Button>
      )}
    </>
  );
}
