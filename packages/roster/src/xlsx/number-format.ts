import { readXml } from "./read-xml.ts";
import { broken, type Zip } from "./zip.ts";

/** How a cell shows a number, by the index of its style. */
export type NumberFormats = readonly (string | undefined)[];

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
  const custom = new Map<string, string>();
  const formats: (string | undefined)[] = [];
  if (part === null || !zip.entries.has(part)) return formats;
  let inCells = false;
  readXml(zip, part, {
    open: (name, attribute) => {
      if (name === "numFmt") custom.set(attribute("numFmtId") ?? "", (attribute("formatCode") ?? "").slice(0, 255));
      if (name === "cellXfs") inCells = true;
      if (name === "xf" && inCells) {
        const id = attribute("numFmtId") ?? "0";
        formats.push(custom.get(id) ?? (isBuiltInDate(Number(id)) ? "yyyy-mm-dd" : builtIn[Number(id)]));
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
export function showNumber(stored: string, format: string | undefined, startsIn1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === "" || !Number.isFinite(value)) return stored;
  const plain = plainFormat(format ?? "General");
  if (/[ymdhs]/i.test(plain) && !/general/i.test(plain)) return showDate(value, startsIn1904);
  const shape = /^[^0#?]*([#,?0]*0)(?:\.(0+))?(%?)[^0#?]*$/.exec(plain);
  if (shape === null || /e[+-]/i.test(plain)) return String(Number(value.toPrecision(15)));
  const [, whole = "", decimals = "", percent = ""] = shape;
  const text = Math.abs(percent === "" ? value : value * 100).toFixed(decimals.length);
  const zeros = whole.replace(/[^0]/g, "").length;
  const [digits = "", rest] = text.split(".");
  return `${value < 0 ? "-" : ""}${digits.padStart(zeros, "0")}${rest === undefined ? "" : `.${rest}`}${percent}`;
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
