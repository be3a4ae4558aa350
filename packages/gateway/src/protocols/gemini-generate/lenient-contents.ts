/**
 * Contents in the one shape that has a schema: a text, a part, a Content or a list of any of these is taken, as Google's clients take them;
 * parts that are a text or a single one become a list. What is none of it stays, for the schema to complain about.
 */
export function contentsOf(value: unknown): unknown {
  return listOf(value).map(contentOf);
}

/** One content; a part or a text stands for a content of it. */
export function contentOf(value: unknown): unknown {
  if (typeof value === "string") return { parts: [{ text: value }] };
  if (Array.isArray(value)) return { parts: value.map(partOf) };
  if (typeof value !== "object" || value === null) return value;
  if (!("parts" in value)) return "role" in value ? value : { parts: [value] };
  return value.parts === null ? value : { ...value, parts: listOf(value.parts).map(partOf) };
}

/** Lists of messages may be written as a single one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function partOf(value: unknown): unknown {
  return typeof value === "string" ? { text: value } : value;
}
