import { JsonBreak, type Member, scanObject } from "./json-scanner.ts";

/** Where the value at a path of names lies in a JSON object; null: it isn't there, or the text is no JSON object. Offsets in `bytes`. */
export function findPath(bytes: Buffer, path: readonly string[]): { valueStart: number; valueEnd: number } | null {
  let start = 0;
  let end = bytes.length;
  for (const name of path) {
    const members = membersOf(bytes.subarray(start, end));
    const found = members?.findLast(
      ({ keyStart, keyEnd }) => bytes.toString("utf8", start + keyStart, start + keyEnd) === name,
    );
    if (found === undefined) return null;
    end = start + found.valueEnd;
    start += found.valueStart;
  }
  return { valueStart: start, valueEnd: end };
}

function membersOf(bytes: Buffer): readonly Member[] | undefined {
  try {
    return scanObject(bytes).members;
  } catch (error) {
    if (error instanceof JsonBreak) return undefined;
    throw error;
  }
}
