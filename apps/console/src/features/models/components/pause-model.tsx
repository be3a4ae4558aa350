"use client";
import { Pause, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { pauseModel, resumeModel } from "../actions.ts";

type Model = { id: string; name: string };

/** Takes a model out of every list until somebody resumes it; the machine never does. The toast takes it back. */
export function PauseModel({ model }: { model: Model }) {
  const translate = useTranslations("models");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("pauseTitle", { name: model.name })}
      description={translate("pauseBody")}
      width="narrow"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Pause className="icon" />
          {translate("pause")}
        </Button>
      }
    >
      <PauseForm model={model} close={() => setOpen(false)} />
    </Dialog>
  );
}

function PauseForm({ model, close }: { model: Model; close: () => void }) {
  const translate = useTranslations("models");
  const toast = useToast();
  const { act } = useAct();
  const undo = () =>
    act(
      () => resumeModel({ modelId: model.id }),
      () => ({ message: translate("resumed", { name: model.name }) }),
    );
  const form = useActionForm(pauseModel, {
    toInput: (values) => ({ modelId: model.id, reason: String(values.reason) }),
    onSuccess: ({ inForce }) => {
      const told = translate("pausedDone", { name: model.name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}`, undo });
      close();
    },
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{translate("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("pauseConfirm", { name: model.name })}</SubmitButton>
        </DialogFoot>
      }
    >
      <TextField
        name="reason"
        label={translate("reason")}
        hint={translate("pauseReasonHint")}
        maxLength={200}
        optional
      />
    </Form>
  );
}

/** Brings a paused model back. */
export function ResumeModel({ model }: { model: Model }) {
  const translate = useTranslations("models");
  const { act, pending } = useAct();
  const resume = () =>
    act(
      () => resumeModel({ modelId: model.id }),
      ({ inForce }) => {
        const told = translate("resumed", { name: model.name });
        return { message: inForce ? told : `${told} ${translate("notInForce")}` };
      },
    );
  return (
    <Button aria-disabled={pending} aria-busy={pending} onClick={resume}>
      <Play className="icon" />
      {translate("resumeModel")}
    </Button>
  );
}
