"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { setKeyDisabled } from "../actions.ts";

/** Stops or restores a key of somebody else. */
export function KeySwitch({
  userId,
  keyId,
  name,
  disabled,
}: {
  userId: string;
  keyId: string;
  name: string;
  disabled: boolean;
}) {
  const translate = useTranslations("users");
  const { act, pending } = useAct();
  const change = (next: boolean) =>
    act(
      () => setKeyDisabled({ userId, keyId, disabled: next }),
      () => ({ message: translate(next ? "keyDisabled" : "keyEnabled", { name }), undo: () => change(!next) }),
    );
  return (
    <Button
      size="sm"
      variant={disabled ? undefined : "danger"}
      aria-disabled={pending}
      aria-label={translate(disabled ? "enableKey" : "disableKey", { name })}
      onClick={() => change(!disabled)}
    >
      {translate(disabled ? "enable" : "disable")}
    </Button>
  );
}
