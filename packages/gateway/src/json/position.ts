/** Line and column, both from 1, of a byte in a UTF-8 text; columns count characters. */
export function positionOf(bytes: Buffer, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: [...bytes.toString("utf8", lineStart, offset)].length + 1 };
}
