"use client";
import type { ChosenMember } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

interface Selection {
  chosen: ReadonlyMap<string, ChosenMember>;
  change: (members: readonly ChosenMember[], on: boolean) => void;
  clear: () => void;
}

const nobody: ReadonlyMap<string, ChosenMember> = new Map();
const SelectionContext = createContext<Selection>({ chosen: nobody, change: () => undefined, clear: () => undefined });

/**
 * Who is ticked, over all pages and orders of one list. Give it the filter as `key`: with another filter nobody is
 * ticked, so that no act reaches members who are out of sight by search.
 */
export function SelectionProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(nobody);
  const value = useMemo<Selection>(
    () => ({
      chosen,
      change: (members, on) =>
        setChosen((before) => {
          const next = new Map(before);
          for (const member of members) on ? next.set(member.id, member) : next.delete(member.id);
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
export function SelectMember({ member }: { member: ChosenMember }) {
  const translate = useTranslations("courses");
  const { chosen, change } = useSelection();
  return (
    <input
      type="checkbox"
      className="check"
      checked={chosen.has(member.id)}
      onChange={(event) => change([member], event.target.checked)}
      aria-label={translate("choose", { name: member.name, studentId: member.studentId })}
    />
  );
}

/** The tick in the head: everybody on this page. */
export function SelectPage({ members }: { members: readonly ChosenMember[] }) {
  const translate = useTranslations("courses");
  const { chosen, change } = useSelection();
  const count = members.filter((member) => chosen.has(member.id)).length;
  const mixed = count > 0 && count < members.length;
  return (
    <input
      type="checkbox"
      className="check"
      ref={(element) => {
        if (element) element.indeterminate = mixed;
      }}
      data-mixed={mixed ? "" : undefined}
      checked={members.length > 0 && count === members.length}
      onChange={(event) => change(members, event.target.checked)}
      aria-label={translate("choosePage")}
    />
  );
}
