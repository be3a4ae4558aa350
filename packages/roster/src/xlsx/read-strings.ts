import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { readXml, unescapeCell } from "./read-xml.ts";
import type { Zip } from "./zip.ts";

/** Different texts of all sheets together: 50 for each row that may be. */
const mostStrings = rosterLimits.rows * 50;

/** Text that cells refer to by number. Of rich text the text counts, of phonetic guides nothing. */
export function readSharedStrings(zip: Zip, part: string | null): string[] {
  const strings: string[] = [];
  if (part === null || !zip.entries.has(part)) return strings;
  const text = richText();
  readXml(zip, part, {
    open: (name) => {
      if (name === "si") text.start();
      else text.open(name);
    },
    text: text.add,
    close: (name) => {
      text.close(name);
      if (name !== "si") return;
      strings.push(text.value());
      if (strings.length > mostStrings) throw new RosterFault("too_many_rows", { limit: rosterLimits.rows });
    },
  });
  return strings;
}

/** Gathers the text of an <si> or <is>. Longer than a cell may be it is cut one character beyond, for the reader of cells to refuse. */
export function richText() {
  let gathered = "";
  let inText = false;
  let phonetic = false;
  return {
    start: () => {
      gathered = "";
      inText = false;
      phonetic = false;
    },
    open: (name: string) => {
      if (name === "t") inText = !phonetic;
      else if (name === "rPh") phonetic = true;
    },
    add: (text: string) => {
      if (inText && gathered.length <= rosterLimits.cellLength * 7) gathered += text;
    },
    close: (name: string) => {
      if (name === "t") inText = false;
      else if (name === "rPh") phonetic = false;
    },
    // Seven characters may stand for one.
    value: () => unescapeCell(gathered.slice(0, rosterLimits.cellLength * 7 + 1)).slice(0, rosterLimits.cellLength + 1),
  };
}
