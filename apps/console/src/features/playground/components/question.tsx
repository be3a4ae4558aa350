"use client";
import { Copy, GitFork, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import type { TurnView } from "../contract.ts";
import { Attachment } from "./attachment.tsx";
import { BranchSwitch } from "./branch-switch.tsx";
import { TurnEditor } from "./turn-editor.tsx";
import { useTurnActs } from "./use-turn-acts.ts";

/** What the person asked, as it was typed. */
export const Question = memo(function Question({ turn }: { turn: TurnView }) {
  const translate = useTranslations("playground");
  const acts = useTurnActs();
  const [isEditing, setEditing] = useState(false);
  if (isEditing) {
    const save = (text: string, rerun: boolean) => acts.edit(turn.id, text, rerun);
    return (
      <div className="turn me">
        <TurnEditor text={turn.text} canRerun save={save} close={() => setEditing(false)} />
      </div>
    );
  }
  return (
    <div className="turn me" data-turn={turn.id}>
      <div className="said">
        {turn.attachments.length > 0 && (
          <div className="attachments">
            {turn.attachments.map((attachment) => (
              <Attachment key={attachment.id} attachment={attachment} />
            ))}
          </div>
        )}
        {turn.text !== "" && <div className="said-text">{turn.text}</div>}
      </div>
      <div className="turn-foot">
        {turn.isEdited && <span>{translate("edited")}</span>}
        <span className="acts" data-shown={turn.siblings.length > 1 || undefined}>
          <BranchSwitch turn={turn} />
          <CopyButton text={turn.text} compact label={translate("copyText")} />
          <Button
            {...{ variant: "ghost", size: "sm", icon: true, onClick: () => setEditing(true) }}
            aria-label={translate("edit")}
            title={translate("edit")}
          >
            <Pencil className="icon icon-sm" />
          </Button>
          <MoreMenu name={translate("question")}>
            <MenuItem icon={<Copy className="icon" />} onSelect={() => acts.quote(turn.text)}>
              {translate("quote")}
            </MenuItem>
            <MenuItem icon={<GitFork className="icon" />} onSelect={() => acts.fork(turn.id)}>
              {translate("fork")}
            </MenuItem>
            <MenuItem icon={<Trash2 className="icon" />} danger onSelect={() => acts.remove(turn.id, "one")}>
              {translate("deleteOne")}
            </MenuItem>
            <MenuItem icon={<Trash2 className="icon" />} danger onSelect={() => acts.remove(turn.id, "from-here")}>
              {translate("deleteFromHere")}
            </MenuItem>
          </MoreMenu>
        </span>
      </div>
    </div>
  );
});
