import { demand } from "../read-body.ts";

const types = new Set(["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL", "TYPE_UNSPECIFIED"]);
const keywords = new Set([
  "type",
  "format",
  "title",
  "description",
  "nullable",
  "default",
  "example",
  "enum",
  "items",
  "minItems",
  "maxItems",
  "prefixItems",
  "properties",
  "propertyOrdering",
  "required",
  "minProperties",
  "maxProperties",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "anyOf",
]);

/**
 * What Google takes as `Schema` (a selection of OpenAPI 3.0): no `$ref`, `$defs`, `additionalProperties`, `const`, `allOf`, lists of types;
 * enums are strings, arrays say what is in them, objects with properties name them, `required` names only these. Throws BadCall.
 */
export function checkSchema(schema: unknown, at: string) {
  demand(isRecord(schema), `Invalid value at '${at}': expected an object`, at);
  for (const key of Object.keys(schema)) {
    demand(
      keywords.has(key),
      `Invalid JSON payload received. Unknown name "${key}" at '${at}': Cannot find field.`,
      at,
    );
  }
  const { type, enum: allowed, items, properties, required, anyOf } = schema;
  if (type !== undefined) {
    demand(
      !Array.isArray(type),
      `Invalid JSON payload received. Unknown name "type" at '${at}': Proto field is not repeating, cannot start list.`,
      at,
    );
    demand(typeof type === "string" && types.has(type.toUpperCase()), `Invalid value at '${at}.type'`, at);
  }
  demand(type !== undefined || anyOf !== undefined, `${at}: one of type and anyOf must be specified`, at);
  const kind = typeof type === "string" ? type.toUpperCase() : "";
  if (allowed !== undefined) {
    const isStrings = Array.isArray(allowed) && allowed.every((value) => typeof value === "string" && value !== "");
    demand(isStrings, `Invalid value at '${at}.enum' (TYPE_STRING)`, at);
    demand(kind === "STRING", `${at}.enum: only allowed for STRING type`, at);
  }
  demand(kind !== "ARRAY" || items !== undefined, `${at}.items: missing field.`, at);
  if (items !== undefined) checkSchema(items, `${at}.items`);
  if (Array.isArray(anyOf)) for (const [index, inner] of anyOf.entries()) checkSchema(inner, `${at}.any_of[${index}]`);
  checkProperties(kind, properties, required, at);
}

function checkProperties(kind: string, properties: unknown, required: unknown, at: string) {
  if (properties !== undefined) {
    demand(isRecord(properties), `Invalid value at '${at}.properties'`, at);
    demand(
      kind !== "OBJECT" || Object.keys(properties).length > 0,
      `${at}.properties: should be non-empty for OBJECT type`,
      at,
    );
    for (const [name, inner] of Object.entries(properties)) checkSchema(inner, `${at}.properties[${name}]`);
  }
  if (required === undefined) return;
  demand(Array.isArray(required), `Invalid value at '${at}.required'`, at);
  const missing = required.find((name) => !(isRecord(properties) && String(name) in properties));
  demand(missing === undefined, `${at}.required: property is not defined: ${missing}`, at);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
