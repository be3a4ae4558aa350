"use client";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { SubmitButton } from "./fields.tsx";
import { Form } from "./form.tsx";

interface Props {
  /** Of the dialog, and of the button that opens it unless `opener` says otherwise. */
  title: string;
  opener?: string;
  verb: string;
  cancel: string;
  form: ComponentProps<typeof Form>["form"] & { pending: boolean; reset: () => void };
  open: boolean;
  setOpen: (open: boolean) => void;
  /** The fields. */
  children: ReactNode;
}

/** A form in a narrow dialog behind a button; each opening begins anew. */
export function FormDialog({ title, opener = title, verb, cancel, form, open, setOpen, children }: Props) {
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog open={open} onOpenChange={change} title={title} width="narrow" trigger={<Button>{opener}</Button>}>
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{cancel}</DialogClose>
            <SubmitButton pending={form.pending}>{verb}</SubmitButton>
          </DialogFoot>
        }
      >
        {children}
      </Form>
    </Dialog>
  );
}
