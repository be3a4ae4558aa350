import type { Notes } from "../../canonical/notes.ts";
import { isSchema, mergeSchemas, numberOf, type Schema } from "../../json/merge-schemas.ts";

/** Keywords that the grammar behind structured outputs can't express (platform.claude.com/docs, "JSON Schema limitations"). */
const beyondGrammar = new Set([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"],
  ...["maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties"],
  ...["propertyNames", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "unevaluatedProperties"],
]);
const formats = new Set(["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"]);
const byName = ["properties", "$defs", "definitions"];
const inList = ["anyOf", "allOf", "prefixItems"];

/** Whether a model can be held to a schema: one that is recursive, or whose objects are open or maps, no grammar of Anthropic's expresses. */
export function isGrammatical(schema: unknown): boolean {
  return isExpressible(schema, schema, []);
}

function isExpressible(value: unknown, root: unknown, refs: readonly string[]): boolean {
  if (Array.isArray(value)) return value.every((each) => isExpressible(each, root, refs));
  if (!isSchema(value)) return true;
  const isMap = isSchema(value.additionalProperties) || isSchema(value.patternProperties);
  const isOpen = value.type === "object" && !isSchema(value.properties) && value.additionalProperties !== false;
  if (isMap || (isOpen && value.$ref === undefined && !inList.some((key) => key in value))) return false;
  if (typeof value.$ref === "string") {
    const target = value.$ref.startsWith("#") ? targetOf(value.$ref, root) : undefined;
    return target !== undefined && !refs.includes(value.$ref) && isExpressible(target, root, [...refs, value.$ref]);
  }
  return Object.entries(value).every(
    ([key, each]) => key === "$defs" || key === "definitions" || isExpressible(each, root, refs),
  );
}

/** What a local reference (RFC 6901) leads to. */
function targetOf(ref: string, root: unknown): unknown {
  const keys = ref.slice(1).split("/").slice(1);
  return keys.reduce<unknown>((value, key) => {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    return isSchema(value) ? value[name] : undefined;
  }, root);
}

/**
 * A schema of an output as Anthropic takes it: objects are closed, and what no grammar expresses is told to the model in the description and named
 * in `notes` (case 16).
 */
export function closedSchema(value: unknown, path: string, notes: Notes): unknown {
  if (!isSchema(value)) return value;
  const closed: Record<string, unknown> = {};
  const said: string[] = [];
  for (const [key, each] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const isBeyond =
      beyondGrammar.has(key) ||
      (key === "format" && !formats.has(String(each))) ||
      (key === "minItems" && numberOf(each) > 1);
    if (isBeyond) {
      said.push(`${key}: ${JSON.stringify(each)}`);
      notes.drop(at);
    } else if (byName.includes(key) && isSchema(each)) {
      const entries = Object.entries(each).map(([name, one]) => [name, closedSchema(one, `${at}.${name}`, notes)]);
      closed[key] = Object.fromEntries(entries);
    } else if (inList.includes(key) || key === "oneOf") {
      const list = Array.isArray(each) ? each.map((one, index) => closedSchema(one, `${at}[${index}]`, notes)) : each;
      closed[key === "oneOf" ? "anyOf" : key] = list;
    } else if (key === "items") closed.items = closedSchema(each, at, notes);
    else if (key === "additionalProperties") {
      if (each !== false) notes.drop(at);
    } else if (key !== "$schema") closed[key] = each;
  }
  const isObject = Array.isArray(value.type) ? value.type.includes("object") : value.type === "object";
  if (isObject || isSchema(value.properties))
    Object.assign(closed, { type: value.type ?? "object", additionalProperties: false });
  if (said.length === 0) return closed;
  const description = typeof value.description === "string" ? [value.description] : [];
  return { ...closed, description: [...description, `{${said.join(", ")}}`].join("\n\n") };
}

/**
 * The schema of a tool's input: Anthropic insists on an object, without choices between schemas at its top, in the words of JSON Schema 2020-12.
 * A choice becomes one object that may have the properties of each.
 */
export function inputSchema(parameters: unknown, path: string, notes: Notes): Schema {
  if (!isSchema(parameters)) return { type: "object", properties: {} };
  let schema: Schema = parameters;
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    const { [keyword]: _, ...rest } = schema;
    const isChoice = keyword !== "allOf";
    if (isChoice) notes.drop(`${path}.${keyword}`);
    schema = rest;
    for (const branch of branches) {
      const found = isSchema(branch) && typeof branch.$ref === "string" ? targetOf(branch.$ref, parameters) : branch;
      if (!isSchema(found)) continue;
      const added = isChoice ? propertiesOf(found) : found;
      const { schema: merged, clashes } = mergeSchemas(schema, added);
      schema = merged;
      for (const clash of clashes) notes.drop(`${path}.${keyword}.${clash}`);
    }
  }
  const { type } = schema;
  const isObject = type === undefined || (Array.isArray(type) && type.includes("object"));
  return modern(isObject ? { ...schema, type: "object" } : schema) as Schema;
}

function propertiesOf({ properties }: Schema): Schema {
  return isSchema(properties) ? { properties } : {};
}

/** Words of earlier drafts of JSON Schema in those of 2020-12: lists of `items`, and bounds that are open by a flag. */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern);
  if (!isSchema(value)) return value;
  const told: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    if (key === "items" && Array.isArray(each)) told.prefixItems = each.map(modern);
    else if (key === "exclusiveMinimum" && typeof each === "boolean") {
      if (each) told.exclusiveMinimum = value.minimum;
    } else if (key === "exclusiveMaximum" && typeof each === "boolean") {
      if (each) told.exclusiveMaximum = value.maximum;
    } else if (key === "$schema" && typeof each === "string") continue;
    else if (key === "enum" || key === "const" || key === "default" || key === "examples") told[key] = each;
    else told[key] = modern(each);
  }
  return told;
}
