import { type Problem, problem, RosterFault } from "../problems.ts";
import type { RosterTable } from "../table.ts";
import { readNumberFormats } from "./number-format.ts";
import { readSheet, type SheetRow } from "./read-sheet.ts";
import { readSharedStrings } from "./read-strings.ts";
import { readWorkbook, type Sheet } from "./read-workbook.ts";
import { openZip, type Zip } from "./zip.ts";

/** The asked sheet of a workbook, or the first visible one that has data. Macros and references out of the file are never followed. */
export function readXlsx(bytes: Uint8Array, asked: string | undefined): RosterTable {
  const zip = openZip(bytes);
  refuseOtherKinds(zip);
  const workbook = readWorkbook(zip);
  const candidates = chooseSheets(workbook.sheets, asked);
  const texts = {
    strings: readSharedStrings(zip, workbook.sharedStringsPart),
    formats: readNumberFormats(zip, workbook.stylesPart),
    startsIn1904: workbook.startsIn1904,
  };
  for (const sheet of candidates) {
    const rows = readSheet(zip, sheet.part, texts);
    if (rows.length === 0) continue;
    const notes: Problem[] = zip.entries.has("xl/vbaProject.bin") ? [problem("macros_ignored")] : [];
    const sheets = workbook.sheets.map(({ name }) => name);
    return {
      source: { kind: "xlsx", sheet: sheet.name, sheets },
      rows: rows.map(toTableRow),
      width: rows.reduce((width, row) => Math.max(width, row.cells.length), 0),
      notes,
    };
  }
  throw new RosterFault("file_blank");
}

function toTableRow({ number, cells, marks }: SheetRow) {
  return marks.size === 0 ? { number, cells } : { number, cells, marks };
}

function chooseSheets(sheets: readonly Sheet[], asked: string | undefined): readonly Sheet[] {
  if (sheets.length === 0) throw new RosterFault("xlsx_no_sheet");
  if (asked === undefined) {
    const visible = sheets.filter((sheet) => !sheet.hidden);
    return visible.length > 0 ? visible : sheets;
  }
  const found = sheets.filter((sheet) => sheet.name === asked);
  if (found.length > 0) return found;
  const names = sheets.slice(0, 20).map(({ name }) => name.slice(0, 31));
  throw new RosterFault("xlsx_sheet_missing", { sheet: asked.slice(0, 31), sheets: names.join("、") });
}

/** Other things that are zips inside. */
function refuseOtherKinds(zip: Zip): void {
  const has = (test: RegExp) => [...zip.entries.keys()].some((name) => test.test(name));
  if (has(/^xl\/workbook\.bin$/)) throw new RosterFault("kind_xlsb");
  if (has(/^Index(?:\.zip$|\/.*\.iwa$)/)) throw new RosterFault("kind_numbers");
  if (has(/^(?:word|ppt)\//)) throw new RosterFault("kind_document");
  if (has(/^content\.xml$/) && zip.entries.has("mimetype")) throw new RosterFault("kind_ods");
  if (!has(/^\[Content_Types\]\.xml$|^xl\//)) throw new RosterFault("kind_archive");
}
