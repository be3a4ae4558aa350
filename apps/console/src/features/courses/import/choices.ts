import type { EditableField, RosterField } from "@lyceum/roster";
import type { RosterChoices } from "./schema.ts";

/** What a person has chosen for one file, as the page keeps it. */
export type Choices = {
  readonly sheet: string | undefined;
  /** The row of headings by its number; null: there is none; undefined: guessed. */
  readonly headerRow: number | null | undefined;
  readonly fields: ReadonlyMap<number, RosterField | null>;
  readonly edits: ReadonlyMap<number, Partial<Record<EditableField, string>> | "drop">;
  readonly same: ReadonlyMap<number, "same" | "other">;
  readonly keepMissing: boolean | null;
};

export const noChoices: Choices = {
  sheet: undefined,
  headerRow: undefined,
  fields: new Map(),
  edits: new Map(),
  same: new Map(),
  keepMissing: null,
};

/** As they are sent. */
export function sentChoices({ sheet, headerRow, fields, edits, same, keepMissing }: Choices): RosterChoices {
  const rows = (wanted: "same" | "other") => [...same].filter(([, said]) => said === wanted).map(([row]) => row);
  return {
    ...(sheet === undefined ? {} : { sheet }),
    ...(headerRow === undefined ? {} : { headerRow }),
    fields: [...fields],
    edits: [...edits],
    confirmed: rows("same"),
    notSame: rows("other"),
    keepMissing,
  };
}

/** A column gets a field, which another column had to give up if it was chosen for that one too. */
export function withField(choices: Choices, column: number, field: RosterField | null): Choices {
  const fields = new Map([...choices.fields].filter(([, chosen]) => field === null || chosen !== field));
  return { ...choices, fields: fields.set(column, field) };
}

/** A row gets other text in one field, or is taken out; null: as in the file. */
export function withEdit(
  choices: Choices,
  row: number,
  edit: { readonly field: EditableField; readonly text: string } | "drop" | null,
): Choices {
  const edits = new Map(choices.edits);
  const before = edits.get(row);
  if (edit === null) edits.delete(row);
  else if (edit === "drop") edits.set(row, "drop");
  else edits.set(row, { ...(before === "drop" ? {} : before), [edit.field]: edit.text });
  return { ...choices, edits };
}

/** Whether a row that matches only by e-mail address is the same student; null: not decided. */
export function withSame(choices: Choices, row: number, said: "same" | "other" | null): Choices {
  const same = new Map(choices.same);
  if (said === null) same.delete(row);
  else same.set(row, said);
  return { ...choices, same };
}
