"use client";
import {
  CodeXml,
  EyeOff,
  FileDown,
  FileText,
  Keyboard,
  Link,
  Menu as MenuIcon,
  PanelLeft,
  Printer,
  Share,
  SlidersHorizontal,
  SquarePen,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { updateConversation } from "../actions.ts";
import type { RequestPreview } from "../contract.ts";
import { playgroundRoutes } from "../routes.ts";
import { useDesk, useTalkState } from "./desk.tsx";
import { useTurnActs } from "./use-turn-acts.ts";

const ViewCode = dynamic(() => import("./view-code.tsx").then((module) => module.ViewCode));
const ShareDialog = dynamic(() => import("./share-dialog.tsx").then((module) => module.ShareDialog));
const StatementDialog = dynamic(() => import("./statement-dialog.tsx").then((module) => module.StatementDialog));

interface TalkHeadProps {
  preview: RequestPreview | null;
  /** What stands in the composer. */
  draft: string;
  baseUrl: string;
  showShortcuts: () => void;
}

/** Title and what concerns the whole conversation. */
export function TalkHead({ preview, draft, baseUrl, showShortcuts }: TalkHeadProps) {
  const translate = useTranslations("playground");
  const { talk } = useTalkState();
  const { openConversation, change, perform, touchList, chosen } = useDesk();
  const acts = useTurnActs();
  const [shown, setShown] = useState<"code" | "share" | "statement" | null>(null);
  const close = () => setShown(null);
  const isEmpty = talk.turns.length === 0;
  const icon = { variant: "ghost", size: "sm", icon: true } as const;
  const named = (key: "history" | "newConversation" | "viewCode" | "export" | "parameters" | "menu") => ({
    "aria-label": translate(key),
    title: translate(key),
  });
  const download = (format: "markdown" | "json") => {
    location.href = playgroundRoutes.export(talk.id, format);
  };
  const keep = async () => {
    if (talk.id !== "" && !(await perform(updateConversation({ conversationId: talk.id, isTemporary: false })))) return;
    change((now) => (now.id === talk.id ? { ...now, isTemporary: false } : now));
    touchList();
  };
  return (
    <header className="talk-head">
      <Button {...icon} {...named("history")} className="history-button" popoverTarget="chats">
        <PanelLeft className="icon" />
      </Button>
      <h1 className="grow">{talk.title || translate(isEmpty ? "newConversation" : "untitled")}</h1>
      {isEmpty && talk.id === "" && (
        <Button
          size="sm"
          variant="ghost"
          aria-pressed={talk.isTemporary}
          title={translate("temporaryHint")}
          onClick={() => change((now) => ({ ...now, isTemporary: !now.isTemporary }))}
        >
          <EyeOff className="icon icon-sm" />
          {translate("temporary")}
        </Button>
      )}
      {!isEmpty && talk.isTemporary && (
        <Button size="sm" onClick={keep} title={translate("temporaryHint")}>
          {translate("keep")}
        </Button>
      )}
      <Button {...icon} {...named("newConversation")} className="narrow-only" onClick={() => openConversation(null)}>
        <SquarePen className="icon" />
      </Button>
      <Button {...icon} {...named("viewCode")} className="wide-only" onClick={() => setShown("code")}>
        <CodeXml className="icon" />
      </Button>
      <Menu
        trigger={
          <Button {...icon} {...named("export")}>
            <Share className="icon" />
          </Button>
        }
      >
        <MenuItem icon={<CodeXml className="icon" />} onSelect={() => setShown("code")}>
          {translate("viewCode")}
        </MenuItem>
        <MenuItem icon={<Link className="icon" />} disabled={chosen.length === 0} onSelect={() => setShown("share")}>
          {translate("share.open")}
        </MenuItem>
        <MenuItem
          icon={<FileText className="icon" />}
          disabled={isEmpty || talk.id === ""}
          onSelect={() => setShown("statement")}
        >
          {translate("statement.open")}
        </MenuItem>
        <MenuItem icon={<FileDown className="icon" />} disabled={isEmpty} onSelect={() => download("markdown")}>
          {translate("exportMarkdown")}
        </MenuItem>
        <MenuItem icon={<FileDown className="icon" />} disabled={isEmpty} onSelect={() => download("json")}>
          {translate("exportJson")}
        </MenuItem>
        <MenuItem icon={<Printer className="icon" />} disabled={isEmpty} onSelect={() => print()}>
          {translate("print")}
        </MenuItem>
        <MenuItem disabled={isEmpty} onSelect={acts.clearContext}>
          {translate("clearContext")}
        </MenuItem>
        <MenuItem disabled={isEmpty} danger onSelect={acts.clearConversation}>
          {translate("clearConversation")}
        </MenuItem>
        <MenuItem icon={<Keyboard className="icon" />} onSelect={showShortcuts}>
          {translate("shortcuts")}
        </MenuItem>
      </Menu>
      <Button
        {...icon}
        {...named("parameters")}
        id="parameters-button"
        className="params-button"
        popoverTarget="params"
      >
        <SlidersHorizontal className="icon" />
      </Button>
      <Button {...icon} {...named("menu")} className="narrow-only" popoverTarget="more">
        <MenuIcon className="icon" />
      </Button>
      {shown === "code" && <ViewCode preview={preview} baseUrl={baseUrl} close={close} />}
      {shown === "share" && <ShareDialog draft={draft} close={close} />}
      {shown === "statement" && <StatementDialog conversationId={talk.id} baseUrl={baseUrl} close={close} />}
    </header>
  );
}
