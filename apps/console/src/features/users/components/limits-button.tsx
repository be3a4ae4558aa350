"use client";
import type { Limits } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { CapFields, CountFields } from "#features/limits/components/limit-fields.tsx";
import { limitInputOf } from "#features/limits/limit-input.ts";
import { setLimits } from "../actions.ts";

/** The limits of one person over all keys. */
export function LimitsButton({ person, limits }: { person: { id: string; name: string }; limits: Limits }) {
  const translate = useTranslations("limits");
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const form = useActionForm(setLimits, {
    toInput: (values) => ({ userId: person.id, ...limitInputOf(values) }),
    onSuccess: () => {
      setOpen(false);
      toast({ message: translate("saved") });
    },
  });
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={translate("of", { name: person.name })}
      trigger={<Button size="sm">{translate("change")}</Button>}
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
          </DialogFoot>
        }
      >
        <CountFields limits={limits} />
        <CapFields limits={limits} period="month" />
      </Form>
    </Dialog>
  );
}
