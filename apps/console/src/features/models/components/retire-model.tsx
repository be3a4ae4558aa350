"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { restoreModel, retireModel } from "../actions.ts";

type Model = { id: string; name: string };
/** Where calls may go instead; equivalents first. */
export type RedirectChoice = { id: string; name: string; isEquivalent: boolean };

interface Props {
  model: Model;
  redirects: RedirectChoice[];
}

/** Retires a model, at once or on a day, with another one in its stead; the toast takes it back. */
export function RetireModel({ model, redirects }: Props) {
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
      <RetireForm model={model} redirects={redirects} close={() => setOpen(false)} />
    </Dialog>
  );
}

function RetireForm({ model, redirects, close }: Props & { close: () => void }) {
  const translate = useTranslations("models");
  const toast = useToast();
  const { act } = useAct();
  const undo = () =>
    act(
      () => restoreModel({ modelId: model.id }),
      () => ({ message: translate("restored", { name: model.name }) }),
    );
  const form = useActionForm(retireModel, {
    toInput: (values) => ({
      modelId: model.id,
      day: String(values.day),
      redirectId: String(values.redirectId),
      reason: String(values.reason),
    }),
    onSuccess: ({ inForce, planned }) => {
      const told = translate(planned ? "retirementPlanned" : "removedDone", { name: model.name });
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
      <RetireFields redirects={redirects} />
    </Form>
  );
}

/** When, what instead, and why. */
export function RetireFields({ redirects }: { redirects: RedirectChoice[] }) {
  const translate = useTranslations("models");
  const equivalents = redirects.filter(({ isEquivalent }) => isEquivalent);
  const others = redirects.filter(({ isEquivalent }) => !isEquivalent);
  const options = (choices: RedirectChoice[]) =>
    choices.map(({ id, name }) => (
      <option key={id} value={id}>
        {name}
      </option>
    ));
  return (
    <>
      <SelectField name="redirectId" label={translate("redirect")} hint={translate("redirectHint")}>
        <option value="">{translate("noRedirect")}</option>
        {equivalents.length > 0 && <optgroup label={translate("equivalents")}>{options(equivalents)}</optgroup>}
        {others.length > 0 && <optgroup label={translate("otherModels")}>{options(others)}</optgroup>}
      </SelectField>
      <TextField name="day" type="date" label={translate("retireDay")} hint={translate("retireDayHint")} optional />
      <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} optional />
    </>
  );
}
