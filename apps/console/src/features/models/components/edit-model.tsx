"use client";
import type { ModelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, SubmitButton, TextareaField, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { GroupsField } from "#features/channels/components/groups-field.tsx";
import type { GroupChoice } from "#features/channels/queries.ts";
import { updateModel } from "../actions.ts";
import { capabilities } from "../schema.ts";

interface Props {
  model: ModelRow;
  groups: GroupChoice[];
}

/** What is said about a model: vendor, description, capabilities, token counts, groups. */
export function EditModel({ model, groups }: Props) {
  const translate = useTranslations("models");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("editTitle", { name: model.name })}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>{translate("edit")}</Button>}
    >
      <EditForm model={model} groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

const tokenFields = ["contextTokens", "maxOutputTokens", "usualOutputTokens"] as const;

function EditForm({ model, groups, close }: Props & { close: () => void }) {
  const translate = useTranslations("models");
  const toast = useToast();
  const form = useActionForm(updateModel, {
    toInput: (values) => ({
      modelId: model.id,
      vendor: String(values.vendor),
      description: String(values.description),
      capabilities: capabilities.filter((each) => [values.capabilities ?? []].flat().includes(each)),
      contextTokens: String(values.contextTokens),
      maxOutputTokens: String(values.maxOutputTokens),
      usualOutputTokens: String(values.usualOutputTokens),
      groups: [values.groups ?? []].flat(),
      isLocal: "isLocal" in values,
    }),
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
      <TextField name="vendor" label={translate("vendor")} defaultValue={model.vendor} optional />
      <TextareaField
        name="description"
        label={translate("description")}
        hint={translate("descriptionHint")}
        defaultValue={model.description}
        rows={2}
        optional
      />
      <fieldset className="field m-0 min-w-0 border-0 p-0">
        <legend className="label mb-1.5 p-0">{translate("capabilities")}</legend>
        <div className="row wrap gap-x-4 gap-y-2">
          {capabilities.map((capability) => (
            <CheckField
              key={capability}
              name="capabilities[]"
              id={`f-capability-${capability}`}
              value={capability}
              defaultChecked={model.capabilities.includes(capability)}
              label={translate(capability)}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-3 md:grid-cols-3">
        {tokenFields.map((name) => (
          <TextField
            key={name}
            name={name}
            label={translate(name)}
            hint={translate(`${name}Hint`)}
            inputMode="numeric"
            defaultValue={model[name] ?? ""}
            optional
          />
        ))}
      </div>
      <GroupsField groups={groups} chosen={model.groups} label={translate("groups")} hint={translate("groupsHint")} />
      <CheckField
        name="isLocal"
        label={translate("isLocal")}
        hint={translate("isLocalHint")}
        defaultChecked={model.isLocal}
      />
    </Form>
  );
}
