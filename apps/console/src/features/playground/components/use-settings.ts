"use client";
import { useTranslations } from "next-intl";
import { useMemo, useRef, useState } from "react";
import { useToast } from "#components/ui/toast.tsx";
import type { OwnPreset, PlaygroundModel } from "../contract.ts";
import { misfits } from "../own-presets/fit.ts";
import type { Parameters } from "../parameters.ts";
import type { TalkStore } from "./use-talk.ts";

/** What is left out stays as it is. */
export interface Settings {
  systemPrompt?: string;
  parameters?: Parameters;
}

/** Sets system prompt and parameters from outside their fields: from a preset, a link, or back to nothing. */
export function useSettings({ change, getTalk }: TalkStore, chosen: PlaygroundModel[]) {
  const toast = useToast();
  const translate = useTranslations("playground.own");
  const sayMisfits = useMisfits();
  const [settingsRound, setRound] = useState(0);
  const latest = useRef(chosen);
  latest.current = chosen;
  return useMemo(() => {
    const setSettings = (settings: Settings) => {
      change((now) => ({ ...now, ...settings }));
      setRound((count) => count + 1);
    };
    const applyPreset = ({ name, systemPrompt, parameters }: OwnPreset) => {
      const { systemPrompt: promptBefore, parameters: before } = getTalk();
      // A preset that sets no parameters, or no system prompt, leaves those that are.
      setSettings({
        ...(systemPrompt.trim() !== "" && { systemPrompt }),
        ...(Object.keys(parameters).length > 0 && { parameters }),
      });
      const said = sayMisfits(parameters, latest.current);
      toast({
        message: [translate("applied", { name }), ...said].join(" "),
        undo: () => setSettings({ systemPrompt: promptBefore, parameters: before }),
      });
    };
    return { setSettings, applyPreset, settingsRound };
  }, [change, getTalk, toast, translate, sayMisfits, settingsRound]);
}

/** Says in words which parameters models don't take; nothing where they take all. */
export function useMisfits(): (parameters: Parameters, models: PlaygroundModel[]) => string[] {
  const translate = useTranslations("playground.own");
  return useMemo(
    () => (parameters, models) =>
      models.flatMap((model) => {
        const found = misfits(parameters, model.constraints);
        const refused = found.filter(({ bounds }) => bounds === null).map(({ name }) => name);
        const moved = found.flatMap(({ name, value, bounds }) =>
          bounds === null ? [] : [translate("moved", { name, value, ...rangeWords(bounds) })],
        );
        return [
          ...(refused.length > 0 ? [translate("refused", { model: model.name, names: refused.join(", ") })] : []),
          ...(moved.length > 0 ? [translate("movedBy", { model: model.name, list: moved.join(", ") })] : []),
        ];
      }),
    [translate],
  );
}

/** Bounds as they are shown, with a true minus. */
function rangeWords({ minimum, maximum }: { minimum: number; maximum: number }) {
  const word = (value: number) => String(value).replace("-", "−").replace("Infinity", "∞");
  return { minimum: word(minimum), maximum: word(maximum) };
}
