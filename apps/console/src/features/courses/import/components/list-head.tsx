"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import type { RosterPreview } from "../preview.ts";
import type { Work } from "../use-preview.ts";

/** Which list it is, that nothing is written yet, and what is being done. */
export function ListHead({
  name,
  preview,
  work,
  onClose,
}: {
  name: string;
  preview: RosterPreview | null;
  work: Work | null;
  onClose: () => void;
}) {
  const translate = useTranslations("roster");
  const { stage, rows } = work ?? { stage: "", rows: 0 };
  return (
    <div className="grid gap-2">
      <div className="row between">
        <div className="min-w-0">
          <h2 className="medium wrap-anywhere">{name}</h2>
          <p className="small muted">
            {preview && (
              <>
                {translate("rows", { count: preview.rows })}
                <Dot />
                {preview.file.encoding && (
                  <>
                    {preview.file.encoding}
                    <Dot />
                  </>
                )}
              </>
            )}
            {translate("nothingYet")}
          </p>
        </div>
        <Button size="sm" disabled={stage === "writing"} onClick={onClose}>
          <X className="icon" aria-hidden="true" />
          {translate("otherFile")}
        </Button>
      </div>
      <div role="status" className="small muted min-h-5">
        {work && (
          <span className="row">
            <progress className="h-1.5 w-32" aria-label={translate("progress")} />
            {stage === "writing"
              ? translate("stage_writing", { count: rows })
              : translate(stage === "comparing" ? "stage_comparing" : "stage_sending")}
          </span>
        )}
      </div>
    </div>
  );
}
