"use client";
import { type Limits, noLimits } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { CapFields, CountFields } from "#features/limits/components/limit-fields.tsx";
import { limitInputOf } from "#features/limits/limit-input.ts";
import { createGroup, updateGroup } from "../actions.ts";

export interface GroupFacts {
  id: string;
  name: string;
  /** As typed: "0.8". */
  multiplier: string;
  isOpen: boolean;
  /** Those of each member. */
  limits: Limits;
}

/** Makes a group, or changes one (`group`); the id stays what it was, since keys and scripts name it. */
export function GroupDialog({ group, onClose }: { group?: GroupFacts; onClose: () => void }) {
  const translate = useTranslations("groups");
  const toast = useToast();
  const form = useActionForm(group ? updateGroup : createGroup, {
    toInput: (values: FormValues) => ({
      id: group?.id ?? String(values.id),
      name: String(values.name),
      multiplier: String(values.multiplier),
      isOpen: values.isOpen === "open" ? ("open" as const) : ("members" as const),
      ...limitInputOf(values),
    }),
    onSuccess: ({ inForce }) => {
      toast({ message: translate(inForce ? "saved" : "savedSoon") });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={group ? translate("edit", { name: group.name }) : translate("create")}>
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate(group ? "save" : "create")}</SubmitButton>
          </DialogFoot>
        }
      >
        {!group && (
          <TextField
            name="id"
            label={translate("id")}
            hint={translate("idHint")}
            spellCheck={false}
            autoCapitalize="off"
          />
        )}
        <TextField name="name" label={translate("name")} defaultValue={group?.name} />
        <TextField
          name="multiplier"
          label={translate("multiplier")}
          hint={translate("multiplierHint")}
          lead={<span className="muted">×</span>}
          inputMode="decimal"
          defaultValue={group?.multiplier ?? "1"}
        />
        <SelectField
          name="isOpen"
          label={translate("who")}
          hint={translate("whoHint")}
          defaultValue={group?.isOpen ? "open" : "members"}
        >
          <option value="members">{translate("members")}</option>
          <option value="open">{translate("open")}</option>
        </SelectField>
        <fieldset className="stack">
          <legend className="label mb-2">{translate("limits")}</legend>
          <CountFields limits={group?.limits ?? noLimits} />
          <CapFields limits={group?.limits ?? noLimits} period="month" />
        </fieldset>
      </Form>
    </Dialog>
  );
}
