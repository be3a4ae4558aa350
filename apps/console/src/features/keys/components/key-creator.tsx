"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import type { KeyChoices } from "../queries.ts";
import { CreateKeyForm, type MadeKey } from "./create-key-form.tsx";
import { KeyMade, MadeFacts } from "./key-made.tsx";

const OpenContext = createContext<() => void>(() => undefined);

/**
 * Holds the dialog that makes a key and then shows it. It wraps the whole page, because the page is drawn anew as soon as the key
 * exists: a dialog inside the empty state would vanish with it, and the secret too.
 */
export function KeyCreator({ choices, children }: { choices: KeyChoices; children: ReactNode }) {
  const translate = useTranslations("keys");
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const start = () => {
    setMade(null);
    setOpen(true);
  };
  return (
    <OpenContext value={start}>
      {children}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        insistent={made !== null}
        title={translate(made ? "madeTitle" : "createTitle")}
        description={made ? <MadeFacts made={made} /> : undefined}
      >
        {made ? <KeyMade made={made} /> : <CreateKeyForm choices={choices} onMade={setMade} />}
      </Dialog>
    </OpenContext>
  );
}

/** Opens the dialog of the KeyCreator around it. */
export function CreateKeyButton({ primary }: { primary?: boolean }) {
  const translate = useTranslations("keys");
  const open = useContext(OpenContext);
  return (
    <Button variant={primary ? "primary" : undefined} onClick={open}>
      <Plus className="icon" />
      {translate("create")}
    </Button>
  );
}
