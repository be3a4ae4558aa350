import { fileKind } from "./file-kind.ts";
import { rosterLimits } from "./limits.ts";
import { type Problem, RosterFault } from "./problems.ts";
import type { RosterTable } from "./table.ts";
import { readText } from "./text/read-text.ts";
import { readXlsx } from "./xlsx/read-xlsx.ts";

export type ReadOptions = {
  /** The sheet of a workbook; without it the first visible one that has data. */
  readonly sheet?: string;
};

export type ReadResult =
  | { readonly ok: true; readonly table: RosterTable }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads a roster from the bytes of a file or of pasted text: whole, or not at all with one sentence that says why and where. What it is shows in
 * the bytes; the file's name isn't looked at. Memory and time are bounded by `rosterLimits`, whatever the bytes are; it doesn't throw.
 */
export function readRoster(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  try {
    return { ok: true, table: readTable(bytes, options) };
  } catch (error) {
    if (error instanceof RosterFault) return { ok: false, problem: error.problem };
    throw error;
  }
}

function readTable(bytes: Uint8Array, options: ReadOptions): RosterTable {
  if (bytes.length === 0) throw new RosterFault("file_empty");
  if (bytes.length > rosterLimits.fileBytes) {
    throw new RosterFault("file_too_large", { limit: rosterLimits.fileBytes / 1_000_000 });
  }
  const kind = fileKind(bytes);
  if (kind === "zip") return readXlsx(bytes, options.sheet);
  if (kind === "text") return readText(bytes);
  throw new RosterFault(kind.refused);
}
