"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { CheckField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { archive, copyToNextTerm } from "../actions.ts";
import { NewTermFields } from "./new-term-fields.tsx";

/** The course of the next term: same settings and staff, an empty pool. */
export function CopyCourse({ courseId, name }: { courseId: string; name: string }) {
  const translate = useTranslations("courses");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const form = useActionForm(copyToNextTerm, {
    toInput: (values) => ({
      courseId,
      code: String(values.code),
      name: String(values.name),
      firstDay: String(values.firstDay),
      lastDay: String(values.lastDay),
      withStudents: values.withStudents !== undefined,
    }),
    onSuccess: ({ id }) => router.push(`/courses/${id}`),
  });
  return (
    <FormDialog
      title={translate("copy")}
      verb={translate("copyVerb")}
      cancel={translate("cancel")}
      form={form}
      open={open}
      setOpen={setOpen}
    >
      <NewTermFields prefix="copy" name={name} />
      <CheckField name="withStudents" label={translate("withStudents")} hint={translate("copyHint")} />
    </FormDialog>
  );
}

/** A course that has ended becomes read-only. */
export function ArchiveCourse({ courseId }: { courseId: string }) {
  const translate = useTranslations("courses");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="danger" onClick={() => setOpen(true)}>
        {translate("archive")}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={translate("archiveTitle")}
        verb={translate("archive")}
        danger
        action={archive}
        input={{ courseId }}
      >
        <p>{translate("archiveMeans")}</p>
      </ConfirmDialog>
    </>
  );
}
