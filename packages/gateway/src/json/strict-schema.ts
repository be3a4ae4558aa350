import { isSchema } from "./merge-schemas.ts";

/**
 * Whether OpenAI takes a schema with `strict: true` (developers.openai.com/api/docs/guides/structured-outputs): every object is closed and
 * requires all of its properties. Other vendors' strict schemas may have optional ones.
 */
export function isStrictSchema(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isStrictSchema);
  if (!isSchema(value)) return true;
  const { type, properties, required, additionalProperties } = value;
  if (type === "object" || isSchema(properties)) {
    const named = new Set(Array.isArray(required) ? required : []);
    const isWhole = Object.keys(isSchema(properties) ? properties : {}).every((name) => named.has(name));
    if (additionalProperties !== false || !isWhole) return false;
  }
  return Object.entries(value).every(
    ([key, each]) =>
      key === "enum" || key === "const" || key === "default" || key === "examples" || isStrictSchema(each),
  );
}
