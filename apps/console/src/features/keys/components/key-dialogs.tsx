"use client";
import { useTranslations } from "next-intl";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteKey } from "../actions.ts";
import { clientNames } from "../client-links.ts";
import type { KeyChoices } from "../queries.ts";
import { CreateKeyForm } from "./create-key-form.tsx";
import { CreateKeysForm } from "./create-keys-form.tsx";
import { EditKeyForm } from "./edit-key-form.tsx";
import type { KeyAct } from "./key-desk.tsx";
import { KeyMade, MadeFacts } from "./key-made.tsx";
import { KeysMade } from "./keys-made.tsx";
import { RollKeyForm } from "./roll-key-form.tsx";

interface KeyDialogsProps {
  act: KeyAct;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  begin: (act: KeyAct) => void;
  choices: KeyChoices;
}

/** The dialog of an act; what an act makes is shown in the same one, which then closes only on purpose. */
export function KeyDialogs({ act, open, onOpenChange, begin, choices }: KeyDialogsProps) {
  const translate = useTranslations("keys");
  const toast = useToast();
  if (act.kind === "delete") {
    const { id, name } = act.row;
    return (
      <ConfirmDialog
        title={translate("deleteTitle", { name })}
        action={deleteKey}
        input={{ keyId: id }}
        verb={translate("delete")}
        danger
        open={open}
        onOpenChange={onOpenChange}
        onDone={() => toast({ message: translate("deleted", { name }) })}
      >
        <p>{translate("deleteBody")}</p>
      </ConfirmDialog>
    );
  }
  const isShown = act.kind === "made" || act.kind === "madeSeveral";
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      insistent={isShown}
      width={act.kind === "roll" ? "narrow" : "wide"}
      title={<Title act={act} />}
      description={act.kind === "made" ? <MadeFacts made={act.made} /> : undefined}
    >
      {act.kind === "create" && (
        <CreateKeyForm choices={choices} groupId={act.groupId} onMade={(made) => begin({ kind: "made", made })} />
      )}
      {act.kind === "several" && (
        <CreateKeysForm choices={choices} onMade={(made) => begin({ kind: "madeSeveral", made })} />
      )}
      {act.kind === "edit" && (
        <EditKeyForm
          key={act.row.id}
          row={act.row}
          choices={choices}
          onSaved={() => {
            onOpenChange(false);
            toast({ message: translate("saved", { name: act.row.name }) });
          }}
        />
      )}
      {act.kind === "roll" && (
        <RollKeyForm key={act.key.id} of={act.key} onMade={(made) => begin({ kind: "made", made })} />
      )}
      {act.kind === "made" && <KeyMade made={act.made} client={act.client} choices={choices} />}
      {act.kind === "madeSeveral" && <KeysMade made={act.made} />}
    </Dialog>
  );
}

function Title({ act }: { act: Exclude<KeyAct, { row: unknown; kind: "delete" }> }) {
  const translate = useTranslations("keys");
  switch (act.kind) {
    case "create":
      return translate("createTitle");
    case "several":
      return translate("createSeveral");
    case "edit":
    case "delete":
      return translate("editTitle", { name: act.row.name });
    case "roll":
      return translate("rollTitle", { name: act.key.name });
    case "made":
      if (act.client !== undefined) return translate("connectTitle", { client: clientNames[act.client] });
      return translate(act.made.formerEndsAt === undefined ? "madeTitle" : "rolledTitle");
    case "madeSeveral":
      return translate("madeSeveralTitle", { count: act.made.keys.length });
    default:
      return act satisfies never;
  }
}
