import type { RosterTable } from "../table.ts";
import { matchTitle } from "./fields.ts";

/** Titles of a list stand in the first rows or nowhere. */
const searched = 30;

/** The row of headings, by its index in the table: the one with most known headings. Null if there is none; titles above it don't matter. */
export function findHeader(table: RosterTable): number | null {
  let best: { index: number; count: number } | null = null;
  for (const [index, row] of table.rows.slice(0, searched).entries()) {
    const fields = new Set(row.cells.map((cell) => matchTitle(cell)?.field).filter((field) => field !== undefined));
    const speaks = fields.size >= 2 || fields.has("studentId") || fields.has("email");
    if (speaks && fields.size > (best?.count ?? 0)) best = { index, count: fields.size };
  }
  return best?.index ?? null;
}
