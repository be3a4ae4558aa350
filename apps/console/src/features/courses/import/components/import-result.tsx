"use client";
import { parseAmount } from "@lyceum/domain";
import { Download, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { UndoFunding } from "../../components/undo-funding.tsx";
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
  const format = useFormat();
  const { importId, added, changed, gone, known, bad, receipt, money } = applied;
  const count = added + changed + gone;
  return (
    <div role="status">
      <Notice tone="positive">
        <p>
          {count > 0 && <b className="strong">{translate("written", { count })} </b>}
          {money && (
            <b className="strong">
              {translate("given", { count: money.people, amount: format.money(parseAmount(money.given)) })}{" "}
            </b>
          )}
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
          {!importId && money?.fundingId && <UndoFunding courseId={courseId} id={money.fundingId} />}
        </div>
      </Notice>
    </div>
  );
}
