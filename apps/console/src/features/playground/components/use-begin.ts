"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { drawCycle } from "../cycle-picture.ts";
import { type Starter, starters } from "../presets.ts";
import { useDesk } from "./desk.tsx";
import { useAttachments } from "./use-attachments.ts";

const pictureName = "otto.png";

/** Puts a starter into the composer, behind what was typed before, or in place of another one; sending is one's own act. */
export function useBegin() {
  const translate = useTranslations("playground");
  const { fill, drafts, getTalk, models, chosen, choose } = useDesk();
  const { add } = useAttachments();
  const [isBusy, setBusy] = useState(false);
  const begin = async (starter: Starter) => {
    const place = drafts.at(getTalk().id);
    const text = translate(`starterText.${starter}`);
    drafts.change(place, (now) =>
      starters.some((each) => translate(`starterText.${each}`) === now.text)
        ? { text: "", attachments: now.attachments.filter(({ name }) => name !== pictureName) }
        : {},
    );
    if (starter !== "cycle") return fill({ text }, place);
    setBusy(true);
    const picture = await drawCycle(pictureName);
    fill({ text }, place);
    await add(place, [picture]);
    setBusy(false);
    const sees = (name: string | undefined) => models.find((model) => model.name === name)?.hasVision;
    const seeing = models.find((model) => model.hasVision && model.state === "available");
    if (!sees(chosen[0]) && seeing) choose([seeing.name]);
  };
  return { begin, isBusy };
}
