/** Bytes `start` to `end` of the original give way to `text`. An empty stretch inserts. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** The original with the splices done, which must not overlap. Every byte outside them stays as it is. */
export function applySplices(original: Buffer, splices: readonly Splice[]): Buffer {
  if (splices.length === 0) return original;
  const ordered =
    splices.length === 1 ? splices : splices.toSorted((one, other) => one.start - other.start || one.end - other.end);
  let length = original.length;
  for (const { start, end, text } of ordered) length += Buffer.byteLength(text) - (end - start);
  const result = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  for (const { start, end, text } of ordered) {
    to += original.copy(result, to, from, start);
    to += result.write(text, to);
    from = end;
  }
  original.copy(result, to, from);
  return result;
}
