import { setImmediate } from "node:timers/promises";
import PDFDocument from "pdfkit";
import { readFaces } from "./fonts.ts";

export type Column = {
  readonly title: string;
  /** Part of the page's width, relative to the other columns'. */
  readonly width: number;
  readonly isNumber?: boolean;
};

export type DocumentTable = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly sum?: readonly string[];
  /** Stands in place of rows where there are none. */
  readonly empty: string;
  readonly note?: string;
};

export type TextDocument = {
  readonly title: string;
  readonly subtitle: string;
  readonly facts: readonly string[];
  readonly tables: readonly DocumentTable[];
  readonly madeAt: Date;
  readonly language: "zh-CN" | "en";
  /** At the foot of each page. */
  readonly pageWord: (page: number, pages: number) => string;
};

const MARGIN = 48;
const ROW = 15;
const SIZE = 8.5;
const GREY = "#555555";
/** Cells are set as they are: kerning in a face of 30,000 glyphs takes most of the time of a class of 5,000. */
const CELL = { lineBreak: false, features: [] };

/** A document of headed tables on A4, as PDF: heads come again on each page, and each page says which it is of how many. */
export async function renderDocument(source: TextDocument): Promise<Buffer> {
  const faces = await readFaces();
  const document = new PDFDocument({
    // No face to begin with: one that came in here and again by its name would be read anew each time it is named.
    ...{ size: "A4", margin: MARGIN, bufferPages: true, font: "", lang: source.language },
    info: { Title: source.title, Subject: source.subtitle, CreationDate: source.madeAt },
  });
  const pieces: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on("data", (piece: Buffer) => pieces.push(piece));
    document.on("end", () => resolve(Buffer.concat(pieces)));
    document.on("error", reject);
  });
  document.registerFont("text", faces.text).registerFont("strong", faces.strong);
  document.font("strong").fontSize(18).text(source.title);
  document.font("text").fontSize(11).text(source.subtitle).moveDown(0.4);
  document.fontSize(SIZE).fillColor(GREY);
  for (const fact of source.facts) document.text(fact);
  document.fillColor("black");
  for (const table of source.tables) await drawTable(document, table);
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page);
    // Below the margin, where text would begin a new page.
    document.page.margins.bottom = 0;
    const y = document.page.height - MARGIN + 12;
    document.font("text").fontSize(7.5).fillColor(GREY);
    document.text(`${source.title} · ${source.subtitle}`, MARGIN, y, { lineBreak: false });
    const foot = source.pageWord(page + 1, count);
    document.text(foot, right(document) - document.widthOfString(foot), y, { lineBreak: false });
  }
  document.end();
  return done;
}

type Pdf = InstanceType<typeof PDFDocument>;

const right = (document: Pdf) => document.page.width - MARGIN;
const bottom = (document: Pdf) => document.page.height - MARGIN;

async function drawTable(document: Pdf, table: DocumentTable): Promise<void> {
  // A title never stands alone at the foot of a page.
  if (document.y + 5 * ROW > bottom(document)) document.addPage();
  else document.y += 14;
  document.font("strong").fontSize(11).text(table.title, MARGIN, document.y, { lineBreak: false });
  document.y += 18;
  if (table.rows.length === 0) {
    document.font("text").fontSize(SIZE).fillColor(GREY).text(table.empty, MARGIN, document.y);
    document.fillColor("black");
    return;
  }
  const head = table.columns.map((column) => column.title);
  const places = placesOf(document, table.columns);
  const rule = (weight: number) =>
    document.moveTo(MARGIN, document.y).lineTo(right(document), document.y).lineWidth(weight).stroke();
  const drawHead = () => {
    rule(1);
    drawRow(document, places, head, "strong");
    rule(0.5);
  };
  drawHead();
  for (const row of table.rows) {
    if (document.y + ROW > bottom(document)) {
      rule(0.5);
      document.addPage();
      drawHead();
      // Others have their turn between two pages of a long class.
      await setImmediate();
    }
    drawRow(document, places, row, "text");
  }
  rule(table.sum === undefined ? 1 : 0.5);
  if (table.sum !== undefined) {
    if (document.y + ROW > bottom(document)) document.addPage();
    drawRow(document, places, table.sum, "strong");
    rule(1);
  }
  if (table.note === undefined) return;
  document
    .font("text")
    .fontSize(7.5)
    .fillColor(GREY)
    .text(table.note, MARGIN, document.y + 4, { width: right(document) - MARGIN });
  document.fillColor("black");
}

type Place = { readonly x: number; readonly width: number; readonly isNumber: boolean };

function placesOf(document: Pdf, columns: readonly Column[]): Place[] {
  const whole = columns.reduce((sum, column) => sum + column.width, 0);
  let x = MARGIN;
  return columns.map(({ width: part, isNumber = false }) => {
    const width = ((right(document) - MARGIN) * part) / whole;
    const place = { x, width, isNumber };
    x += width;
    return place;
  });
}

function drawRow(document: Pdf, places: readonly Place[], cells: readonly string[], face: "text" | "strong"): void {
  document.font(face).fontSize(SIZE);
  const y = document.y;
  for (const [index, place] of places.entries()) {
    const text = fitted(document, cells[index] ?? "", place.width - 6);
    const x = place.isNumber ? place.x + place.width - document.widthOfString(text, CELL) : place.x;
    if (text !== "") document.text(text, x, y + 2, CELL);
  }
  document.y = y + ROW;
}

/** As much of a text as a cell has room for. */
function fitted(document: Pdf, text: string, width: number): string {
  if (document.widthOfString(text, CELL) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && document.widthOfString(`${characters.join("")}…`, CELL) > width) characters.pop();
  return `${characters.join("")}…`;
}
