import { readXml } from "./read-xml.ts";
import { broken, type Zip } from "./zip.ts";

/** How a number is shown: as a date, with so many digits, or as it is. */
type Shape = { readonly zeros: number; readonly decimals: number; readonly percent: boolean } | "date" | "general";

/** How a cell shows a number, by the index of its style. */
export type NumberFormats = readonly Shape[];

/** Formats that workbooks have without saying so; the numbers between stand for local dates. */
const builtIn: Readonly<Record<number, string>> = {
  0: "General",
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  49: "@",
};
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

export function readNumberFormats(zip: Zip, part: string | null): NumberFormats {
  const custom = new Map<string, Shape>();
  const formats: Shape[] = [];
  if (part === null || !zip.entries.has(part)) return formats;
  let inCells = false;
  readXml(zip, part, {
    open: (name, attribute) => {
      if (name === "numFmt") custom.set(attribute("numFmtId") ?? "", shapeOf(attribute("formatCode") ?? ""));
      if (name === "cellXfs") inCells = true;
      if (name === "xf" && inCells) {
        const id = attribute("numFmtId") ?? "0";
        formats.push(
          custom.get(id) ?? (isBuiltInDate(Number(id)) ? "date" : shapeOf(builtIn[Number(id)] ?? "General")),
        );
      }
      if (formats.length > 100_000 || custom.size > 100_000) throw broken(part);
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return formats;
}

/**
 * The text a person sees for a number: padded with zeros, rounded to decimals, a percentage or a date where its format says so. Without
 * separators of thousands, and never as 1.2E+11: the file has the digits, whatever the cell shows.
 */
export function showNumber(stored: string, shape: Shape | undefined, startsIn1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === "" || !Number.isFinite(value)) return stored;
  if (shape === "date") return showDate(value, startsIn1904);
  if (shape === undefined || shape === "general") return String(Number(value.toPrecision(15)));
  const text = Math.abs(shape.percent ? value * 100 : value).toFixed(shape.decimals);
  const [digits = "", rest] = text.split(".");
  const fraction = rest === undefined ? "" : `.${rest}`;
  return `${value < 0 ? "-" : ""}${digits.padStart(shape.zeros, "0")}${fraction}${shape.percent ? "%" : ""}`;
}

/** Read once for each format, not for each cell. Longer codes than people write are taken for none: the pattern may take their square. */
function shapeOf(code: string): Shape {
  if (code.length > 100) return "general";
  const plain = plainFormat(code);
  if (/general/i.test(plain) || /e[+-]/i.test(plain)) return "general";
  if (/[ymdhs]/i.test(plain)) return "date";
  const match = /^[^0#?]*([#,?0]*0)(?:\.(0+))?(%?)[^0#?]*$/.exec(plain);
  if (match === null) return "general";
  const [, whole = "", decimals = "", percent = ""] = match;
  return { zeros: whole.replace(/[^0]/g, "").length, decimals: decimals.length, percent: percent === "%" };
}

/** The part for positive numbers, without literal text, colours, conditions and fillers. */
function plainFormat(format: string): string {
  return (format.replace(/"[^"]*"|\\.|_.|\*./g, "").split(";")[0] ?? "").replace(/\[[^\]]*\]/g, "");
}

function showDate(value: number, startsIn1904: boolean): string {
  const epoch = startsIn1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const date = new Date(epoch + Math.round(value * 86_400) * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || value < 0) return String(value);
  const [day = "", time = ""] = date.toISOString().split("T");
  const clock = time.startsWith("00:00:00") ? "" : time.slice(0, time.startsWith(":00", 5) ? 5 : 8);
  if (value < 1 && clock !== "") return clock;
  return clock === "" ? day : `${day} ${clock}`;
}
