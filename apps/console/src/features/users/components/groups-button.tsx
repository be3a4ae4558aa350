"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { setGroups } from "../actions.ts";

/** Which of the groups by membership one person is in. */
export function GroupsButton({
  person,
  groups,
}: {
  person: { id: string; name: string; groups: string[] };
  groups: { id: string; name: string }[];
}) {
  const translate = useTranslations("users");
  const [open, setOpen] = useState(false);
  const form = useActionForm(setGroups, {
    toInput: ({ groupIds = [] }) => ({ userId: person.id, groupIds: [groupIds].flat() }),
    onSuccess: () => setOpen(false),
  });
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={translate("groupsOf", { name: person.name })}
      width="narrow"
      trigger={<Button size="sm">{translate("change")}</Button>}
    >
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
        {groups.map((group) => (
          <CheckField
            key={group.id}
            name="groupIds[]"
            value={group.id}
            defaultChecked={person.groups.includes(group.id)}
            label={group.name}
          />
        ))}
        {form.errors.groupIds && <p className="text-danger small">{form.errors.groupIds}</p>}
        <p className="muted small">{translate("leaveMeans")}</p>
      </Form>
    </Dialog>
  );
}
