"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import type { OwnPreset } from "../contract.ts";
import { presets } from "../presets.ts";
import { useDesk } from "./desk.tsx";

/** What a `/word` may mean: a question that is asked often, or a preset of one's own. */
export interface PresetChoice {
  id: string;
  word: string;
  hint: string;
  /** What the composer then holds. */
  text: string;
  own: OwnPreset | null;
}

/** The presets that a `/word` at the start of the text may mean: one's own first, whose names may have spaces. */
export function usePresets(text: string): PresetChoice[] {
  const translate = useTranslations("playground");
  const { presets: kept } = useDesk();
  const word = /^\/([^\n]*)$/.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return [];
  const has = (...names: string[]) => names.join(" ").toLowerCase().includes(word);
  const own = kept.rows
    .filter(({ name }) => has(name))
    .map(
      (preset): PresetChoice => ({
        ...{ id: preset.id, word: preset.name, hint: translate("own.mine"), text: preset.prompt, own: preset },
      }),
    );
  const usual = presets
    .filter((name) => has(name, translate(`preset.${name}`)))
    .map(
      (name): PresetChoice => ({
        ...{
          id: name,
          word: name,
          hint: translate(`preset.${name}`),
          text: translate(`presetText.${name}`),
          own: null,
        },
      }),
    );
  return [...own, ...usual];
}

interface PresetListProps {
  found: PresetChoice[];
  /** The one that Enter takes. */
  at: number;
  take: (preset: PresetChoice) => void;
}

export function PresetList({ found, at, take }: PresetListProps) {
  const translate = useTranslations("playground");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers answer a promise, which is no function for React to call afterwards.
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  if (found.length === 0) return null;
  return (
    <div ref={list} className="presets" role="listbox" id="presets" aria-label={translate("presets")}>
      {found.map((preset, index) => (
        <button
          key={preset.id}
          type="button"
          role="option"
          id={`preset-${preset.id}`}
          aria-selected={index === at}
          tabIndex={-1}
          className="menu-item"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(preset)}
        >
          <code>/{preset.word}</code>
          <span className="muted">{preset.hint}</span>
        </button>
      ))}
    </div>
  );
}
