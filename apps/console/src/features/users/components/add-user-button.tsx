"use client";
import type { UserRole } from "@lyceum/domain";
import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { addUser } from "../actions.ts";
import { OneTimePassword } from "./one-time-password.tsx";

/** Makes a verified person; the dialog then shows the one-time password, this once. */
export function AddUserButton() {
  const translate = useTranslations("users");
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ studentId: string; password: string } | null>(null);
  const form = useActionForm(addUser, {
    toInput: (values) => ({
      studentId: String(values.studentId),
      name: String(values.name),
      role: values.role as UserRole,
    }),
    onSuccess: ({ password }, element) => {
      const studentId = String(new FormData(element).get("studentId")).trim().toUpperCase();
      setMade({ studentId, password });
    },
  });
  const change = (next: boolean) => {
    setOpen(next);
    setMade(null);
    form.reset();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      insistent={made !== null}
      title={translate(made ? "addedTitle" : "addUser")}
      width="narrow"
      trigger={
        <Button>
          <UserPlus className="icon" />
          {translate("addUser")}
        </Button>
      }
    >
      {made ? (
        <OneTimePassword {...made} onClose={() => change(false)} />
      ) : (
        <Form
          form={form}
          className="dialog-body stack"
          footer={
            <DialogFoot>
              <DialogClose>{translate("cancel")}</DialogClose>
              <SubmitButton pending={form.pending}>{translate("addUser")}</SubmitButton>
            </DialogFoot>
          }
        >
          <TextField name="studentId" label={translate("studentId")} autoCapitalize="characters" spellCheck={false} />
          <TextField name="name" label={translate("name")} />
          <SelectField name="role" label={translate("role")} hint={translate("addUserHint")}>
            <option value="student">{translate("student")}</option>
            <option value="admin">{translate("admin")}</option>
            <option value="auditor">{translate("auditor")}</option>
          </SelectField>
        </Form>
      )}
    </Dialog>
  );
}
