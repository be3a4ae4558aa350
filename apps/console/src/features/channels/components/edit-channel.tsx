"use client";
import type { ChannelRow } from "@lyceum/db";
import { toProviderId } from "@lyceum/domain";
import { Pencil, Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { updateChannel } from "../actions.ts";
import { AddressFields, outdates, readAddress, testTyped } from "./address-fields.tsx";
import { TestResult } from "./test-result.tsx";
import { useUpstreamTest } from "./use-upstream-test.ts";

/** Changes name, address, credential and time limits of a channel. */
export function EditChannel({ channel }: { channel: ChannelRow }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("editTitle", { name: channel.name })}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Pencil className="icon max-md:hidden" />
          {translate("edit")}
        </Button>
      }
    >
      <EditForm channel={channel} close={() => setOpen(false)} />
    </Dialog>
  );
}

/** Whether a form would reach another place, or with another credential, than the channel that is saved. */
function differs(channel: ChannelRow, typed: ReturnType<typeof readAddress>): boolean {
  return (
    typed.baseUrl.trim() !== channel.baseUrl ||
    typed.protocol !== toProviderId(channel.protocol) ||
    typed.allowPrivate !== channel.allowPrivate ||
    typed.noCredential ||
    typed.credential !== ""
  );
}

function EditForm({ channel, close }: { channel: ChannelRow; close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const test = useUpstreamTest();
  const [addressChanged, setAddressChanged] = useState(false);
  const form = useActionForm(updateChannel, {
    toInput: (values, element) => ({
      channelId: channel.id,
      ...readAddress(element),
      idleTimeoutSeconds: String(values.idleTimeoutSeconds),
      totalTimeoutSeconds: String(values.totalTimeoutSeconds),
      firstTokenTimeoutSeconds: String(values.firstTokenTimeoutSeconds),
      parallelLimit: String(values.parallelLimit),
    }),
    onSuccess: ({ inForce }, element) => {
      const key = test.passed ? "savedTested" : addressChanged ? "savedUntested" : "saved";
      const told = translate(key, { name: readAddress(element).name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
    },
  });
  const upstreamModel = channel.deployments[0]?.upstreamModel ?? "";
  const untested = addressChanged && !test.passed;
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
              onClick={(event) => {
                const element = event.currentTarget.form;
                if (!element) return;
                test.run(() => testTyped(element, { channelId: channel.id, upstreamModel }));
              }}
            >
              <Zap className="icon" />
              {translate("test")}
            </Button>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate(untested ? "saveUntested" : "save")}</SubmitButton>
          </DialogFoot>
        </>
      }
    >
      <div
        className="contents"
        onInput={(event) => {
          if (!outdates(test, event.target as HTMLInputElement)) return;
          test.clear();
          const element = (event.target as HTMLInputElement).form;
          if (element) setAddressChanged(differs(channel, readAddress(element)));
        }}
      >
        <AddressFields channel={channel} errors={test.errors} />
      </div>
      <div className="grid grid-cols-2 items-start gap-3">
        <TextField
          name="parallelLimit"
          label={translate("parallelLimit")}
          hint={translate("parallelLimitHint")}
          optional
          inputMode="numeric"
          defaultValue={channel.parallelLimit ?? ""}
        />
        <TextField
          name="firstTokenTimeoutSeconds"
          label={translate("firstTokenTimeout")}
          hint={translate("firstTokenTimeoutHint")}
          unit="s"
          optional
          inputMode="numeric"
          defaultValue={channel.firstTokenTimeoutMs === null ? "" : channel.firstTokenTimeoutMs / 1000}
        />
        <TextField
          name="idleTimeoutSeconds"
          label={translate("idleTimeout")}
          hint={translate("idleTimeoutHint")}
          unit="s"
          inputMode="numeric"
          defaultValue={channel.idleTimeoutMs / 1000}
        />
        <TextField
          name="totalTimeoutSeconds"
          label={translate("totalTimeout")}
          hint={translate("totalTimeoutHint")}
          unit="s"
          inputMode="numeric"
          defaultValue={channel.totalTimeoutMs / 1000}
        />
      </div>
    </Form>
  );
}
