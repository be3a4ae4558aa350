"use client";
import type { MailSecurity, MailServerFacts } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { CheckField, PasswordField, SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { saveMailServer, sendTestMail } from "../actions.ts";

const securities: MailSecurity[] = ["starttls", "tls", "none"];

/** The server that takes the site's mails; its password is never shown again. */
export function MailServerForm({ server }: { server: MailServerFacts | null }) {
  const translate = useTranslations("mail");
  const toast = useToast();
  const form = useActionForm(saveMailServer, {
    toInput: (values) => ({
      host: String(values.host),
      port: String(values.port),
      security: values.security as MailSecurity,
      username: String(values.username),
      password: String(values.password),
      withoutPassword: values.withoutPassword === "on",
      fromAddress: String(values.fromAddress),
      isEnabled: values.isEnabled === "on",
    }),
    onSuccess: () => toast({ message: translate("saved") }),
  });
  return (
    <Form
      form={form}
      footer={
        <div className="mt-4">
          <SubmitButton variant={undefined} pending={form.pending}>
            {translate("save")}
          </SubmitButton>
        </div>
      }
    >
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          name="host"
          label={translate("host")}
          defaultValue={server?.host}
          placeholder="smtp.example.edu"
          spellCheck={false}
        />
        <TextField name="port" label={translate("port")} defaultValue={server?.port ?? 587} inputMode="numeric" />
        <SelectField name="security" label={translate("security")} defaultValue={server?.security ?? "starttls"}>
          {securities.map((each) => (
            <option key={each} value={each}>
              {translate(`securities.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          name="fromAddress"
          label={translate("from")}
          defaultValue={server?.fromAddress}
          placeholder="Lyceum <llm@example.edu>"
          spellCheck={false}
        />
        <TextField
          name="username"
          label={translate("username")}
          optional
          defaultValue={server?.username}
          spellCheck={false}
          autoCapitalize="off"
        />
        <PasswordField
          name="password"
          label={translate("password")}
          hint={translate(server?.hasPassword ? "passwordKept" : "passwordHint")}
          optional
          autoComplete="new-password"
        />
      </div>
      {server?.hasPassword && <CheckField name="withoutPassword" label={translate("withoutPassword")} />}
      <CheckField name="isEnabled" label={translate("enabled")} defaultChecked={server?.isEnabled ?? true} />
    </Form>
  );
}

/** Beside the form: does it work? */
export function TestMailForm({ to }: { to: string | null }) {
  const translate = useTranslations("mail");
  const toast = useToast();
  const form = useActionForm(sendTestMail, {
    toInput: (values) => ({ to: String(values.to) }),
    onSuccess: (data) => toast({ message: translate("testSent", { to: data.to }) }),
  });
  return (
    <Form form={form} className="mt-5 stack max-w-120">
      <TextField name="to" type="email" label={translate("testTo")} defaultValue={to ?? ""} autoComplete="email" />
      <div>
        <SubmitButton variant={undefined} pending={form.pending}>
          {translate("test")}
        </SubmitButton>
      </div>
    </Form>
  );
}
