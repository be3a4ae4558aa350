import type { AuditRow } from "@lyceum/db";

type Json = AuditRow["detail"][string];

/** One fact of an entry: `path` names it (group, before.name → name), `before` only where something changed. */
export interface Fact {
  path: string;
  before?: string;
  after: string;
}

/**
 * The detail of an entry as facts in a row. `before` and `after` are laid side by side, field by field, and only what
 * differs is named.
 */
export function factsOf(detail: AuditRow["detail"]): Fact[] {
  const { before, after, ...rest } = detail;
  const changed = before === undefined && after === undefined ? [] : compare(before, after);
  return [...changed, ...flatten(rest).map(([path, value]) => ({ path, after: value }))];
}

function compare(before: Json, after: Json): Fact[] {
  // A null beside an object says that there was nothing: every field of the other side is new, or gone.
  const old = new Map(before === null && isObject(after) ? [] : flatten(before));
  const next = new Map(after === null && isObject(before) ? [] : flatten(after));
  const facts: Fact[] = [];
  for (const path of new Set([...old.keys(), ...next.keys()])) {
    const [from, to] = [old.get(path), next.get(path) ?? "–"];
    if (from !== to) facts.push({ path, before: from ?? "–", after: to });
  }
  return facts;
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Path and text of every leaf; the path of a bare value is "". Lists of plain values are one leaf. */
function flatten(value: Json, path = ""): [string, string][] {
  if (value === undefined) return [];
  if (value === null) return [[path, "–"]];
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== "object" || item === null);
    return [[path, plain ? value.map((item) => String(item)).join(", ") || "–" : JSON.stringify(value)]];
  }
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path ? `${path}.${key}` : key));
}
