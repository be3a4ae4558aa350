"use client";
import { useTranslations } from "next-intl";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { ModelList } from "./model-list.tsx";

/** Chooses one model for one act: asking again with another. */
export function ModelDialog({ close, choose }: { close: () => void; choose: (model: string) => void }) {
  const translate = useTranslations("playground");
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={translate("chooseModel")}>
      <DialogBody>
        <ModelList chosen={[]} pick={choose} />
      </DialogBody>
    </Dialog>
  );
}
