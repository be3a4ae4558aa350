import { type JsonObject, type Member, scanObject } from "./json-scanner.ts";
import { applySplices, type Splice } from "./splice.ts";

/** Sets the value at a path (`json`: JSON text; missing objects on the way are made), or takes the member away (`json` null). */
export type JsonEdit = { readonly path: readonly string[]; readonly json: string | null };

type Branch = { json: string | null | undefined; readonly children: Map<string, Branch> };

/**
 * Changes single members of a JSON object; every byte outside them stays as it was written: numbers, escapes, order of keys, blanks. The text must
 * be one JSON object. Where a name stands twice the last one is meant, as parsers do.
 */
export function editJson(bytes: Buffer, edits: readonly JsonEdit[]): Buffer {
  if (edits.length === 0) return bytes;
  const root: Branch = { json: undefined, children: new Map() };
  for (const { path, json } of edits) {
    let branch = root;
    for (const name of path) {
      let child = branch.children.get(name);
      if (child === undefined) {
        child = { json: undefined, children: new Map() };
        branch.children.set(name, child);
      }
      branch = child;
    }
    branch.json = json;
  }
  const splices: Splice[] = [];
  editObject(bytes, 0, bytes.length, root, splices);
  return applySplices(bytes, splices);
}

function editObject(bytes: Buffer, start: number, end: number, branch: Branch, splices: Splice[]): void {
  const object = scanObject(bytes.subarray(start, end));
  const removed = new Set<Member>();
  const additions: string[] = [];
  for (const [name, child] of branch.children) {
    const member = object.members.findLast((each) => nameOf(bytes, start, each) === name);
    if (child.json === null) {
      for (const each of object.members) if (nameOf(bytes, start, each) === name) removed.add(each);
    } else if (member === undefined) {
      const json = jsonOf(child);
      if (json !== null) additions.push(`${JSON.stringify(name)}:${json}`);
    } else if (child.json === undefined && bytes[start + member.valueStart] === 0x7b) {
      editObject(bytes, start + member.valueStart, start + member.valueEnd, child, splices);
    } else {
      const json = jsonOf(child);
      if (json !== null) splices.push({ start: start + member.valueStart, end: start + member.valueEnd, text: json });
    }
  }
  removeMembers(start, object, removed, splices);
  if (additions.length === 0) return;
  const comma = object.members.length > removed.size ? "," : "";
  const at = start + object.end - 1;
  splices.push({ start: at, end: at, text: comma + additions.join(",") });
}

/** The value that a branch without a place in the text comes to; null: it would only take away. */
function jsonOf({ json, children }: Branch): string | null {
  if (json !== undefined) return json;
  const members = [...children].flatMap(([name, child]) => {
    const value = jsonOf(child);
    return value === null ? [] : [`${JSON.stringify(name)}:${value}`];
  });
  return members.length === 0 ? null : `{${members.join(",")}}`;
}

/** A member goes with the comma behind it; the last ones with the comma before them. */
function removeMembers(start: number, { members }: JsonObject, removed: ReadonlySet<Member>, splices: Splice[]): void {
  if (removed.size === 0) return;
  const lastKept = members.findLastIndex((each) => !removed.has(each));
  const previousEnd = lastKept < 0 ? -1 : start + (members[lastKept]?.valueEnd ?? 0);
  for (const [index, member] of members.entries()) {
    if (!removed.has(member) || index > lastKept) continue;
    const next = members[index + 1];
    if (next !== undefined)
      splices.push({ start: start + member.keyStart - 1, end: start + next.keyStart - 1, text: "" });
  }
  const last = members.at(-1);
  if (last === undefined || lastKept === members.length - 1) return;
  const from = previousEnd >= 0 ? previousEnd : start + (members[0]?.keyStart ?? 1) - 1;
  splices.push({ start: from, end: start + last.valueEnd, text: "" });
}

function nameOf(bytes: Buffer, start: number, { keyStart, keyEnd, keyHasEscape }: Member): string {
  const raw = bytes.toString("utf8", start + keyStart, start + keyEnd);
  return keyHasEscape ? String(JSON.parse(`"${raw}"`)) : raw;
}
