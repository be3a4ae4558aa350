/** Where the schemas of a schema stand: one, a list of them, or one for each name. */
const single = new Set(["items", "additionalProperties"]);
const listed = new Set(["anyOf", "allOf", "oneOf", "prefixItems"]);
const named = new Set(["properties", "$defs", "definitions"]);

/**
 * A schema for answers, every object that names its properties closed: Anthropic insists on that, and its own libraries add it, too
 * (platform.claude.com, Structured outputs). What a client says itself stays, and so does an object of any properties, which would mean
 * another thing if it were closed: these Anthropic refuses.
 */
export function closed(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (single.has(key)) return [key, closed(value)];
      if (listed.has(key) && Array.isArray(value)) return [key, value.map(closed)];
      if (named.has(key) && isObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each)]))];
      return [key, value];
    }),
  );
  const isNamed = isObject(schema.properties) && Object.keys(schema.properties).length > 0;
  return isNamed && schema.additionalProperties === undefined ? { ...copy, additionalProperties: false } : copy;
}

/** Numbers as they were written (`parseJson`) are objects, too, but frozen ones. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Object.isFrozen(value);
}
