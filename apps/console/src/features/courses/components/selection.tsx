"use client";
import type { ChosenMember } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { createSelection } from "#components/ui/selection.tsx";

const selection = createSelection<ChosenMember>();
export const { SelectionProvider, useSelection } = selection;

/** The tick of one row. */
export function SelectMember({ member }: { member: ChosenMember }) {
  const translate = useTranslations("courses");
  const label = translate("choose", { name: member.name, studentId: member.studentId });
  return <selection.SelectOne item={member} label={label} />;
}

/** The tick in the head: everybody on this page. */
export function SelectPage({ members }: { members: readonly ChosenMember[] }) {
  const translate = useTranslations("courses");
  return <selection.SelectAll items={members} label={translate("choosePage")} />;
}
