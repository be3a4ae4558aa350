import { isSchema, type Schema } from "../../json/merge-schemas.ts";
import { camelCase } from "./camel-keys.ts";

/** By their numbers (google.ai.generativelanguage.Type), which google.generativeai sends. */
const typeNumbers = ["", "string", "number", "integer", "boolean", "array", "object", "null"];
const counts = new Set(["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"]);
const keywords = new Set([
  ...counts,
  ...["type", "format", "title", "description", "nullable", "enum", "properties", "required", "items", "anyOf"],
  ...["pattern", "default", "example", "minimum", "maximum", "propertyOrdering"],
]);

/** Gemini's Schema as JSON Schema. One that is JSON Schema already comes out as it is. */
export function decodeSchema(value: unknown): unknown {
  if (!isSchema(value)) return value;
  const decoded: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const name = keywords.has(camelCase(key)) ? camelCase(key) : key;
    if (name === "type") decoded.type = typeOf(each);
    else if (name === "properties" && isSchema(each))
      decoded.properties = Object.fromEntries(
        inOrder(each, value).map(([property, one]) => [property, decodeSchema(one)]),
      );
    else if (name === "items" || name === "additionalProperties") decoded[name] = decodeSchema(each);
    else if (name === "anyOf" && Array.isArray(each)) decoded.anyOf = each.map(decodeSchema);
    else if (counts.has(name)) decoded[name] = typeof each === "string" ? Number(each) : each;
    else if (name === "example") decoded.examples = [each];
    else if (name === "format" ? each !== "enum" && each !== "" : !isMark(name)) decoded[name] = each;
  }
  if (decoded.type === undefined) delete decoded.type;
  return value.nullable === true ? nullable(decoded) : decoded;
}

/** The properties in the order that `propertyOrdering` wants: elsewhere models write them as the schema has them. */
function inOrder(properties: Schema, schema: Schema): [string, unknown][] {
  const order: unknown = schema.propertyOrdering ?? schema.property_ordering;
  if (!Array.isArray(order)) return Object.entries(properties);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(properties).toSorted(([one], [other]) => place(one) - place(other));
}

/** Words of Gemini's own that JSON Schema has no keyword for. */
function isMark(name: string): boolean {
  return name === "nullable" || name === "propertyOrdering";
}

function typeOf(value: unknown): unknown {
  if (typeof value === "number") return typeNumbers[value] || undefined;
  if (typeof value !== "string") return value;
  return value === "TYPE_UNSPECIFIED" ? undefined : value.toLowerCase();
}

function nullable(schema: Record<string, unknown>): Schema {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: "null" }] };
  if (typeof schema.type !== "string") return schema;
  const values = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, ...values, type: [schema.type, "null"] };
}
