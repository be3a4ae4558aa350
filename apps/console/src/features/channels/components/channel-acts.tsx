"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { deleteChannel, setChannelEnabled } from "../actions.ts";
import type { ChannelView } from "../queries.ts";

/** Switching a channel off and on, with undo; deleting it, after saying what stops. */
export function ChannelActs({ channel }: { channel: ChannelView }) {
  const translate = useTranslations("channels");
  const { act, pending } = useAct();
  const { id: channelId, name, soleModels } = channel;
  const setEnabled = (enabled: boolean, canUndo = true) =>
    act(
      () => setChannelEnabled({ channelId, enabled }),
      ({ inForce }) => {
        const stopped = !enabled && soleModels.length > 0;
        const told = [
          translate(enabled ? "enabled" : "disabled", { name }),
          stopped ? translate("modelsStopped", { count: soleModels.length }) : "",
          inForce ? "" : translate("notInForce"),
        ];
        return {
          message: told.filter(Boolean).join(translate("clauseSeparator")),
          ...(canUndo ? { undo: () => setEnabled(!enabled, false) } : {}),
        };
      },
    );
  return (
    <>
      <Button aria-disabled={pending} onClick={() => setEnabled(!channel.isEnabled)}>
        {translate(channel.isEnabled ? "disable" : "enable")}
      </Button>
      <span className="grow" />
      <DeleteChannel channel={channel} />
    </>
  );
}

function DeleteChannel({ channel }: { channel: ChannelView }) {
  const translate = useTranslations("channels");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { act, pending } = useAct();
  const { id: channelId, name, soleModels, deployments } = channel;
  const remove = () =>
    act(
      () => deleteChannel({ channelId }),
      () => {
        setOpen(false);
        router.push("/admin/channels", { scroll: false });
        return { message: translate("deleted", { name }) };
      },
    );
  return (
    <Dialog
      title={translate("deleteTitle", { name })}
      width="narrow"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant="danger">{translate("delete")}</Button>}
    >
      <DialogBody>
        <p>{translate("deleteBody", { count: deployments.length })}</p>
        {soleModels.length > 0 && (
          <div>
            <p className="medium">{translate("deleteStops", { count: soleModels.length })}</p>
            <ul className="mt-1 max-h-40 overflow-auto">
              {soleModels.map((model) => (
                <li key={model}>
                  <code>{model}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
      </DialogBody>
      <DialogFoot>
        <DialogClose>{translate("cancel")}</DialogClose>
        <Button variant="danger" aria-disabled={pending} aria-busy={pending} onClick={remove}>
          {translate("deleteConfirm", { name })}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
