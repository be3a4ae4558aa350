"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { CheckField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { changeAnnouncement, endAnnouncement } from "../actions.ts";
import { wordsOf } from "./announce-button.tsx";
import { WordFields, type Words } from "./word-fields.tsx";

interface Props {
  id: string;
  words: Words;
  isCourse: boolean;
}

/** Change and end, at the end of a row. */
export function AnnouncementActs({ id, words, isCourse }: Props) {
  const translate = useTranslations("announcements");
  const toast = useToast();
  const [open, setOpen] = useState<"change" | "end" | null>(null);
  const hide = () => setOpen(null);
  const text = (words.zh || words.en).slice(0, 40);
  return (
    <span className="row justify-end">
      <Button size="sm" aria-label={translate("changeOf", { text })} onClick={() => setOpen("change")}>
        {translate("change")}
      </Button>
      <Button size="sm" aria-label={translate("endOf", { text })} onClick={() => setOpen("end")}>
        {translate("end")}
      </Button>
      {open === "change" && <ChangeDialog id={id} words={words} isCourse={isCourse} onClose={hide} />}
      <ConfirmDialog
        open={open === "end"}
        onOpenChange={hide}
        title={translate("endOf", { text })}
        verb={translate("end")}
        action={endAnnouncement}
        input={{ id }}
        onDone={() => toast({ message: translate("ended") })}
      >
        <p>{translate("endMeans")}</p>
      </ConfirmDialog>
    </span>
  );
}

function ChangeDialog({ id, words, isCourse, onClose }: Props & { onClose: () => void }) {
  const translate = useTranslations("announcements");
  const toast = useToast();
  const form = useActionForm(changeAnnouncement, {
    toInput: (values) => ({ ...wordsOf(values), id, again: values.again === "on" }),
    onSuccess: () => {
      toast({ message: translate("saved") });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={translate("changeTitle")}>
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
        <WordFields words={words} isCourse={isCourse} />
        <CheckField name="again" label={translate("again")} />
      </Form>
    </Dialog>
  );
}
