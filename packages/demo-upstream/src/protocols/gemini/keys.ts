/** Fields whose content is the user's own: names in it are left as they are. */
const opaque = new Set([
  "args",
  "response",
  "parametersJsonSchema",
  "responseJsonSchema",
  "default",
  "example",
  "labels",
  "partMetadata",
]);

/** Enumerations by their numbers, which google.generativeai sends in place of names (google.ai.generativelanguage, Type and Mode). */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  type: ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"],
  mode: ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"],
};

/**
 * Google reads the names of protocol buffers in both spellings, `system_instruction` and `systemInstruction`: here all become the second,
 * and numbers of enumerations their names.
 */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      if (opaque.has(name)) return [name, inner];
      if (typeof inner === "number") return [name, enumerations[name]?.[inner] ?? inner];
      return [name, name === "properties" ? valuesOnly(inner) : camelKeys(inner)];
    }),
  );
}

/** Names of properties are the user's too. */
function valuesOnly(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, camelKeys(inner)]));
}
