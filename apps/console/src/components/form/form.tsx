"use client";
import { createContext, type ReactNode, useContext } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { useActionForm } from "./use-action-form.ts";

const ErrorsContext = createContext<Record<string, string>>({});

/** The sentence of this field, for the fields of this folder. */
export function useFieldError(name: string): string | undefined {
  return useContext(ErrorsContext)[name];
}

type ActionForm = Pick<ReturnType<typeof useActionForm>, "submit" | "message" | "errors">;

/**
 * A form over `useActionForm`. Its fields find their own errors; what belongs to no field stands in a notice above the
 * buttons. `noValidate`, because our sentences replace the browser's.
 */
export function Form({
  form,
  className = "stack",
  children,
  footer,
}: {
  form: ActionForm;
  className?: string;
  children: ReactNode;
  footer?: ReactNode;
}) {
  const hasFieldErrors = Object.keys(form.errors).some((name) => name !== "");
  return (
    <ErrorsContext value={form.errors}>
      <form noValidate onSubmit={form.submit}>
        <div className={className}>
          {children}
          <div role="alert">
            {form.message && !hasFieldErrors && <Notice tone="danger">{form.errors[""] ?? form.message}</Notice>}
          </div>
        </div>
        {footer}
      </form>
    </ErrorsContext>
  );
}
