"use client";
import type { RosterField } from "@lyceum/roster";
import { useTranslations } from "next-intl";
import { useFormat } from "#i18n/format-context.tsx";
import type { PreviewFile } from "../preview.ts";

const offered = ["studentId", "name", "familyName", "givenName", "email", "section"] as const satisfies RosterField[];

/** Which column is what, with how sure that is; each can be corrected. */
export function ColumnMap({
  file,
  onField,
  onSheet,
  onHeader,
}: {
  file: PreviewFile;
  onField: (column: number, field: RosterField | null) => void;
  onSheet: (sheet: string) => void;
  onHeader: (row: number | null) => void;
}) {
  const translate = useTranslations("roster");
  const format = useFormat();
  // Headings further down were found by what they say.
  const isBelow = file.headerRow !== null && !file.firstRows.some(({ row }) => row === file.headerRow);
  const headings = isBelow ? [...file.firstRows, { row: file.headerRow ?? 0, text: "…" }] : file.firstRows;
  return (
    <div className="grid gap-3">
      {file.sheets.length > 1 && (
        <label className="row wrap small">
          {translate("sheet")}
          <select className="select" value={file.sheet ?? ""} onChange={(event) => onSheet(event.target.value)}>
            {file.sheets.map((sheet) => (
              <option key={sheet}>{sheet}</option>
            ))}
          </select>
        </label>
      )}
      <label className="row wrap small">
        {translate("headings")}
        <select
          className="select max-w-full"
          value={file.headerRow ?? ""}
          onChange={({ target: { value } }) => onHeader(value === "" ? null : Number(value))}
        >
          <option value="">{translate("noHeadings")}</option>
          {headings.map(({ row, text }) => (
            <option key={row} value={row}>
              {translate("headingsRow", { row, text })}
            </option>
          ))}
        </select>
      </label>
      <ul className="column-map">
        {file.columns.map(({ index, title, field, fit, sample }) => (
          <li key={index}>
            <select
              className="select"
              aria-label={translate("fieldOf", { title })}
              value={field ?? ""}
              onChange={(event) => onField(index, offered.find((each) => each === event.target.value) ?? null)}
            >
              <option value="">{translate("field_none")}</option>
              {offered.map((each) => (
                <option key={each} value={each}>
                  {translate(`field_${each}`)}
                </option>
              ))}
            </select>
            <span className="muted" aria-hidden="true">
              ←
            </span>
            <span className="min-w-0 wrap-anywhere">
              {translate("quoted", { title })}{" "}
              <span className="muted">
                {field === null
                  ? sample
                  : translate(field === "studentId" ? "fitAsText" : "fit", { share: format.percent(fit) })}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {file.notes.map((note) => (
        <p key={note} className="small muted">
          {note}
        </p>
      ))}
    </div>
  );
}
