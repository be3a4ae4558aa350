"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import type { RosterPreview } from "../preview.ts";

/** The button that counts. Bad rows are mended first, or left out with a word. */
export function ImportFoot({
  preview: { bad, expected },
  busy,
  failed,
  onApply,
  onAgain,
}: {
  preview: RosterPreview;
  busy: boolean;
  failed: boolean;
  onApply: () => void;
  onAgain: () => void;
}) {
  const translate = useTranslations("roster");
  const count = expected.added + expected.changed + expected.gone;
  const counts = translate("counts", expected);
  if (failed) {
    return (
      <div>
        <Button variant="primary" disabled={busy} onClick={onAgain}>
          {translate("previewAgain")}
        </Button>
      </div>
    );
  }
  if (count === 0) return <p className="medium">{translate("noChange")}</p>;
  return (
    <div className="roster-foot">
      <span className="muted small grow">
        {counts} {translate("undoable")}
      </span>
      <Button variant={bad === 0 ? "primary" : undefined} disabled={busy} onClick={onApply}>
        {bad === 0 ? translate("apply", { count }) : translate("applyWithout", { bad, count })}
      </Button>
    </div>
  );
}
