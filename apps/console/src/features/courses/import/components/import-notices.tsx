"use client";
import { useTranslations } from "next-intl";
import { Notice } from "#components/ui/notice.tsx";
import type { RosterPreview } from "../preview.ts";

/** What a person should know before writing: who leaves, whether that is sure, who stays because of a bad row. */
export function ImportNotices({
  preview,
  onKeepMissing,
}: {
  preview: RosterPreview;
  onKeepMissing: (keep: boolean) => void;
}) {
  const translate = useTranslations("roster");
  const { gone, held, goneIsSure, keepMissing, staffRows, known, changed } = preview;
  const isMany = gone.length > 3 && gone.length > known.length + changed.length;
  return (
    <div className="grid gap-3 empty:hidden">
      {gone.length > 0 && (
        <div className="grid gap-2">
          {!goneIsSure && <Notice tone="warning">{translate("goneNotSure", { count: gone.length })}</Notice>}
          {isMany && !keepMissing && <Notice tone="warning">{translate("goneMany", { count: gone.length })}</Notice>}
          <label className="row">
            <input
              type="checkbox"
              className="check"
              checked={keepMissing}
              onChange={(event) => onKeepMissing(event.target.checked)}
            />
            <span>{translate("keepMissing", { count: gone.length })}</span>
          </label>
          {!keepMissing && <p className="small muted">{translate("goneMeans")}</p>}
        </div>
      )}
      {held.length > 0 && (
        <p className="small muted">
          {translate("held", {
            count: held.length,
            names: held
              .map(({ name, studentId }) => name || studentId)
              .slice(0, 5)
              .join(translate("comma")),
          })}
        </p>
      )}
      {staffRows > 0 && <p className="small muted">{translate("staffRows", { count: staffRows })}</p>}
    </div>
  );
}
