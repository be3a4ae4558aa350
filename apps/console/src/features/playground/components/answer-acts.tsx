"use client";
import { CaseSensitive, CornerDownRight, GitFork, Pencil, Quote, RefreshCw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { TurnView } from "../contract.ts";
import { plainText } from "../plain-text.ts";
import { ModelDialog } from "./model-dialog.tsx";
import type { TurnActs } from "./use-turn-acts.ts";

interface AnswerActsProps {
  turn: TurnView;
  acts: TurnActs;
  isLast: boolean;
  edit: () => void;
}

/** What can be done with an answer: copy, ask again, quote; the rest in a menu. */
export function AnswerActs({ turn, acts, isLast, edit }: AnswerActsProps) {
  const translate = useTranslations("playground");
  const toast = useToast();
  const box = useRef<HTMLSpanElement>(null);
  const [isChoosing, setChoosing] = useState(false);
  const canContinue = isLast && turn.text !== "" && (turn.state !== "done" || turn.answer?.finishReason === "length");
  const copyPlain = async () => {
    const done = box.current && (await copyText(plainText(turn.text), box.current));
    toast({ message: translate(done ? "plainCopied" : "copyFailed") });
  };
  const icon = "icon";
  return (
    <span className="acts" ref={box} tabIndex={-1}>
      {canContinue && (
        <Button size="sm" onClick={() => acts.resume(turn.id)}>
          <CornerDownRight className="icon icon-sm" />
          {translate("continue")}
        </Button>
      )}
      <CopyButton text={turn.text} compact label={translate("copyMarkdown")} />
      <Button
        {...{ variant: "ghost", size: "sm", icon: true, onClick: () => acts.regenerate(turn.id) }}
        aria-label={translate("regenerate")}
        title={translate("regenerate")}
      >
        <RefreshCw className="icon icon-sm" />
      </Button>
      <Button
        {...{ variant: "ghost", size: "sm", icon: true, onClick: () => acts.quote(turn.text) }}
        aria-label={translate("quote")}
        title={translate("quote")}
      >
        <Quote className="icon icon-sm" />
      </Button>
      <MoreMenu name={translate("answer")}>
        <MenuItem icon={<CaseSensitive className={icon} />} onSelect={copyPlain}>
          {translate("copyPlain")}
        </MenuItem>
        <MenuItem icon={<RefreshCw className={icon} />} onSelect={() => setChoosing(true)}>
          {translate("regenerateWith")}
        </MenuItem>
        <MenuItem icon={<Pencil className={icon} />} onSelect={edit}>
          {translate("edit")}
        </MenuItem>
        <MenuItem icon={<GitFork className={icon} />} onSelect={() => acts.fork(turn.id)}>
          {translate("fork")}
        </MenuItem>
        <MenuItem icon={<Trash2 className={icon} />} danger onSelect={() => acts.remove(turn.id, "one")}>
          {translate("deleteOne")}
        </MenuItem>
        <MenuItem icon={<Trash2 className={icon} />} danger onSelect={() => acts.remove(turn.id, "from-here")}>
          {translate("deleteFromHere")}
        </MenuItem>
      </MoreMenu>
      {isChoosing && (
        <ModelDialog
          close={() => setChoosing(false)}
          choose={(model) => {
            setChoosing(false);
            acts.regenerate(turn.id, model);
          }}
        />
      )}
    </span>
  );
}
