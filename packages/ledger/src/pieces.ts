/** Joins lines to pieces of some 32 kB, so that a long text leaves in few writes and is never whole in memory. */
export async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < 32_768) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
