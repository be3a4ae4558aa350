"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import type { Action } from "#server/action-result.ts";
import { SubmitButton } from "./fields.tsx";
import { Form } from "./form.tsx";
import { useActionForm } from "./use-action-form.ts";

interface ConfirmDialogProps<Input, Data> {
  title: ReactNode;
  /** What will happen, to whom. */
  children: ReactNode;
  action: Action<Input, Data>;
  input: Input;
  /** The verb of the button, the same as that of the opener. */
  verb: ReactNode;
  danger?: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: (data: Data) => void;
}

/** Asks before an act that can't simply be taken back; a refusal stands in the dialog, which stays open. */
export function ConfirmDialog<Input, Data>(props: ConfirmDialogProps<Input, Data>) {
  const { title, children, action, input, verb, danger, open, onOpenChange, onDone } = props;
  const translate = useTranslations("ui");
  const form = useActionForm(action, {
    toInput: () => input,
    onSuccess: (data) => {
      onOpenChange(false);
      onDone?.(data);
    },
  });
  const change = (next: boolean) => {
    form.reset();
    onOpenChange(next);
  };
  return (
    <Dialog title={title} width="narrow" open={open} onOpenChange={change}>
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton variant={danger ? "danger" : "primary"} pending={form.pending}>
              {verb}
            </SubmitButton>
          </DialogFoot>
        }
      >
        {children}
      </Form>
    </Dialog>
  );
}
