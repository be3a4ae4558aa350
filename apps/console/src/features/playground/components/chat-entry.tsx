"use client";
import { Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type MouseEvent, useState } from "react";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteConversation, restore, updateConversation } from "../actions.ts";
import type { ConversationEntry } from "../contract.ts";
import { isComposing } from "../is-composing.ts";
import { useDesk } from "./desk.tsx";

/** One conversation of the list: open, rename, pin, delete. */
export function ChatEntry({ row, isOpen }: { row: ConversationEntry; isOpen: boolean }) {
  const translate = useTranslations("playground");
  const toast = useToast();
  const { openConversation, perform, touchList, change } = useDesk();
  const [isRenaming, setRenaming] = useState(false);
  const name = row.title || translate("untitled");
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openConversation(row.id);
    event.currentTarget.closest<HTMLElement>("[popover]:popover-open")?.hidePopover();
  };
  const rename = async (title: string) => {
    setRenaming(false);
    if (title.trim() === "" || title === row.title) return;
    if (!(await perform(updateConversation({ conversationId: row.id, title })))) return;
    if (isOpen) change((talk) => ({ ...talk, title: title.trim() }));
    touchList();
  };
  const pin = async () => {
    if (await perform(updateConversation({ conversationId: row.id, isPinned: !row.isPinned }))) touchList();
  };
  const remove = async () => {
    const deleted = await perform(deleteConversation({ conversationId: row.id }));
    if (!deleted) return;
    if (isOpen) openConversation(null);
    touchList();
    toast({
      message: translate("conversationDeleted", { name }),
      undo: async () => {
        if (await perform(restore({ deletionId: deleted.deletionId }))) touchList();
      },
    });
  };
  if (isRenaming) {
    const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
      if (isComposing(event)) return;
      if (event.key === "Enter") rename(event.currentTarget.value);
      if (event.key === "Escape") {
        event.preventDefault(); // neither closes the panel nor stops an answer
        event.stopPropagation();
        setRenaming(false);
      }
    };
    return (
      <li className="chat">
        <span className="input grow">
          <input
            // biome-ignore lint/a11y/noAutofocus: it was opened to be typed in
            autoFocus
            defaultValue={row.title}
            aria-label={translate("rename")}
            onKeyDown={onKeyDown}
            onBlur={(event) => rename(event.target.value)}
          />
        </span>
      </li>
    );
  }
  return (
    <li className="chat">
      <a href={`/playground/${row.id}`} aria-current={isOpen ? "page" : undefined} onClick={open} title={name}>
        {row.isRunning && <span className="pulse" aria-hidden="true" />}
        {name}
        {row.isRunning && <span className="sr"> {translate("isRunning")}</span>}
        {row.excerpt && <span className="tiny muted excerpt">{row.excerpt}</span>}
      </a>
      <MoreMenu name={name}>
        <MenuItem icon={<Pencil className="icon" />} onSelect={() => setRenaming(true)}>
          {translate("rename")}
        </MenuItem>
        <MenuItem icon={row.isPinned ? <PinOff className="icon" /> : <Pin className="icon" />} onSelect={pin}>
          {translate(row.isPinned ? "unpin" : "pin")}
        </MenuItem>
        <MenuItem icon={<Trash2 className="icon" />} danger onSelect={remove}>
          {translate("delete")}
        </MenuItem>
      </MoreMenu>
    </li>
  );
}
