"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { restoreModel } from "../actions.ts";

/** Brings a retired model back as it was, or takes back that it will retire. */
export function RestoreModel({ model, planned }: { model: { id: string; name: string }; planned?: boolean }) {
  const translate = useTranslations("models");
  const { act, pending } = useAct();
  const restore = () =>
    act(
      () => restoreModel({ modelId: model.id }),
      ({ inForce }) => {
        const told = translate("restored", { name: model.name });
        return { message: inForce ? told : `${told} ${translate("notInForce")}` };
      },
    );
  return (
    <Button size={planned ? "sm" : undefined} aria-disabled={pending} aria-busy={pending} onClick={restore}>
      {translate(planned ? "cancelRetirement" : "restore")}
    </Button>
  );
}
