"use client";
import type { ChannelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { overrideFields, typedOverrides } from "../override-fields.ts";
import { saveOverrides } from "../overrides/actions.ts";
import { OverrideRows } from "./override-rows.tsx";
import { RequestPreview } from "./request-preview.tsx";

/** What a channel's requests get on their way out beside what the protocol says. */
export function OverridesSection({ channel }: { channel: ChannelRow }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(false);
  const { headers, body } = overrideFields(channel.overrides);
  const count = headers.length + body.length;
  return (
    <section>
      <div className="row between mb-1">
        <h3>{translate("overridesHeading", { count })}</h3>
        <Dialog
          title={translate("overridesTitle", { name: channel.name })}
          insistent
          open={open}
          onOpenChange={setOpen}
          trigger={<Button size="sm">{translate("edit")}</Button>}
        >
          <OverridesForm channel={channel} close={() => setOpen(false)} />
        </Dialog>
      </div>
      {count === 0 ? (
        <p className="muted small">{translate("noOverrides")}</p>
      ) : (
        <ul className="small grid gap-0.5">
          {headers.map(({ key, name, value, isRemoved }) => (
            <li key={`h${key}`} className="wrap-anywhere">
              <code>{isRemoved ? `− ${name}` : `${name}: ${value}`}</code>
            </li>
          ))}
          {body.map(({ key, path, value, mode }) => (
            <li key={`b${key}`} className="wrap-anywhere">
              <code>{mode === "remove" ? `− ${path}` : `${path} = ${value}`}</code>{" "}
              {mode === "fill" && <span className="muted">{translate("overrideFills")}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function OverridesForm({ channel, close }: { channel: ChannelRow; close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const [fields, setFields] = useState(() => overrideFields(channel.overrides));
  const form = useActionForm(saveOverrides, {
    toInput: () => ({ channelId: channel.id, overrides: typedOverrides(fields) }),
    onSuccess: ({ inForce }) => {
      const told = translate("saved", { name: channel.name });
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
      <OverrideRows fields={fields} onChange={setFields} errors={form.errors} />
      <RequestPreview channel={channel} overrides={typedOverrides(fields)} />
    </Form>
  );
}
