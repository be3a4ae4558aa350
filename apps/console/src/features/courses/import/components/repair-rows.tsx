"use client";
import type { EditableField } from "@lyceum/roster";
import { CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { isComposing } from "#features/playground/is-composing.ts";
import type { Choices } from "../choices.ts";
import type { PreviewRepair } from "../preview.ts";

const editable = ["studentId", "name", "email", "section"] as const satisfies EditableField[];
type Edit = { field: EditableField; text: string } | "drop" | null;

/** Rows that can't be taken as they are, each to be mended in place or left out; mended ones stay, so that they can be changed again. */
export function RepairRows({
  repairs,
  edits,
  onEdit,
}: {
  repairs: readonly PreviewRepair[];
  edits: Choices["edits"];
  onEdit: (row: number, edit: Edit) => void;
}) {
  const translate = useTranslations("roster");
  const dropped = [...edits].filter(([, edit]) => edit === "drop").map(([row]) => row);
  if (repairs.length + dropped.length === 0) return null;
  return (
    <section aria-label={translate("repairs")}>
      <h3 className="medium mb-1">{translate("repairs")}</h3>
      <ul className="grid gap-2">
        {repairs.map((repair) => (
          <Repair key={repair.row} repair={repair} onEdit={(edit) => onEdit(repair.row, edit)} />
        ))}
        {dropped.map((row) => (
          <li key={row} className="row wrap small muted">
            {translate("droppedRow", { row })}
            <Button size="sm" variant="ghost" onClick={() => onEdit(row, null)}>
              {translate("restoreRow")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Repair({ repair: { row, text, bad }, onEdit }: { repair: PreviewRepair; onEdit: (edit: Edit) => void }) {
  const translate = useTranslations("roster");
  const noteId = `repair-${row}`;
  const isBad = bad.length > 0;
  const commit = (field: EditableField, typed: string) => {
    if (typed !== text[field]) onEdit({ field, text: typed });
  };
  return (
    <li className={`repair ${isBad ? "repair-bad" : ""}`}>
      <p className="small" id={noteId}>
        {translate("rowNumber", { row })}{" "}
        {isBad ? (
          bad.map(({ sentence }) => sentence).join(" ")
        ) : (
          <span className="status status-ok">
            <CircleCheck className="icon" aria-hidden="true" />
            {translate("mended")}
          </span>
        )}
      </p>
      <div className="repair-fields">
        {editable.map((field) => (
          <span key={field} className="input">
            <input
              // What the server read is shown again, unless somebody is typing.
              key={text[field]}
              defaultValue={text[field]}
              placeholder={translate(`field_${field}`)}
              aria-label={translate("cellOf", { row, field: translate(`field_${field}`) })}
              aria-invalid={bad.some((each) => each.field === field) || undefined}
              aria-describedby={noteId}
              spellCheck={false}
              autoComplete="off"
              onBlur={(event) => commit(field, event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !isComposing(event)) commit(field, event.currentTarget.value);
              }}
            />
          </span>
        ))}
        <Button size="sm" variant="ghost" onClick={() => onEdit("drop")}>
          {translate("dropRow")}
        </Button>
      </div>
    </li>
  );
}
