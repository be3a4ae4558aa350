"use client";
import { type AudienceKind, audienceKinds } from "@lyceum/domain";
import { Megaphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, SelectField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { announce } from "../actions.ts";
import { WordFields, type Words } from "./word-fields.tsx";

export interface Subject {
  id: string;
  name: string;
}

interface Props {
  /** To this course alone. */
  courseId?: string;
  /** To whom else one may speak. */
  subjects?: Record<Exclude<AudienceKind, "all">, Subject[]>;
}

export const wordsOf = (values: FormValues) => ({
  level: values.level as Words["level"],
  zh: String(values.zh),
  en: String(values.en),
  from: String(values.from),
  to: String(values.to),
});

/** Says something to a course, or (for administrators) to everybody, a group or the users of a model too. */
export function AnnounceButton({ courseId, subjects }: Props) {
  const translate = useTranslations("announcements");
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [audience, setAudience] = useState<AudienceKind>(courseId === undefined ? "all" : "course");
  const form = useActionForm(announce, {
    toInput: (values) => ({
      ...wordsOf(values),
      audience,
      subject: courseId ?? String(values.subject ?? ""),
      tells: values.tells === "on",
    }),
    onSuccess: () => {
      toast({ message: translate("announced") });
      setOpen(false);
    },
  });
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={translate("announce")}
      trigger={
        <Button variant="primary">
          <Megaphone className="icon" />
          {translate("announce")}
        </Button>
      }
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("announce")}</SubmitButton>
          </DialogFoot>
        }
      >
        {subjects && (
          <div className="grid gap-3 md:grid-cols-2">
            <SelectField
              name="audience"
              label={translate("audience")}
              value={audience}
              onChange={(event) => setAudience(event.target.value as AudienceKind)}
            >
              {audienceKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {translate(`audiences.${kind}`)}
                </option>
              ))}
            </SelectField>
            {audience !== "all" && (
              <SelectField name="subject" label={translate("subject")} key={audience}>
                {subjects[audience].map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </SelectField>
            )}
          </div>
        )}
        <WordFields isCourse={audience === "course"} />
        <CheckField name="tells" label={translate("tells")} hint={translate("tellsHint")} />
      </Form>
    </Dialog>
  );
}
