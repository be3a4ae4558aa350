/**
 * A request's body as JSON. Null where it is longer than so many bytes, or no JSON: it is never read further than that, whatever it claims to be.
 */
export async function readJsonBody(request: Request, mostBytes: number): Promise<unknown> {
  if (request.body === null) return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > mostBytes) return null; // leaving the loop cancels the rest
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return null; // no JSON: refused like any other input that makes no sense
  }
}
