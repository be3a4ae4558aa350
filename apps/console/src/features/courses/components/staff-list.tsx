"use client";
import type { CourseDetail } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { addStaff, removeStaff } from "../actions.ts";

type Staff = CourseDetail["staff"][number];

/** Who teaches. Instructors name TAs; only admins name and remove instructors. */
export function StaffList({
  courseId,
  staff,
  mayNameInstructors,
  canChange,
}: {
  courseId: string;
  staff: readonly Staff[];
  mayNameInstructors: boolean;
  canChange: boolean;
}) {
  const translate = useTranslations("courses");
  const [leaving, setLeaving] = useState<Staff | null>(null);
  return (
    <>
      {staff.length === 0 ? (
        <p className="muted">{translate("noStaff")}</p>
      ) : (
        <ul className="border-y border-line max-w-160">
          {staff.map((each) => (
            <li key={each.memberId} className="row between border-b border-line py-2 last:border-b-0">
              <span>
                {each.name} <span className="muted small">{translate(`authority.${each.role}`)}</span>
              </span>
              {canChange && (each.role === "ta" || mayNameInstructors) && (
                <Button
                  size="sm"
                  variant="ghost"
                  onClick={() => setLeaving(each)}
                  aria-label={translate("removeStaffOf", { name: each.name })}
                >
                  {translate("removeStaff")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={() => setLeaving(null)}
        title={translate("removeStaffOf", { name: leaving?.name ?? "" })}
        verb={translate("removeStaff")}
        danger
        action={removeStaff}
        input={{ courseId, memberId: leaving?.memberId ?? "" }}
      >
        <p>{translate("removeStaffMeans")}</p>
      </ConfirmDialog>
    </>
  );
}

/** Only whoever has proven the student ID can be staff. */
export function AddStaff({ courseId, mayNameInstructors }: { courseId: string; mayNameInstructors: boolean }) {
  const translate = useTranslations("courses");
  const [open, setOpen] = useState(false);
  const form = useActionForm(addStaff, {
    toInput: (values) => ({
      courseId,
      studentId: String(values.studentId),
      role: values.role as "ta" | "instructor",
    }),
    onSuccess: () => setOpen(false),
  });
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={translate("addStaff")}
      width="narrow"
      trigger={<Button size="sm">{translate("addStaff")}</Button>}
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("addStaff")}</SubmitButton>
          </DialogFoot>
        }
      >
        <TextField
          name="studentId"
          label={translate("studentId")}
          hint={translate("staffIdHint")}
          autoCapitalize="characters"
          spellCheck={false}
        />
        <SelectField name="role" label={translate("role")}>
          <option value="ta">{translate("authority.ta")}</option>
          {mayNameInstructors && <option value="instructor">{translate("authority.instructor")}</option>}
        </SelectField>
      </Form>
    </Dialog>
  );
}
