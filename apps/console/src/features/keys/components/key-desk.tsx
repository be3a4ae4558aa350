"use client";
import type { KeyRow } from "@lyceum/db";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { ChatClient } from "../client-links.ts";
import type { MadeKey, MadeKeys } from "../made-key.ts";
import type { KeyChoices } from "../queries.ts";

/** What is done about keys, in one dialog. */
export type KeyAct =
  | { kind: "create"; groupId?: string | undefined }
  | { kind: "several" }
  | { kind: "edit" | "delete"; row: KeyRow }
  | { kind: "roll"; key: Pick<KeyRow, "id" | "name" | "isLeaked" | "formerEndsAt"> }
  /** `client`: the program that it was made for. */
  | { kind: "made"; made: MadeKey; client?: ChatClient }
  | { kind: "madeSeveral"; made: MadeKeys };

// Forms, snippets and the dialog itself are loaded when the first act begins: most visits only look.
const KeyDialogs = dynamic(() => import("./key-dialogs.tsx").then((module) => module.KeyDialogs), { ssr: false });

const DeskContext = createContext<(act: KeyAct) => void>(() => undefined);

/** Begins an act in the dialog of the KeyDesk around. */
export function useKeyDesk(): (act: KeyAct) => void {
  return useContext(DeskContext);
}

/**
 * Holds the dialog in which keys are made, changed and shown. It wraps the whole page, because the page is drawn anew as soon as a key exists: a
 * dialog inside the empty state would vanish with it, and the secret too.
 */
export function KeyDesk({
  choices,
  groupId,
  children,
}: {
  choices: KeyChoices;
  /** Opens at once for a key in this group. */
  groupId?: string | undefined;
  children: ReactNode;
}) {
  const [act, setAct] = useState<KeyAct | null>(groupId === undefined ? null : { kind: "create", groupId });
  const [open, setOpen] = useState(groupId !== undefined);
  const begin = (next: KeyAct) => {
    setAct(next);
    setOpen(true);
  };
  return (
    <DeskContext value={begin}>
      {children}
      {act && <KeyDialogs act={act} open={open} onOpenChange={setOpen} begin={begin} choices={choices} />}
    </DeskContext>
  );
}

/** Opens the dialog that makes a key. */
export function CreateKeyButton({ primary }: { primary?: boolean }) {
  const translate = useTranslations("keys");
  const begin = useKeyDesk();
  return (
    <Button variant={primary ? "primary" : undefined} onClick={() => begin({ kind: "create" })}>
      <Plus className="icon" />
      {translate("create")}
    </Button>
  );
}

/** Opens the dialog that makes several at once. */
export function CreateKeysButton() {
  const translate = useTranslations("keys");
  const begin = useKeyDesk();
  return <Button onClick={() => begin({ kind: "several" })}>{translate("createSeveral")}</Button>;
}
