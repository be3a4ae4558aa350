"use client";
import { Plus, Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createChannel } from "../actions.ts";
import type { GroupChoice } from "../queries.ts";
import { AddressFields, outdates, readAddress, testTyped } from "./address-fields.tsx";
import { GroupsField } from "./groups-field.tsx";
import { ModelRowsField } from "./model-rows-field.tsx";
import { RankingFields } from "./ranking-fields.tsx";
import { TestResult } from "./test-result.tsx";
import { useModelRows } from "./use-model-rows.ts";
import { useUpstreamTest } from "./use-upstream-test.ts";

/** The button that adds a channel, with its dialog; `initiallyOpen` when an address asked for it. */
export function CreateChannel({ groups, initiallyOpen }: { groups: GroupChoice[]; initiallyOpen: boolean }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(initiallyOpen);
  return (
    <Dialog
      title={translate("create")}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary">
          <Plus className="icon" />
          {translate("create")}
        </Button>
      }
    >
      <CreateForm groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

function CreateForm({ groups, close }: { groups: GroupChoice[]; close: () => void }) {
  const translate = useTranslations("channels");
  const router = useRouter();
  const toast = useToast();
  const test = useUpstreamTest();
  const rows = useModelRows();
  const form = useActionForm(createChannel, {
    toInput: (values: FormValues, element) => ({
      ...readAddress(element),
      models: rows.take(),
      groups: [values.groups ?? []].flat(),
      priority: String(values.priority),
      weight: String(values.weight),
    }),
    onSuccess: ({ id, inForce }, element) => {
      const { name } = readAddress(element);
      const told = translate(test.passed ? "createdTested" : "createdUntested", { name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
      router.push(`/admin/channels?channel=${id}`, { scroll: false });
    },
  });
  const ask = (element: HTMLFormElement, upstreamModel: string) =>
    test.run(() => testTyped(element, { upstreamModel }));
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <>
          <TestResult test={test} className="border-line border-t px-4 py-2 md:px-6" />
          <DialogFoot>
            <Button
              className="mr-auto"
              aria-disabled={test.pending}
              onClick={(event) => event.currentTarget.form && ask(event.currentTarget.form, rows.firstUpstream())}
            >
              <Zap className="icon" />
              {translate("test")}
            </Button>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate(test.passed ? "save" : "saveUntested")}</SubmitButton>
          </DialogFoot>
        </>
      }
    >
      <div className="contents" onInput={(event) => outdates(test, event.target as HTMLInputElement) && test.clear()}>
        <AddressFields errors={test.errors} />
      </div>
      <ModelRowsField
        state={rows}
        found={test.models}
        detecting={test.pending}
        onDetect={(element) => ask(element, "")}
      />
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
