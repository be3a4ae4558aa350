import { RosterFault } from "../problems.ts";
import type { Encoding } from "../table.ts";
import { commonShare, looksLikeGb18030 } from "./gb18030.ts";
import { lineEncodings } from "./line-encodings.ts";
import { decodeWith, tryDecode } from "./try-decode.ts";

export type DecodedText = { readonly text: string; readonly encoding: Encoding };

/** The text of a file. Byte order marks decide; without one UTF-8, UTF-16 and GB18030 are told apart by what is valid and likely. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2), "UTF-16LE");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes.subarray(2), "UTF-16BE");
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  if (!marked && body.includes(0)) return unmarkedUtf16(body);
  const utf8 = tryDecode("utf-8", body);
  if (utf8 !== null) {
    if (!marked && looksLikeGb18030(utf8, body)) return { text: decodeWith("gb18030", body), encoding: "GB18030" };
    return { text: withoutNul(utf8), encoding: "UTF-8" };
  }
  refuseMixed(body, marked);
  const text = tryDecode("gb18030", body);
  if (text === null || commonShare(body) < 0.7) throw new RosterFault("encoding_unknown", {}, firstForeignLine(body));
  return { text: withoutNul(text), encoding: "GB18030" };
}

function utf16(bytes: Uint8Array, encoding: "UTF-16LE" | "UTF-16BE"): DecodedText {
  const text = tryDecode(encoding.toLowerCase(), bytes);
  if (text === null) throw new RosterFault("encoding_unknown");
  return { text: withoutNul(text), encoding };
}

/** Zeros in text without a mark: UTF-16 if, read so, it has separators or line ends, no control characters, and hardly anything exotic. */
function unmarkedUtf16(bytes: Uint8Array): DecodedText {
  for (const encoding of ["UTF-16LE", "UTF-16BE"] as const) {
    const text = bytes.length % 2 === 0 ? tryDecode(encoding.toLowerCase(), bytes) : null;
    if (text !== null && isLikelyText(text)) return { text, encoding };
  }
  if (tryDecode("utf-8", bytes) === null) throw new RosterFault("kind_binary");
  const before = bytes.subarray(0, bytes.indexOf(0));
  throw new RosterFault("nul_characters", {}, { row: before.filter((byte) => byte === 10).length + 1 });
}

function isLikelyText(text: string): boolean {
  if (!/[\t\r\n,;]/.test(text) || /[^\P{Cc}\t\r\n]|[\ufffe\uffff]/u.test(text)) return false;
  const usual = text.match(/[\s\x20-\x7e\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e]/g)?.length ?? 0;
  return usual >= text.length * 0.9;
}

function withoutNul(text: string): string {
  const at = text.indexOf("\0");
  if (at < 0) return text;
  throw new RosterFault("nul_characters", {}, { row: text.slice(0, at).split(/\r\n|\r|\n/).length });
}

/** Lines that only UTF-8 explains beside lines that UTF-8 can't be: names the first line of the rarer kind. */
function refuseMixed(bytes: Uint8Array, marked: boolean): void {
  const lines = lineEncodings(bytes);
  const utf8 = lines.filter((line) => line.kind === "utf8");
  const others = lines.filter((line) => line.kind !== "utf8");
  if (utf8.length === 0 && !marked) return;
  const utf8IsMost = marked || utf8.length >= others.length;
  const odd = utf8IsMost ? others[0] : utf8[0];
  if (odd?.kind === "broken") throw new RosterFault("encoding_unknown", {}, { row: odd.number });
  const [one, other] = utf8IsMost ? ["GB18030", "UTF-8"] : ["UTF-8", "GB18030"];
  throw new RosterFault("encoding_mixed", { one, other }, { row: odd?.number });
}

function firstForeignLine(bytes: Uint8Array): { row?: number } {
  const lines = lineEncodings(bytes);
  const row = (lines.find((line) => line.kind === "broken") ?? lines[0])?.number;
  return row === undefined ? {} : { row };
}
