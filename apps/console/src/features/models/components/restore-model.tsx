"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { removeModel, restoreModel } from "../actions.ts";

/** Brings a removed model back as it was; the toast removes it again. */
export function RestoreModel({ model }: { model: { id: string; name: string; removedReason: string } }) {
  const translate = useTranslations("models");
  const { act, pending } = useAct();
  const { id: modelId, name, removedReason: reason } = model;
  const undo = () =>
    act(
      () => removeModel({ modelId, reason }),
      () => ({ message: translate("removedDone", { name }) }),
    );
  const restore = () =>
    act(
      () => restoreModel({ modelId }),
      ({ inForce }) => {
        const told = translate("restored", { name });
        return { message: inForce ? told : `${told} ${translate("notInForce")}`, undo };
      },
    );
  return (
    <Button aria-disabled={pending} aria-busy={pending} onClick={restore}>
      {translate("restore")}
    </Button>
  );
}
