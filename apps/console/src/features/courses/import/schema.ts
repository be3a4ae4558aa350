import { editableFields, rosterFields, rosterLimits } from "@lyceum/roster";
import { z } from "zod";
import { rosterMoney } from "../schema.ts";

const rowNumber = z.number().int().min(1);
const rowText = z.object(
  Object.fromEntries(editableFields.map((field) => [field, z.string().max(rosterLimits.cellLength).optional()])),
);

/** What a person has chosen for a list beside its file. It is sent again with the file each time: nothing is kept between preview and import. */
export const rosterChoices = z.object({
  /** Of a workbook. */
  sheet: z.string().max(200).optional(),
  /** Number of the row of headings; null: there is none; left out: guessed. */
  headerRow: rowNumber.nullable().optional(),
  /** By index of the column; null: not used. Columns that aren't named are guessed. */
  fields: z
    .array(z.tuple([z.number().int().min(0).max(rosterLimits.columns), z.enum(rosterFields).nullable()]))
    .max(rosterLimits.columns),
  /** By number of the row. */
  edits: z.array(z.tuple([rowNumber, z.union([z.literal("drop"), rowText])])).max(rosterLimits.rows),
  /** Rows that match by less than the ID, and are the same student. */
  confirmed: z.array(rowNumber).max(rosterLimits.rows),
  /** Rows that match by less than the ID, and are somebody else. */
  notSame: z.array(rowNumber).max(rosterLimits.rows),
  /** Whoever isn't on the list stays; null: only while it can't be known who is on it. */
  keepMissing: z.boolean().nullable(),
});
export type RosterChoices = z.input<typeof rosterChoices>;

const count = z.number().int().min(0);
export const applyChoices = rosterChoices.extend({
  /** What the preview counted. */
  expected: z.object({ added: count, changed: count, gone: count }),
  /** What everybody on it gets; left out: nothing. */
  money: rosterMoney.nullable().default(null),
  /** Of the page, the same until a reply comes: money that comes with it is given once. */
  actId: z.uuid().optional(),
});

export const codesInput = z.object({ courseId: z.uuid(), onlyMissing: z.boolean() });
export const undoInput = z.object({ courseId: z.uuid(), importId: z.uuid() });
