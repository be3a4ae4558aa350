/**
 * A request's body as JSON. Null where it is longer than so many bytes, or no JSON: it is never read further than that, whatever it claims to be.
 */
export async function readJsonBody(request: Request, mostBytes: number): Promise<unknown> {
  const bytes = await readBody(request, mostBytes);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null; // no JSON: refused like any other input that makes no sense
  }
}

/**
 * A request's body. Null where it is longer than so many bytes: it is never read further than that. The limit may depend on how it begins.
 */
export async function readBody(
  request: Request,
  mostBytes: number | ((beginning: Buffer) => number),
): Promise<Buffer | null> {
  if (request.body === null) return Buffer.alloc(0);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    pieces.push(piece);
    const most = typeof mostBytes === "number" ? mostBytes : mostBytes(Buffer.from(pieces[0] ?? []));
    if (length > most) return null; // leaving the loop cancels the rest
  }
  return Buffer.concat(pieces);
}
