"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { stopAllowance } from "../actions.ts";

/** Stops one allowance; `label` names it to those who don't see where the button stands. */
export function AllowanceStop({ allowanceId, label }: { allowanceId: string; label: string }) {
  const translate = useTranslations("users");
  const { act, pending } = useAct();
  return (
    <Button
      size="sm"
      variant="danger"
      aria-disabled={pending}
      aria-label={label}
      onClick={() =>
        act(
          () => stopAllowance({ allowanceId }),
          () => ({ message: translate("allowanceStopped") }),
        )
      }
    >
      {translate("stopAllowance")}
    </Button>
  );
}
