"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { useFormat } from "#i18n/format-context.tsx";
import { undoCourseFunding } from "../actions.ts";

/** Takes a funding back, and says what came back of it and what did not. */
export function useFundingUndo(courseId: string) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const { act, pending } = useAct();
  const undo = (fundingId: string) =>
    act(
      () => undoCourseFunding({ courseId, fundingId }),
      ({ takenNanos, releasedNanos, heldNanos, goneNanos }) => ({
        message: [
          translate("undone", { amount: format.money(takenNanos + releasedNanos) }),
          heldNanos > 0n && translate("undoneHeld", { amount: format.money(heldNanos) }),
          goneNanos > 0n && translate("undoneGone", { amount: format.money(goneNanos) }),
        ]
          .filter(Boolean)
          .join(translate("comma")),
      }),
    );
  return { undo, pending };
}
