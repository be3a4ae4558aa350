"use client";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState, useTransition } from "react";
import type { Action, ActionResult } from "#server/action-result.ts";
import { type Asking, askingOf } from "./asking.ts";

export type FormValues = Record<string, string | string[]>;

/** What was sent and had no reply yet, by action: closing a dialog and opening it again makes it no other act. */
const unanswered = new WeakMap<object, Asking>();

interface Options<Input, Data> {
  /** Makes the action's input of what was typed. Without it the values are sent as they are. */
  toInput?: (values: FormValues, form: HTMLFormElement) => Input;
  onSuccess?: (data: Data, form: HTMLFormElement) => void;
}

/** Name → text; names that occur twice or end with `[]` become lists (without the brackets). */
export function formValues(data: FormData): FormValues {
  const values: FormValues = {};
  for (const key of new Set(data.keys())) {
    const all = data.getAll(key).filter((value) => typeof value === "string");
    values[key.replace(/\[\]$/, "")] = key.endsWith("[]") || all.length > 1 ? all : (all[0] ?? "");
  }
  return values;
}

/**
 * Runs a server action from a form. What was typed stays on failure; sentences for fields go to the fields (`Form`
 * hands them down) and the first of them takes the focus; any other failure stands in `message`.
 */
export function useActionForm<Input, Data>(action: Action<Input, Data>, options: Options<Input, Data> = {}) {
  const translate = useTranslations("ui");
  const [failure, setFailure] = useState<Extract<ActionResult<Data>, { ok: false }> | null>(null);
  const [pending, startTransition] = useTransition();
  const busy = useRef(false);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy.current) return; // a double click must not act twice
    const form = event.currentTarget;
    const values = formValues(new FormData(form));
    busy.current = true;
    startTransition(async () => {
      try {
        const input = options.toInput ? options.toInput(values, form) : (values as Input);
        const asking = askingOf(unanswered.get(action) ?? null, input);
        unanswered.set(action, asking);
        const result = await action(input, asking.id);
        unanswered.delete(action);
        setFailure(result.ok ? null : result);
        if (result.ok) options.onSuccess?.(result.data, form);
        else focusFirst(form, result.fieldErrors);
      } catch {
        // The action itself never throws: the server could not be reached, or was replaced by a newer build.
        setFailure({ ok: false, code: "offline", message: translate("offline") });
      } finally {
        busy.current = false;
      }
    });
  };

  return {
    submit,
    pending,
    message: failure?.message,
    code: failure?.code,
    errors: failure?.fieldErrors ?? {},
    reset: () => setFailure(null),
  };
}

function focusFirst(form: HTMLFormElement, errors: Record<string, string> | undefined): void {
  if (!errors) return;
  const bad = [...form.elements].find((element) => {
    const name = element.getAttribute("name")?.replace(/\[\]$/, "");
    return name !== undefined && Object.keys(errors).some((path) => path === name || path.startsWith(`${name}.`));
  });
  // After React has drawn the errors, so that a screen reader reads them with the field.
  requestAnimationFrame(() => bad instanceof HTMLElement && bad.focus());
}
