"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { createNewCourse } from "../actions.ts";
import { NewTermFields } from "./new-term-fields.tsx";

/** Makes a course with an empty pool, and leads to it. */
export function CreateCourseButton() {
  const translate = useTranslations("courses");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const form = useActionForm(createNewCourse, {
    toInput: (values) => ({
      code: String(values.code),
      name: String(values.name),
      firstDay: String(values.firstDay),
      lastDay: String(values.lastDay),
    }),
    onSuccess: ({ id }) => router.push(`/courses/${id}`),
  });
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={translate("create")}
      width="narrow"
      trigger={
        <Button variant="primary">
          <Plus className="icon" />
          {translate("create")}
        </Button>
      }
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("create")}</SubmitButton>
          </DialogFoot>
        }
      >
        <NewTermFields prefix="new" />
      </Form>
    </Dialog>
  );
}
