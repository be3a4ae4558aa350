"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { BulkBarFrame } from "#components/ui/bulk-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteChannels, setChannelsEnabled } from "../actions.ts";
import { useChannelSelection } from "./selection.tsx";
import { TestAll, type TestedChannel } from "./test-all.tsx";

/** The acts on every channel that is ticked; it appears with the first tick. */
export function BulkBar({ channels }: { channels: (TestedChannel & { isEnabled: boolean })[] }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const { chosen, clear } = useChannelSelection();
  const [isDeleting, setDeleting] = useState(false);
  const { act, pending } = useAct();
  const these = channels.filter(({ id }) => chosen.has(id));
  if (these.length === 0) return null;
  const count = these.length;
  const setEnabled = (channelIds: string[], enabled: boolean, canUndo = true) =>
    act(
      () => setChannelsEnabled({ channelIds, enabled }),
      () => ({
        message: translate(enabled ? "enabledMany" : "disabledMany", { count: channelIds.length }),
        ...(canUndo ? { undo: () => setEnabled(channelIds, !enabled, false) } : {}),
      }),
    );
  /** Only those that it changes, so that undo leaves the others as they were. */
  const change = (enabled: boolean) => {
    const others = these.filter((each) => each.isEnabled !== enabled).map(({ id }) => id);
    if (others.length > 0) setEnabled(others, enabled);
  };
  return (
    <BulkBarFrame
      label={translate("bulk")}
      count={translate("chosen", { count })}
      busy={pending}
      clearLabel={translate("clearChoice")}
      onClear={clear}
    >
      <TestAll channels={these} size="sm" />
      <Button size="sm" aria-disabled={pending} onClick={() => change(true)}>
        {translate("enable")}
      </Button>
      <Button size="sm" aria-disabled={pending} onClick={() => change(false)}>
        {translate("disable")}
      </Button>
      <Button size="sm" variant="danger" onClick={() => setDeleting(true)}>
        {translate("delete")}
      </Button>
      <ConfirmDialog
        open={isDeleting}
        onOpenChange={setDeleting}
        title={translate("deleteManyTitle", { count })}
        verb={translate("deleteMany", { count })}
        danger
        action={deleteChannels}
        input={{ channelIds: these.map(({ id }) => id) }}
        onDone={() => {
          clear();
          toast({ message: translate("deletedMany", { count }) });
        }}
      >
        <p>{translate("deleteManyMeans")}</p>
        <ul className="max-h-40 overflow-auto">
          {these.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      </ConfirmDialog>
    </BulkBarFrame>
  );
}
