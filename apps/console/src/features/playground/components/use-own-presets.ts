"use client";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useState } from "react";
import { useToast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#server/action-result.ts";
import type { OwnPreset } from "../contract.ts";
import { changePreset, createPreset, deletePreset, restorePreset } from "../own-presets/actions.ts";
import type { TalkStore } from "./use-talk.ts";

export type PresetContent = Omit<OwnPreset, "id" | "name">;

export interface PresetStore {
  rows: OwnPreset[];
  /** Keeps a new one, or has one of that id set something else. The answer: why not, or null. */
  save: (name: string, content: PresetContent) => Promise<string | null>;
  replace: (preset: OwnPreset, content: PresetContent) => Promise<void>;
  rename: (preset: OwnPreset, name: string) => Promise<void>;
  remove: (preset: OwnPreset) => Promise<void>;
}

/** Why an act failed, in the reader's words; null: it did not. */
function failureOf(result: ActionResult<unknown>): string | null {
  if (result.ok) return null;
  return Object.values(result.fieldErrors ?? {})[0] ?? result.message;
}

/** The presets a person keeps, and the acts on them; what can be taken back is offered to be. */
export function useOwnPresets(initial: OwnPreset[], perform: TalkStore["perform"]): PresetStore {
  const translate = useTranslations("playground.own");
  const offline = useTranslations("ui")("offline");
  const toast = useToast();
  const [rows, setRows] = useState(initial);
  const put = useCallback(
    (preset: OwnPreset) =>
      setRows((now) =>
        now.some(({ id }) => id === preset.id)
          ? now.map((each) => (each.id === preset.id ? preset : each))
          : [...now, preset],
      ),
    [],
  );
  return useMemo(() => {
    const change = async (preset: OwnPreset, changes: { name?: string; content?: PresetContent }) => {
      const changed = await perform(
        changePreset({ presetId: preset.id, ...changes }).then((result) =>
          result.ok ? result : { ...result, message: failureOf(result) ?? result.message },
        ),
      );
      if (changed) put(changed);
      return changed !== null;
    };
    return {
      rows,
      save: async (name, content) => {
        try {
          const result = await createPreset({ name, content });
          if (result.ok) put(result.data);
          return failureOf(result);
        } catch {
          return offline;
        }
      },
      replace: async (preset, content) => {
        const { id: _, name, ...before } = preset;
        if (!(await change(preset, { content }))) return;
        toast({ message: translate("replaced", { name }), undo: () => change(preset, { content: before }) });
      },
      rename: async (preset, name) => {
        if (name.trim() !== "" && name !== preset.name) await change(preset, { name });
      },
      remove: async (preset) => {
        if (!(await perform(deletePreset({ presetId: preset.id })))) return;
        setRows((now) => now.filter(({ id }) => id !== preset.id));
        toast({
          message: translate("deleted", { name: preset.name }),
          undo: async () => {
            const restored = await perform(restorePreset({ presetId: preset.id }));
            if (restored) put(restored);
          },
        });
      },
    };
  }, [rows, perform, put, toast, translate, offline]);
}
