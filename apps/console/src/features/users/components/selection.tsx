"use client";
import { useTranslations } from "next-intl";
import { createSelection } from "#components/ui/selection.tsx";

/** What the bulk acts need to know of somebody chosen. */
export interface Chosen {
  id: string;
  studentId: string;
  name: string;
  balanceNanos: bigint;
}

const people = createSelection<Chosen>();
export const { SelectionProvider, useSelection } = people;

/** The tick of one row. */
export function SelectPerson({ person }: { person: Chosen }) {
  const translate = useTranslations("users");
  const label = translate("choose", { name: person.name, studentId: person.studentId });
  return <people.SelectOne item={person} label={label} />;
}

/** The tick in the head: everybody on this page. */
export function SelectPage({ people: shown }: { people: Chosen[] }) {
  const translate = useTranslations("users");
  return <people.SelectAll items={shown} label={translate("choosePage")} />;
}
