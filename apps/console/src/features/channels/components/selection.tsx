"use client";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

interface Selection {
  chosen: ReadonlySet<string>;
  change: (ids: readonly string[], on: boolean) => void;
  clear: () => void;
}

const nothing: ReadonlySet<string> = new Set();
const SelectionContext = createContext<Selection>({
  chosen: nothing,
  change: () => undefined,
  clear: () => undefined,
});

/** Which channels are ticked. */
export function ChannelSelection({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(nothing);
  const value = useMemo<Selection>(
    () => ({
      chosen,
      change: (ids, on) => setChosen((before) => (on ? before.union(new Set(ids)) : before.difference(new Set(ids)))),
      clear: () => setChosen(nothing),
    }),
    [chosen],
  );
  return <SelectionContext value={value}>{children}</SelectionContext>;
}

export function useChannelSelection(): Selection {
  return useContext(SelectionContext);
}

/** The tick of one channel. */
export function SelectChannel({ id, name }: { id: string; name: string }) {
  const translate = useTranslations("channels");
  const { chosen, change } = useChannelSelection();
  return (
    <input
      type="checkbox"
      className="check"
      checked={chosen.has(id)}
      onChange={(event) => change([id], event.target.checked)}
      aria-label={translate("choose", { name })}
    />
  );
}

/** The tick in the head: every channel. */
export function SelectAll({ ids }: { ids: readonly string[] }) {
  const translate = useTranslations("channels");
  const { chosen, change } = useChannelSelection();
  const count = ids.filter((id) => chosen.has(id)).length;
  const isMixed = count > 0 && count < ids.length;
  return (
    <input
      type="checkbox"
      className="check"
      ref={(element) => {
        if (element) element.indeterminate = isMixed;
      }}
      data-mixed={isMixed ? "" : undefined}
      checked={ids.length > 0 && count === ids.length}
      onChange={(event) => change(ids, event.target.checked)}
      aria-label={translate("chooseAll")}
    />
  );
}
