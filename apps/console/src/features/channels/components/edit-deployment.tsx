"use client";
import type { ChannelDeployment } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { setDeployment } from "../actions.ts";
import { RankingFields } from "./ranking-fields.tsx";

interface Props {
  deployment: Pick<ChannelDeployment, "id" | "modelName" | "upstreamModel" | "priority" | "weight">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Priority and weight of one model on one channel. */
export function EditDeployment({ deployment, open, onOpenChange }: Props) {
  const translate = useTranslations("channels");
  const { modelName, upstreamModel } = deployment;
  return (
    <Dialog
      title={translate("editTitle", { name: modelName })}
      description={translate("upstreamNameIs", { name: upstreamModel })}
      width="narrow"
      open={open}
      onOpenChange={onOpenChange}
    >
      <EditForm deployment={deployment} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function EditForm({ deployment, close }: Pick<Props, "deployment"> & { close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const form = useActionForm(setDeployment, {
    toInput: (values) => ({
      deploymentId: deployment.id,
      priority: String(values.priority),
      weight: String(values.weight),
    }),
    onSuccess: ({ inForce }) => {
      const told = translate("saved", { name: deployment.modelName });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
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
          <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
        </DialogFoot>
      }
    >
      <RankingFields priority={deployment.priority} weight={deployment.weight} />
    </Form>
  );
}
