"use client";
import type { ModelRow } from "@lyceum/db";
import { type ParameterName, parameterNames } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, SubmitButton, TextareaField, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { setConstraints } from "../actions.ts";
import { type ConstraintText, constraintText } from "../constraint-fields.ts";

/** What a model's server takes: ranges, refused fields, recommended values. */
export function EditConstraints({ model }: { model: ModelRow }) {
  const translate = useTranslations("models");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("constraintsTitle", { name: model.name })}
      description={translate("constraintsFacts")}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" aria-label={translate("editConstraints")}>
          {translate("edit")}
        </Button>
      }
    >
      <ConstraintsForm model={model} close={() => setOpen(false)} />
    </Dialog>
  );
}

function ConstraintsForm({ model, close }: { model: ModelRow; close: () => void }) {
  const translate = useTranslations("models");
  const toast = useToast();
  const text = constraintText(model.constraints);
  const form = useActionForm(setConstraints, {
    toInput: (values) => {
      const typed = (name: string) => String(values[name] ?? "");
      const parameters = Object.fromEntries(
        parameterNames.map((name) => [
          name,
          {
            minimum: typed(`${prefix(name)}.minimum`),
            maximum: typed(`${prefix(name)}.maximum`),
            rejected: `${prefix(name)}.rejected` in values,
          },
        ]),
      ) as ConstraintText["parameters"];
      return {
        modelId: model.id,
        constraints: {
          parameters,
          rejected: typed("constraints.rejected"),
          recommended: typed("constraints.recommended"),
        },
      };
    },
    onSuccess: ({ inForce }) => {
      const told = translate("saved", { name: model.name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
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
          <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
        </DialogFoot>
      }
    >
      <div>
        {parameterNames.map((name) => (
          <ParameterRow key={name} name={name} text={text.parameters[name]} />
        ))}
      </div>
      <TextareaField
        name="constraints.rejected"
        label={translate("otherRejected")}
        hint={translate("otherRejectedHint")}
        defaultValue={text.rejected}
        rows={2}
        spellCheck={false}
        autoCapitalize="off"
        optional
      />
      <TextareaField
        name="constraints.recommended"
        label={translate("recommended")}
        hint={translate("recommendedHint")}
        defaultValue={text.recommended}
        placeholder={"temperature = 0.6\ntop_p = 0.95"}
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
        optional
      />
    </Form>
  );
}

function prefix(name: ParameterName): string {
  return `constraints.parameters.${name}`;
}

/** One parameter: both ends of its range, or that it is refused altogether. A line of its own on a phone. */
function ParameterRow({ name, text }: { name: ParameterName; text: ConstraintText["parameters"][ParameterName] }) {
  const translate = useTranslations("models");
  return (
    <fieldset className="m-0 grid min-w-0 grid-cols-[1fr_1fr_auto] items-center gap-x-3 border-0 border-line border-b p-0 py-1.5 md:grid-cols-[10rem_1fr_1fr_auto]">
      <legend className="sr">{name}</legend>
      <code className="col-span-3 md:col-span-1" aria-hidden="true">
        {name}
      </code>
      {(["minimum", "maximum"] as const).map((end) => (
        <TextField
          key={end}
          name={`${prefix(name)}.${end}`}
          label={<span className="sr">{translate(`${end}Of`, { name })}</span>}
          defaultValue={text[end]}
          placeholder={translate(end)}
          inputMode="decimal"
          className="num"
        />
      ))}
      <CheckField
        name={`${prefix(name)}.rejected`}
        label={
          <>
            {translate("rejected")}
            <span className="sr"> {name}</span>
          </>
        }
        defaultChecked={text.rejected}
      />
    </fieldset>
  );
}
