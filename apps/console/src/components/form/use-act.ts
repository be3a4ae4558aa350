"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef, useTransition } from "react";
import { useToast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#server/action-result.ts";

/** What to say when an act is done, and how to take it back. */
export interface Done {
  message: ReactNode;
  undo?: () => void;
}

/**
 * Runs an action from a button or menu item, once at a time, and tells the outcome in a toast: `done` makes its words,
 * a failure says its own.
 */
export function useAct() {
  const translate = useTranslations("ui");
  const toast = useToast();
  const [pending, startTransition] = useTransition();
  const busy = useRef(false);
  const act = <Data>(perform: () => Promise<ActionResult<Data>>, done: (data: Data) => Done | undefined) => {
    if (busy.current) return;
    busy.current = true;
    startTransition(async () => {
      try {
        const result = await perform();
        const told = result.ok ? done(result.data) : { message: result.message };
        if (told) toast(told);
      } catch {
        // The action itself never throws: the server could not be reached, or was replaced by a newer build.
        toast({ message: translate("offline") });
      } finally {
        busy.current = false;
      }
    });
  };
  return { act, pending };
}
