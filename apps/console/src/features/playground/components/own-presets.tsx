"use client";
import { BookmarkPlus, Pencil, Replace, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type MouseEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import type { OwnPreset } from "../contract.ts";
import { isComposing } from "../is-composing.ts";
import { playgroundLimits } from "../routes.ts";
import { useDesk, useTalkState } from "./desk.tsx";
import { PresetForm } from "./preset-form.tsx";

/** One's own presets: applied by a press; what is set now can be kept as one. `draft`: what stands in the composer. */
export function OwnPresets({ draft }: { draft: string }) {
  const translate = useTranslations("playground.own");
  const { presets } = useDesk();
  const { talk } = useTalkState();
  const [isSaving, setSaving] = useState(false);
  const { systemPrompt, parameters } = talk;
  const hasContent = systemPrompt.trim() !== "" || draft.trim() !== "" || Object.keys(parameters).length > 0;
  const content = { systemPrompt, parameters, prompt: "" };
  return (
    <section className="own-presets" aria-label={translate("title")}>
      <div className="row between">
        <h3>{translate("title")}</h3>
        <Button
          {...{ variant: "ghost", size: "sm", disabled: !hasContent, onClick: () => setSaving(true) }}
          aria-expanded={isSaving}
          title={translate(hasContent ? "saveHint" : "nothingSet")}
        >
          <BookmarkPlus className="icon icon-sm" />
          {translate("save")}
        </Button>
      </div>
      {isSaving && <PresetForm {...{ content, draft, close: () => setSaving(false) }} />}
      {presets.rows.length === 0 && !isSaving && <p className="tiny muted">{translate("none")}</p>}
      <ul>
        {presets.rows.map((preset) => (
          <PresetRow key={preset.id} preset={preset} content={hasContent ? { ...content, prompt: draft } : null} />
        ))}
      </ul>
    </section>
  );
}

/** `content`: what it could set instead, with the composer's text where it has a text now; null: nothing is set. */
function PresetRow({ preset, content }: { preset: OwnPreset; content: Omit<OwnPreset, "id" | "name"> | null }) {
  const translate = useTranslations("playground");
  const { presets, applyPreset, fill } = useDesk();
  const [isRenaming, setRenaming] = useState(false);
  if (isRenaming) {
    const done = (name: string) => {
      setRenaming(false);
      presets.rename(preset, name);
    };
    const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
      if (isComposing(event)) return;
      if (event.key === "Enter") done(event.currentTarget.value);
      if (event.key === "Escape") {
        event.preventDefault(); // neither closes the panel nor stops an answer
        event.stopPropagation();
        setRenaming(false);
      }
    };
    return (
      <li className="own-preset">
        <span className="input grow">
          <input
            // biome-ignore lint/a11y/noAutofocus: it was opened to be typed in
            autoFocus
            defaultValue={preset.name}
            maxLength={playgroundLimits.presetNameLength}
            aria-label={translate("rename")}
            onKeyDown={onKeyDown}
            onBlur={(event) => done(event.target.value)}
          />
        </span>
      </li>
    );
  }
  const apply = (event: MouseEvent) => {
    // On phones the panel lies above what is said of it.
    event.currentTarget.closest<HTMLElement>("[popover]:popover-open")?.hidePopover();
    applyPreset(preset);
    if (preset.prompt !== "") fill({ text: preset.prompt });
  };
  const keep = () => {
    if (content) presets.replace(preset, { ...content, prompt: preset.prompt === "" ? "" : content.prompt });
  };
  return (
    <li className="own-preset">
      <button type="button" className="own-preset-name" onClick={apply} title={translate("own.apply")}>
        {preset.name}
      </button>
      <MoreMenu name={preset.name}>
        <MenuItem icon={<Pencil className="icon" />} onSelect={() => setRenaming(true)}>
          {translate("rename")}
        </MenuItem>
        <MenuItem icon={<Replace className="icon" />} disabled={content === null} onSelect={keep}>
          {translate("own.replace")}
        </MenuItem>
        <MenuItem icon={<Trash2 className="icon" />} danger onSelect={() => presets.remove(preset)}>
          {translate("delete")}
        </MenuItem>
      </MoreMenu>
    </li>
  );
}
