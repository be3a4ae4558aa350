"use client";
import { useTranslations } from "next-intl";
import { createSelection } from "#components/ui/selection.tsx";

type Chosen = { id: string; name: string };

const selection = createSelection<Chosen>();
export const { SelectionProvider: ModelSelection, useSelection: useModelSelection } = selection;

/** The tick of one model. */
export function SelectModel({ model }: { model: Chosen }) {
  const translate = useTranslations("models");
  return <selection.SelectOne item={model} label={translate("choose", { name: model.name })} />;
}

/** The tick in the head: all that are shown. */
export function SelectShown({ models }: { models: readonly Chosen[] }) {
  const translate = useTranslations("models");
  return <selection.SelectAll items={models} label={translate("chooseAll")} />;
}
