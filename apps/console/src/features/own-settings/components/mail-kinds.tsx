"use client";
import type { NoticeKind } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { CheckField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { setMailKinds } from "../actions.ts";

/** Which kinds of notices come by mail too. `kinds`: those that concern this person. */
export function MailKinds({ kinds, off }: { kinds: readonly NoticeKind[]; off: readonly string[] }) {
  const translate = useTranslations("notices");
  const toast = useToast();
  const form = useActionForm(setMailKinds, {
    toInput: (values) => ({ off: kinds.filter((kind) => values[kind] !== "on") }),
    onSuccess: () => toast({ message: translate("kindsSaved") }),
  });
  return (
    <Form
      form={form}
      className="stack gap-1"
      footer={
        <div className="mt-3">
          <SubmitButton variant={undefined} pending={form.pending}>
            {translate("saveKinds")}
          </SubmitButton>
        </div>
      }
    >
      {kinds.map((kind) => (
        <CheckField key={kind} name={kind} label={translate(`kinds.${kind}`)} defaultChecked={!off.includes(kind)} />
      ))}
    </Form>
  );
}
