"use client";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

/** What the bulk acts need to know of somebody chosen. */
export interface Chosen {
  id: string;
  studentId: string;
  name: string;
  balanceNanos: bigint;
}

interface Selection {
  chosen: ReadonlyMap<string, Chosen>;
  change: (people: Chosen[], on: boolean) => void;
  clear: () => void;
}

const nobody: ReadonlyMap<string, Chosen> = new Map();
const SelectionContext = createContext<Selection>({ chosen: nobody, change: () => undefined, clear: () => undefined });

/**
 * Who is ticked, over all pages and orders of one list. Give it the filter as `key`: with another filter nobody is
 * ticked, so that no act reaches people who are out of sight by search.
 */
export function SelectionProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(nobody);
  const value = useMemo<Selection>(
    () => ({
      chosen,
      change: (people, on) =>
        setChosen((before) => {
          const next = new Map(before);
          for (const person of people) on ? next.set(person.id, person) : next.delete(person.id);
          return next;
        }),
      clear: () => setChosen(nobody),
    }),
    [chosen],
  );
  return <SelectionContext value={value}>{children}</SelectionContext>;
}

export function useSelection(): Selection {
  return useContext(SelectionContext);
}

/** The tick of one row. */
export function SelectPerson({ person }: { person: Chosen }) {
  const translate = useTranslations("users");
  const { chosen, change } = useSelection();
  return (
    <input
      type="checkbox"
      className="check"
      checked={chosen.has(person.id)}
      onChange={(event) => change([person], event.target.checked)}
      aria-label={translate("choose", { name: person.name, studentId: person.studentId })}
    />
  );
}

/** The tick in the head: everybody on this page. */
export function SelectPage({ people }: { people: Chosen[] }) {
  const translate = useTranslations("users");
  const { chosen, change } = useSelection();
  const count = people.filter((person) => chosen.has(person.id)).length;
  const mixed = count > 0 && count < people.length;
  return (
    <input
      type="checkbox"
      className="check"
      ref={(element) => {
        if (element) element.indeterminate = mixed;
      }}
      data-mixed={mixed ? "" : undefined}
      checked={people.length > 0 && count === people.length}
      onChange={(event) => change(people, event.target.checked)}
      aria-label={translate("choosePage")}
    />
  );
}
