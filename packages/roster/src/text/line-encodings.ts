import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { tryDecode } from "./try-decode.ts";

/** `utf8`: valid, with at least one character of three bytes, which GB18030 gives by accident hardly ever. `gb`: only valid as GB18030. */
export type LineEncoding = { readonly number: number; readonly kind: "utf8" | "gb" | "broken" };

/** Lines beyond ASCII, each for itself. Valid UTF-8 of characters of two bytes tells nothing and is left out. */
export function lineEncodings(bytes: Uint8Array): LineEncoding[] {
  const lines: LineEncoding[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    number += 1;
    let end = start;
    let foreign = false;
    for (; end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13; end += 1) foreign ||= (bytes[end] ?? 0) > 0x7f;
    if (foreign) {
      const kind = kindOf(bytes.subarray(start, end));
      if (kind !== null) lines.push({ number, kind });
      // Bounds the time: each takes two decoders. No roster that may be read has so many.
      if (lines.length > rosterLimits.rows * 5) throw new RosterFault("too_many_rows", { limit: rosterLimits.rows });
    }
    start = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1);
  }
  return lines;
}

function kindOf(line: Uint8Array): LineEncoding["kind"] | null {
  if (tryDecode("utf-8", line) !== null) return line.some((byte) => byte >= 0xe0) ? "utf8" : null;
  return tryDecode("gb18030", line) === null ? "broken" : "gb";
}
