"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { addChannelModels, testSavedChannel } from "../actions.ts";
import type { GroupChoice } from "../queries.ts";
import { GroupsField } from "./groups-field.tsx";
import { ModelRowsField } from "./model-rows-field.tsx";
import { RankingFields } from "./ranking-fields.tsx";
import { TestResult } from "./test-result.tsx";
import { useModelRows } from "./use-model-rows.ts";
import { useUpstreamTest } from "./use-upstream-test.ts";

type Channel = { id: string; name: string };

/** Puts more models on a channel that exists. */
export function AddModels({ channel, groups }: { channel: Channel; groups: GroupChoice[] }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("addModelsTitle", { name: channel.name })}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm">
          <Plus className="icon icon-sm" />
          {translate("addModels")}
        </Button>
      }
    >
      <AddForm channel={channel} groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

function AddForm({ channel, groups, close }: { channel: Channel; groups: GroupChoice[]; close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const test = useUpstreamTest();
  const rows = useModelRows();
  const form = useActionForm(addChannelModels, {
    toInput: (values) => ({
      channelId: channel.id,
      models: rows.take(),
      groups: [values.groups ?? []].flat(),
      priority: String(values.priority),
      weight: String(values.weight),
    }),
    onSuccess: ({ newModels, inForce }) => {
      const told = translate("modelsAdded", { name: channel.name, unpriced: newModels.length });
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
          <SubmitButton pending={form.pending}>{translate("addModels")}</SubmitButton>
        </DialogFoot>
      }
    >
      <ModelRowsField
        state={rows}
        found={test.models}
        detecting={test.pending}
        onDetect={() => test.run(() => testSavedChannel({ channelId: channel.id, upstreamModel: "" }))}
      />
      {!test.models && <TestResult test={test} />}
      <GroupsField
        groups={groups}
        chosen={groups.filter((group) => group.isOpen).map((group) => group.id)}
        label={translate("groups")}
        hint={translate("groupsHint")}
      />
      <RankingFields />
    </Form>
  );
}
