import { type Zippable, zipSync } from "fflate";
import { columnLetters } from "../column-letters.ts";
import { utf8 } from "./encode-gb18030.ts";

/** A string is an inline text, a number a number; `xml` is the whole <c> element but its `r`. */
export type MadeCell = string | number | null | { readonly attributes: string; readonly inside: string };
export type MadeSheet = {
  readonly name: string;
  readonly rows: readonly (readonly MadeCell[])[];
  readonly hidden?: boolean;
  readonly after?: string;
};
export type MadeWorkbook = {
  readonly sheets: readonly MadeSheet[];
  readonly strings?: readonly string[];
  /** Format codes of styles 0, 1, … */
  readonly formats?: readonly string[];
  readonly more?: Readonly<Record<string, Uint8Array>>;
  /** In place of a part as it would be. */
  readonly parts?: Readonly<Record<string, string>>;
};

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packageTypes = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

export function makeXlsx(book: MadeWorkbook): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  for (const [name, text] of Object.entries({ ...xlsxParts(book), ...book.parts })) files[name] = utf8(text);
  return Uint8Array.from(zipSync({ ...files, ...book.more }));
}

export function xlsxParts({ sheets, strings = [], formats = [] }: MadeWorkbook): Record<string, string> {
  const sheetList = sheets
    .map(({ name, hidden }, index) => {
      const state = hidden ? ' state="hidden"' : "";
      return `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${state} r:id="rId${index + 1}"/>`;
    })
    .join("");
  const relations = sheets
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="${types}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join("");
  const parts: Record<string, string> = {
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "_rels/.rels": `${head}<Relationships ${packageTypes}><Relationship Id="r1" Type="${types}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${head}<workbook ${main} xmlns:r="${types}"><sheets>${sheetList}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships ${packageTypes}>${relations}<Relationship Id="s1" Type="${types}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="s2" Type="${types}/styles" Target="styles.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `${head}<sst ${main}>${strings.map((text) => `<si><t>${escapeXml(text)}</t></si>`).join("")}</sst>`,
    "xl/styles.xml": `${head}<styleSheet ${main}><numFmts>${formats.map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${escapeXml(code)}"/>`).join("")}</numFmts><cellXfs>${formats.map((_, index) => `<xf numFmtId="${200 + index}"/>`).join("")}</cellXfs></styleSheet>`,
  };
  for (const [index, sheet] of sheets.entries()) parts[`xl/worksheets/sheet${index + 1}.xml`] = sheetXml(sheet);
  return parts;
}

function sheetXml({ rows, after = "" }: MadeSheet): string {
  const body = rows.map((row, index) => {
    const cells = row.map((cell, column) => cellXml(`${columnLetters(column)}${index + 1}`, cell));
    return `<row r="${index + 1}">${cells.join("")}</row>`;
  });
  return `${head}<worksheet ${main}><sheetData>${body.join("")}</sheetData>${after}</worksheet>`;
}

function cellXml(reference: string, cell: MadeCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return `<c r="${reference}"><v>${cell}</v></c>`;
  if (typeof cell === "string") {
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
  }
  return `<c r="${reference}" ${cell.attributes}>${cell.inside}</c>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
