"use client";
import type { Undo } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { undoEvent } from "../actions.ts";

/** Takes one event back; its words say what that does. */
export function UndoButton({ eventId, undo, about }: { eventId: string; undo: Undo; about: string }) {
  const translate = useTranslations("health");
  const { act, pending } = useAct();
  const what = translate(`undo_${undo}`);
  return (
    <Button
      size="sm"
      title={what}
      aria-label={`${translate("undo")} ${about}: ${what}`}
      aria-disabled={pending}
      aria-busy={pending}
      onClick={() =>
        act(
          () => undoEvent({ eventId }),
          ({ inForce }) => {
            const told = translate("undoDone", { what });
            return { message: inForce ? told : `${told} ${translate("notInForce")}` };
          },
        )
      }
    >
      {translate("undo")}
    </Button>
  );
}
