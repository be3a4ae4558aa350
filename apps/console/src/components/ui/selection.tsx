"use client";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

export interface Selection<Item> {
  chosen: ReadonlyMap<string, Item>;
  change: (items: readonly Item[], on: boolean) => void;
  clear: () => void;
}

/**
 * What is ticked in one kind of list, over all its pages and orders. Give the provider the filter as `key`: with another filter nothing is ticked,
 * so that no act reaches what is out of sight.
 */
export function createSelection<Item extends { readonly id: string }>() {
  const nothing: ReadonlyMap<string, Item> = new Map();
  const Context = createContext<Selection<Item>>({
    chosen: nothing,
    change: () => undefined,
    clear: () => undefined,
  });
  const useSelection = () => useContext(Context);

  function SelectionProvider({ children }: { children: ReactNode }) {
    const [chosen, setChosen] = useState(nothing);
    const value = useMemo<Selection<Item>>(
      () => ({
        chosen,
        change: (items, on) =>
          setChosen((before) => {
            const next = new Map(before);
            for (const item of items) on ? next.set(item.id, item) : next.delete(item.id);
            return next;
          }),
        clear: () => setChosen(nothing),
      }),
      [chosen],
    );
    return <Context value={value}>{children}</Context>;
  }

  /** The tick of one row. */
  function SelectOne({ item, label }: { item: Item; label: string }) {
    const { chosen, change } = useSelection();
    return (
      <input
        type="checkbox"
        className="check"
        checked={chosen.has(item.id)}
        onChange={(event) => change([item], event.target.checked)}
        aria-label={label}
      />
    );
  }

  /** The tick in the head: all that are shown. */
  function SelectAll({ items, label }: { items: readonly Item[]; label: string }) {
    const { chosen, change } = useSelection();
    const count = items.filter(({ id }) => chosen.has(id)).length;
    const mixed = count > 0 && count < items.length;
    return (
      <input
        type="checkbox"
        className="check"
        ref={(element) => {
          if (element) element.indeterminate = mixed;
        }}
        data-mixed={mixed ? "" : undefined}
        checked={items.length > 0 && count === items.length}
        onChange={(event) => change(items, event.target.checked)}
        aria-label={label}
      />
    );
  }

  return { SelectionProvider, useSelection, SelectOne, SelectAll };
}
