"use client";
import { useTranslations } from "next-intl";
import { type Done, useAct } from "#components/form/use-act.ts";
import { useToast } from "#components/ui/toast.tsx";
import { setUsersDisabled } from "../actions.ts";

/** Disabling and enabling people, told by a toast that takes it back. */
export function useDisabling() {
  const translate = useTranslations("users");
  const toast = useToast();
  const { act, pending } = useAct();

  const setDisabled = (userIds: string[], disabled: boolean) =>
    act(
      () => setUsersDisabled({ userIds, disabled }),
      ({ changed }) => done(changed, disabled),
    );
  const done = (changed: string[], disabled: boolean): Done => {
    const message = translate(disabled ? "disabledMany" : "enabledMany", { count: changed.length });
    return changed.length > 0 ? { message, undo: () => setDisabled(changed, !disabled) } : { message };
  };
  return { setDisabled, pending, tellDisabled: (changed: string[]) => toast(done(changed, true)) };
}
