/** The rows of a CSV text with a head, by column name. */
export async function csvRows(pieces: AsyncIterable<string>): Promise<Record<string, string>[]> {
  let text = "";
  for await (const piece of pieces) text += piece;
  const lines = text
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? ""),
    );
  const [head = [], ...rows] = lines;
  return rows.map((row) => Object.fromEntries(head.map((name, place) => [name, row[place] ?? ""])));
}
