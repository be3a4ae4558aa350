"use client";
import { Download, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Applied } from "../apply.ts";
import { saveFile } from "../save-file.ts";
import { UndoButton } from "./undo-button.tsx";

/** What an import has done, with its receipt, and the way back. */
export function ImportResult({
  courseId,
  applied,
  onUndone,
}: {
  courseId: string;
  applied: Applied;
  onUndone: () => void;
}) {
  const translate = useTranslations("roster");
  const { importId, added, changed, gone, known, bad, receipt } = applied;
  return (
    <div role="status">
      <Notice tone="positive">
        <p>
          <b className="strong">{translate("written", { count: added + changed + gone })}</b>{" "}
          {translate("counts", { added, changed, gone })} {translate("knownAndBad", { known, bad })}
        </p>
        <div className="row wrap mt-2">
          <Button size="sm" onClick={() => saveFile(translate("receiptName"), receipt)}>
            <Download className="icon" aria-hidden="true" />
            {translate("receipt")}
          </Button>
          {importId && (
            <UndoButton courseId={courseId} importId={importId} onUndone={onUndone}>
              <Undo2 className="icon" aria-hidden="true" />
              {translate("undo")}
            </UndoButton>
          )}
        </div>
      </Notice>
    </div>
  );
}
