import type { Framing } from "../canonical/call.ts";

const MARK = Buffer.from("\ufeff");

/**
 * What the first bytes of a body tell: whether it is a stream in that framing, or a document (JSON, a page of some proxy) in one piece.
 * `unknown`: there are too few of them.
 */
export function kindOfBody(begun: Buffer, framing: Framing): "stream" | "whole" | "unknown" {
  if (begun.length < MARK.length && MARK.subarray(0, begun.length).equals(begun)) return "unknown";
  let at = withoutMark(begun) === begun ? 0 : MARK.length;
  while (at < begun.length && isBlank(begun[at])) at++;
  switch (begun[at]) {
    case undefined:
      return "unknown";
    case 0x7b: // {
      if (framing === "sse") return "whole";
      // A line of JSON, unless it is one that is written in several.
      if (at + 1 === begun.length) return "unknown";
      return begun[at + 1] === 0x0a || begun[at + 1] === 0x0d ? "whole" : "stream";
    case 0x5b: // [
    case 0x3c: // <
      return "whole";
    default:
      return "stream";
  }
}

/** Without the byte order mark, which some servers put first (WHATWG HTML, section 9.2.5; RFC 8259, section 8.1). */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === MARK[0] && bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
