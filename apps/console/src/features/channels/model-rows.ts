/** What students ask for, and what the upstream calls it. */
export type ModelRow = { name: string; upstreamModel: string };
/** A row to be saved, with what a trial found its model to be capable of. */
export type TriedRow = ModelRow & { capabilities?: ("vision" | "tools" | "embedding")[] };

/** As the database demands it of a public name: it stands in JSON, addresses and shells. */
export const publicNamePattern = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/;

/**
 * Reads rows from pasted text: one a line, or parted by commas or semicolons; `public = upstream`, or one name for both.
 * What is empty is left out.
 */
export function parseModelRows(text: string): ModelRow[] {
  return text.split(/[\n\r,;，；]+/).flatMap((part) => {
    const [left = "", ...rest] = part.split("=");
    return completeRow({ name: left, upstreamModel: rest.join("=") }) ?? [];
  });
}

/** A row whose one empty side is taken from the other; null if both are empty. */
export function completeRow(row: ModelRow): ModelRow | null {
  const name = row.name.trim();
  const upstreamModel = row.upstreamModel.trim();
  if (name === "" && upstreamModel === "") return null;
  return { name: name || suggestPublicName(upstreamModel), upstreamModel: upstreamModel || name };
}

/** The upstream's name where it may stand as a public one, else its last part with what is forbidden replaced. */
export function suggestPublicName(upstreamModel: string): string {
  if (publicNamePattern.test(upstreamModel)) return upstreamModel;
  const last = upstreamModel.split(/[/\\]/).findLast((part) => part !== "") ?? "";
  return last
    .replace(/\.gguf$/i, "")
    .replace(/[^A-Za-z0-9._:@+-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+|-+$/g, "")
    .slice(0, 128);
}

/** The indices of rows whose public name stood in an earlier row. */
export function duplicateNames(rows: readonly ModelRow[]): number[] {
  const seen = new Set<string>();
  return rows.flatMap(({ name }, index) => {
    if (name === "" || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [index];
  });
}
