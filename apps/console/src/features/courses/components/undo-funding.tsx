"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { useFundingUndo } from "./use-funding-undo.ts";

export function UndoFunding({ courseId, id }: { courseId: string; id: string }) {
  const translate = useTranslations("courses");
  const { undo, pending } = useFundingUndo(courseId);
  return (
    <Button size="sm" aria-disabled={pending} onClick={() => undo(id)}>
      {translate("undo")}
    </Button>
  );
}
