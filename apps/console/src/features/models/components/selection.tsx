"use client";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

type Chosen = { id: string; name: string };
interface Selection {
  chosen: ReadonlyMap<string, Chosen>;
  change: (models: readonly Chosen[], on: boolean) => void;
  clear: () => void;
}

const none: ReadonlyMap<string, Chosen> = new Map();
const SelectionContext = createContext<Selection>({ chosen: none, change: () => undefined, clear: () => undefined });

/** Which models are ticked. Give it the filter as `key`: with another filter none is, so that no act reaches what is out of sight. */
export function ModelSelection({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(none);
  const value = useMemo<Selection>(
    () => ({
      chosen,
      change: (models, on) =>
        setChosen((before) => {
          const next = new Map(before);
          for (const model of models) on ? next.set(model.id, model) : next.delete(model.id);
          return next;
        }),
      clear: () => setChosen(none),
    }),
    [chosen],
  );
  return <SelectionContext value={value}>{children}</SelectionContext>;
}

export function useModelSelection(): Selection {
  return useContext(SelectionContext);
}

/** The tick of one model. */
export function SelectModel({ model }: { model: Chosen }) {
  const translate = useTranslations("models");
  const { chosen, change } = useModelSelection();
  return (
    <input
      type="checkbox"
      className="check"
      checked={chosen.has(model.id)}
      onChange={(event) => change([model], event.target.checked)}
      aria-label={translate("choose", { name: model.name })}
    />
  );
}

/** The tick in the head: all that are shown. */
export function SelectShown({ models }: { models: readonly Chosen[] }) {
  const translate = useTranslations("models");
  const { chosen, change } = useModelSelection();
  const count = models.filter(({ id }) => chosen.has(id)).length;
  const mixed = count > 0 && count < models.length;
  return (
    <input
      type="checkbox"
      className="check"
      ref={(element) => {
        if (element) element.indeterminate = mixed;
      }}
      data-mixed={mixed ? "" : undefined}
      checked={models.length > 0 && count === models.length}
      onChange={(event) => change(models, event.target.checked)}
      aria-label={translate("chooseAll")}
    />
  );
}
