"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { isComposing } from "../is-composing.ts";
import { playgroundLimits } from "../routes.ts";
import { useDesk } from "./desk.tsx";
import type { PresetContent } from "./use-own-presets.ts";

interface PresetFormProps {
  /** What is set now. */
  content: PresetContent;
  /** What stands in the composer; can be kept with it. */
  draft: string;
  close: () => void;
}

/** Names what is set, and says what of it is kept. In place, because on phones the panel lies above every dialog. */
export function PresetForm({ content, draft, close }: PresetFormProps) {
  const translate = useTranslations("playground");
  const { presets } = useDesk();
  const id = useId();
  const [name, setName] = useState("");
  const hasSettings = content.systemPrompt.trim() !== "" || Object.keys(content.parameters).length > 0;
  const [withPrompt, setWithPrompt] = useState(!hasSettings);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const kept = [content.systemPrompt.trim() !== "" && translate("systemPrompt"), ...Object.keys(content.parameters)];
  const save = async () => {
    setBusy(true);
    const problem = await presets.save(name, { ...content, prompt: withPrompt ? draft : "" });
    setBusy(false);
    setFailure(problem);
    if (problem === null) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <form
      className="field"
      data-bad={failure !== null || undefined}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) save();
      }}
    >
      <label htmlFor={id}>{translate("own.name")}</label>
      <span className="input">
        <input
          id={id}
          // biome-ignore lint/a11y/noAutofocus: it was opened to be typed in
          autoFocus
          autoComplete="off"
          value={name}
          maxLength={playgroundLimits.presetNameLength}
          aria-invalid={failure !== null || undefined}
          aria-describedby={`${id}-kept`}
          onChange={(event) => setName(event.target.value)}
        />
      </span>
      {failure && (
        <span className="error" role="alert">
          {failure}
        </span>
      )}
      <span className="hint" id={`${id}-kept`}>
        {hasSettings ? translate("own.kept", { names: kept.filter(Boolean).join(", ") }) : translate("own.onlyText")}
      </span>
      {draft.trim() !== "" && hasSettings && (
        <label className="row small">
          <input
            type="checkbox"
            className="check"
            checked={withPrompt}
            onChange={(event) => setWithPrompt(event.target.checked)}
          />
          {translate("own.withPrompt")}
        </label>
      )}
      <div className="row">
        <Button type="submit" variant="primary" size="sm" disabled={isBusy}>
          {translate("own.keep")}
        </Button>
        <Button size="sm" variant="ghost" onClick={close}>
          {translate("cancel")}
        </Button>
      </div>
    </form>
  );
}
