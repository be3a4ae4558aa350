"use client";
import { useTranslations } from "next-intl";
import { CheckField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { rollKey } from "../actions.ts";
import type { MadeKey } from "../made-key.ts";

interface RollKeyFormProps {
  /** `formerEndsAt`: until when the one before the present one is taken. */
  of: { id: string; isLeaked: boolean; formerEndsAt: Date | null };
  onMade: (key: MadeKey) => void;
}

/** Says what a new secret changes and what stays; one that has leaked has no day of overlap. */
export function RollKeyForm({ of: { id, isLeaked, formerEndsAt }, onMade }: RollKeyFormProps) {
  const translate = useTranslations("keys");
  const ui = useTranslations("ui");
  const format = useFormat();
  const form = useActionForm(rollKey, {
    toInput: (values) => ({ keyId: id, atOnce: isLeaked || values.atOnce !== undefined }),
    onSuccess: onMade,
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{ui("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("roll")}</SubmitButton>
        </DialogFoot>
      }
    >
      <p>{translate(isLeaked ? "rollLeakedBody" : "rollBody")}</p>
      {!isLeaked && formerEndsAt !== null && (
        <Notice tone="warning">{translate("rollEndsFormer", { time: format.dateTime(formerEndsAt) })}</Notice>
      )}
      {!isLeaked && <CheckField name="atOnce" label={translate("rollAtOnce")} hint={translate("rollAtOnceHint")} />}
    </Form>
  );
}
