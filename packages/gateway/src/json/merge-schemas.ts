/** A JSON Schema that is an object; `true` and `false` are none. */
export type Schema = Readonly<Record<string, unknown>>;

const higher = new Set(["minimum", "minLength", "minItems", "minProperties"]);
const lower = new Set(["maximum", "maxLength", "maxItems", "maxProperties"]);

/** One schema that asks what both ask; `clashes` are the keywords of `other` for which there is no one value. */
export function mergeSchemas(
  one: Schema,
  other: Schema,
): { readonly schema: Schema; readonly clashes: readonly string[] } {
  const merged: Record<string, unknown> = { ...one };
  const clashes: string[] = [];
  for (const [key, theirs] of Object.entries(other)) {
    const ours = merged[key];
    if (ours === undefined) merged[key] = theirs;
    else if (key === "properties" && isSchema(ours) && isSchema(theirs)) merged[key] = mergeProperties(ours, theirs);
    else if (key === "required" && Array.isArray(ours) && Array.isArray(theirs))
      merged[key] = [...new Set([...ours, ...theirs])];
    else if (key === "enum" && Array.isArray(ours) && Array.isArray(theirs)) merged[key] = within(ours, theirs);
    else if (key === "type") merged[key] = bothTypes(ours, theirs);
    else if (higher.has(key)) merged[key] = numberOf(theirs) > numberOf(ours) ? theirs : ours;
    else if (lower.has(key)) merged[key] = numberOf(theirs) < numberOf(ours) ? theirs : ours;
    else if (key !== "description" && key !== "title" && JSON.stringify(ours) !== JSON.stringify(theirs))
      clashes.push(key);
  }
  return { schema: merged, clashes };
}

function within(ours: readonly unknown[], theirs: readonly unknown[]): unknown[] {
  const known = new Set(theirs);
  return ours.filter((each) => known.has(each));
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** The number behind a value of a schema, which may be a raw one (`parseJson`). NaN: none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "object" && value !== null && isRawNumber(value) ? Number(value.rawJSON) : Number.NaN;
}

function isRawNumber(value: object): value is { rawJSON: string } {
  return "rawJSON" in value && Object.isFrozen(value);
}

function mergeProperties(ours: Schema, theirs: Schema): Schema {
  const merged = new Map(Object.entries(ours));
  for (const [name, each] of Object.entries(theirs)) {
    merged.set(name, merged.has(name) ? { allOf: [merged.get(name), each] } : each);
  }
  return Object.fromEntries(merged);
}

function bothTypes(ours: unknown, theirs: unknown): unknown {
  const [one, other] = [ours, theirs].map((each) => (Array.isArray(each) ? each : [each]));
  const known = new Set<unknown>(other);
  const both = (one ?? []).filter((each) => known.has(each) || (each === "integer" && known.has("number")));
  return both.length === 1 ? both[0] : both.length === 0 ? ours : both;
}
