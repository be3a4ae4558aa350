"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { isComposing } from "../is-composing.ts";

interface TurnEditorProps {
  text: string;
  /** Questions can be asked anew with the changed text. */
  canRerun: boolean;
  save: (text: string, rerun: boolean) => Promise<boolean>;
  close: () => void;
}

/** Changes the text of a turn where it stands. */
export function TurnEditor({ text, canRerun, save, close }: TurnEditorProps) {
  const translate = useTranslations("playground");
  const [draft, setDraft] = useState(text);
  const [isSaving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const submit = async (rerun: boolean) => {
    if (draft.trim() === "" || isSaving) return;
    setSaving(true);
    const saved = await save(draft, rerun);
    setSaving(false);
    if (saved) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault(); // it stops no answer
      event.stopPropagation();
      close();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(canRerun);
  };
  return (
    <div className="turn-editor">
      <span className="input textarea">
        <textarea
          ref={field}
          value={draft}
          rows={Math.min(16, draft.split("\n").length + 1)}
          aria-label={translate("editTurn")}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </span>
      <div className="row">
        <Button size="sm" variant="ghost" onClick={close}>
          {translate("cancel")}
        </Button>
        <Button size="sm" disabled={isSaving} onClick={() => submit(false)}>
          {translate("save")}
        </Button>
        {canRerun && (
          <Button size="sm" variant="primary" disabled={isSaving} onClick={() => submit(true)}>
            {translate("saveAndRerun")}
          </Button>
        )}
      </div>
    </div>
  );
}
