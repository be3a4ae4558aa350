"use client";
import { useTranslations } from "next-intl";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { askEmail, removeEmail } from "../actions.ts";

/** The address that notices go to: proven, or waiting for its link to be opened. */
export function EmailSection({ email, pending }: { email: string | null; pending: string | null }) {
  const translate = useTranslations("mail");
  const toast = useToast();
  const { act } = useAct();
  const form = useActionForm(askEmail, {
    toInput: (values) => ({ email: String(values.email) }),
    onSuccess: (data) => toast({ message: translate("linkSent", { email: data.email }) }),
  });
  return (
    <div className="stack">
      {email !== null && (
        <p className="row wrap">
          <span>{translate("goesTo", { email })}</span>
          <Button
            size="sm"
            onClick={() =>
              act(
                () => removeEmail({ sure: true }),
                () => ({ message: translate("removed") }),
              )
            }
          >
            {translate("remove")}
          </Button>
        </p>
      )}
      {pending !== null && <p className="muted small">{translate("waits", { email: pending })}</p>}
      <Form form={form} className="stack max-w-120">
        <TextField
          name="email"
          type="email"
          label={translate(email === null ? "address" : "otherAddress")}
          hint={translate("addressHint")}
          autoComplete="email"
          defaultValue={pending ?? ""}
        />
        <div>
          <SubmitButton variant={undefined} pending={form.pending}>
            {translate("sendLink")}
          </SubmitButton>
        </div>
      </Form>
    </div>
  );
}
