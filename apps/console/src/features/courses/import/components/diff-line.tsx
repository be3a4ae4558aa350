"use client";
import type { FieldChange } from "@lyceum/roster";
import { useTranslations } from "next-intl";
import type { PreviewChange, PreviewPerson } from "../preview.ts";

/** One student of a difference; old values are struck through. */
export function DiffLine({
  mark,
  kind,
  person,
  said,
  onSame,
}: {
  mark: string;
  kind: "new" | "changed" | "gone" | "known";
  person: PreviewPerson | PreviewChange;
  said: "same" | "other" | undefined;
  onSame: (row: number, said: "same" | "other" | null) => void;
}) {
  const translate = useTranslations("roster");
  const { row, studentId, name, section, notes } = person;
  const changes = "changes" in person ? person.changes : [];
  const confirm = "confirm" in person ? person.confirm : null;
  return (
    <li>
      <span className={`mark mark-${kind}`} aria-hidden="true">
        {mark}
      </span>
      <span className="wrap-anywhere">{studentId}</span>
      <span className="wrap-anywhere">{name}</span>
      <span className="rest">
        {changes.length === 0 && <span className="muted">{section}</span>}
        {changes.map((change) => (
          <Change key={change.field} change={change} />
        ))}
        {notes.map((note) => (
          <span key={note} className="muted block">
            {note}
          </span>
        ))}
        {confirm !== null && row !== null && (
          <label className="row wrap mt-1">
            {translate(confirm === "corrected" ? "sameByName" : "sameByEmail")}
            <select
              className="select"
              value={said ?? ""}
              aria-label={translate("sameOf", { row, name })}
              onChange={({ target: { value } }) => onSame(row, value === "same" || value === "other" ? value : null)}
            >
              <option value="">{translate("sameUnknown")}</option>
              {confirm === "ask" && <option value="same">{translate("sameYes")}</option>}
              {confirm === "corrected" && <option value="same">{translate("sameCorrected")}</option>}
              <option value="other">{translate("sameNo")}</option>
            </select>
          </label>
        )}
      </span>
    </li>
  );
}

function Change({ change: { field, from, to } }: { change: FieldChange }) {
  const translate = useTranslations("roster");
  if (field === "state") return <span className="block">{translate("back")}</span>;
  return (
    <span className="block">
      {from !== null && (
        <>
          <del>{from}</del> →{" "}
        </>
      )}
      <ins>{to}</ins>
    </span>
  );
}
