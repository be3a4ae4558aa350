/**
 * One cell. Text that a spreadsheet would run as a formula gets an apostrophe in front; quotes and line breaks are quoted. Numbers are
 * written as they are, negative ones too, and also where they come as text (exact amounts do): no formula looks like one.
 * Excel in Chinese takes the full-width signs for formulas too. What begins with apostrophes and then such a sign gets one more, so that taking one off on
 * import always gives back what it was.
 */
export function csvCell(value: string | number | bigint | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^'*[=+\-@＝＋－＠\t\r\n]/.test(value) && !/^-\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end, as RFC 4180 has it. */
export function csvLine(cells: readonly (string | number | bigint | boolean | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** Without it Excel reads UTF-8 as the local code page. */
export const byteOrderMark = "\uFEFF";
