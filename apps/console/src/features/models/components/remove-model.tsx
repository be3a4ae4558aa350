"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { removeModel, restoreModel } from "../actions.ts";

type Model = { id: string; name: string };

/** Takes a model out of every list at once, with a reason; the toast takes it back. */
export function RemoveModel({ model }: { model: Model }) {
  const translate = useTranslations("models");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("removeTitle", { name: model.name })}
      description={translate("removeBody")}
      width="narrow"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant="danger">{translate("remove")}</Button>}
    >
      <RemoveForm model={model} close={() => setOpen(false)} />
    </Dialog>
  );
}

function RemoveForm({ model, close }: { model: Model; close: () => void }) {
  const translate = useTranslations("models");
  const toast = useToast();
  const { act } = useAct();
  const undo = () =>
    act(
      () => restoreModel({ modelId: model.id }),
      () => ({ message: translate("restored", { name: model.name }) }),
    );
  const form = useActionForm(removeModel, {
    toInput: (values) => ({ modelId: model.id, reason: String(values.reason) }),
    onSuccess: ({ inForce }) => {
      const told = translate("removedDone", { name: model.name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}`, undo });
      close();
    },
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{translate("cancel")}</DialogClose>
          <SubmitButton variant="danger" pending={form.pending}>
            {translate("removeConfirm", { name: model.name })}
          </SubmitButton>
        </DialogFoot>
      }
    >
      <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} optional />
    </Form>
  );
}
