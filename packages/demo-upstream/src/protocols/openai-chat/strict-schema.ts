import { demand } from "../read-body.ts";

/**
 * What `strict: true` demands of a schema: every object closes itself with `additionalProperties: false` and requires all its properties.
 * Throws BadCall.
 */
export function checkStrictSchema(schema: unknown, at: string) {
  if (typeof schema !== "object" || schema === null) return;
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) checkStrictSchema(item, `${at}.${index}`);
    return;
  }
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === "object") {
    demand(
      additionalProperties === false,
      `${at}: 'additionalProperties' is required to be supplied and to be false`,
      at,
    );
    const named = Array.isArray(required) ? required : [];
    const missing = Object.keys(properties ?? {}).filter((name) => !named.includes(name));
    demand(missing.length === 0, `${at}: 'required' must include every property: missing ${missing.join(", ")}`, at);
  }
  for (const [key, value] of Object.entries(schema)) {
    if (key !== "enum" && key !== "const" && key !== "default" && key !== "examples") {
      checkStrictSchema(value, `${at}.${key}`);
    }
  }
}
