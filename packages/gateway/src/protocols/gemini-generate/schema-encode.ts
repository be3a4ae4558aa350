import { Notes } from "../../canonical/notes.ts";
import { isSchema, mergeSchemas, numberOf, type Schema } from "../../json/merge-schemas.ts";
import { invalid } from "../../json/plain-fields.ts";

/** Larger schemas are no tool of anybody's: references that multiply each other end here. */
const MOST_NODES = 5_000;

const types: Readonly<Record<string, string>> = {
  string: "STRING",
  number: "NUMBER",
  integer: "INTEGER",
  boolean: "BOOLEAN",
  array: "ARRAY",
  object: "OBJECT",
  null: "NULL",
};
/** Keywords that mean the same there. */
const kept = [
  "title",
  "description",
  "default",
  "example",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "propertyOrdering",
];
const formats = new Set(["STRING/date-time", "NUMBER/float", "NUMBER/double", "INTEGER/int32", "INTEGER/int64"]);
/** Keywords that change nothing of what a model may write, and those that are dealt with in place. */
const silent = new Set([
  ...kept,
  ...["$schema", "$id", "$comment", "$anchor", "$defs", "definitions", "$ref", "examples", "deprecated", "readOnly"],
  ...["writeOnly", "strict", "type", "nullable", "enum", "const", "format", "properties", "required", "items"],
  ...["anyOf", "oneOf", "allOf", "exclusiveMinimum", "exclusiveMaximum", "additionalProperties"],
]);
/** Keywords that are merged member by member. */
const listed = new Set(["properties", "required", "enum", "type"]);
/** What stays with a schema that becomes a choice of several. */
const annotations = ["title", "description", "default", "nullable"];

/**
 * A JSON Schema as Gemini's Schema (ai.google.dev/api/caching#Schema), a subset of OpenAPI's: references are written out, recursive ones a few times;
 * `allOf` is merged, `const` is an `enum`, null a mark (case 15). What it has no word for is left out, and named in `notes` below
 * `path` where it narrows what a model may write. Throws `invalid_request` for a schema that grows beyond all measure.
 */
export function encodeSchema(schema: unknown, path: string, notes: Notes): Record<string, unknown> {
  for (const depth of [2, 1]) {
    const found = new Notes();
    const encoder = new SchemaEncoder(schema, found, depth);
    try {
      const encoded = encoder.encode(schema, path, []);
      notes.dropAll(found.dropped);
      return encoded;
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
    }
  }
  throw invalid(path, "JSON Schema 展开后过大。", "the JSON Schema is too large once its references are written out.");
}

/** The schema grows beyond MOST_NODES. */
class TooLarge extends Error {}

class SchemaEncoder {
  readonly #root: unknown;
  readonly #notes: Notes;
  readonly #depth: number;
  #nodes = 0;

  /** `depth`: how often a reference is written out within itself. */
  constructor(root: unknown, notes: Notes, depth: number) {
    this.#root = root;
    this.#notes = notes;
    this.#depth = depth;
  }

  /** `refs`: the references that led here. */
  encode(value: unknown, path: string, refs: readonly string[]): Record<string, unknown> {
    this.#nodes++;
    if (this.#nodes > MOST_NODES) throw new TooLarge();
    if (value === false) this.#notes.drop(path);
    if (!isSchema(value)) return {};
    const flat = this.#flatten(value, path, refs);
    if (flat === null) {
      this.#notes.drop(`${path}.$ref`);
      return { type: "OBJECT" };
    }
    return this.#encodeFlat(flat.schema, path, flat.refs);
  }

  /** A schema within another: there one without a type is refused, so that of anything (Claude Code has such) names all. */
  #inner(value: unknown, path: string, refs: readonly string[]): Record<string, unknown> {
    const encoded = this.encode(value, path, refs);
    return encoded.type === undefined && encoded.anyOf === undefined ? { ...encoded, ...anything() } : encoded;
  }

  #encodeFlat(schema: Schema, path: string, refs: readonly string[]): Record<string, unknown> {
    const choice = this.#choice(schema, path, refs);
    if (choice !== null) return choice;
    const named = typeNames(schema);
    const words = named.filter((each) => each !== "null");
    if (words.length > 1) {
      const anyOf = words.map((type) => this.encode(withoutAnnotations({ ...schema, type }), path, refs));
      return { ...annotationsOf(schema), ...(words.length < named.length && { nullable: true }), anyOf };
    }
    const values = "const" in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : null;
    const type = words[0] ?? (named.length > 0 && values === null ? "null" : typeBehind(schema, values));
    const isNullable =
      schema.nullable === true || (named.includes("null") && words.length > 0) || values?.includes(null);
    const encoded: Record<string, unknown> = {};
    if (type !== null) encoded.type = types[type] ?? type.toUpperCase();
    if (isNullable) encoded.nullable = true;
    for (const key of kept) if (schema[key] !== undefined) encoded[key] = schema[key];
    if (values !== null) this.#values(values, encoded, path);
    this.#format(schema, encoded, path);
    this.#bounds(schema, encoded, path);
    if (isSchema(schema.properties)) this.#properties(schema, schema.properties, encoded, path, refs);
    if (encoded.type === "ARRAY") encoded.items = this.#items(schema.items, `${path}.items`, refs);
    for (const key of Object.keys(schema))
      if (!silent.has(key) && !key.startsWith("x-")) this.#notes.drop(`${path}.${key}`);
    if (isSchema(schema.additionalProperties)) this.#notes.drop(`${path}.additionalProperties`);
    return encoded;
  }

  /** References and `allOf` done away with; null: the reference leads to where it stands. */
  #flatten(value: Schema, path: string, refs: readonly string[]): { schema: Schema; refs: readonly string[] } | null {
    let schema = value;
    let seen = refs;
    while (typeof schema.$ref === "string") {
      const { $ref: ref, ...beside } = schema;
      if (typeof ref !== "string" || seen.filter((each) => each === ref).length >= this.#depth) return null;
      seen = [...seen, ref];
      const target = this.#resolve(ref);
      if (target === undefined)
        throw invalid(
          path,
          `JSON Schema 里的 $ref ${ref} 没有定义。`,
          `the $ref ${ref} of the JSON Schema leads nowhere.`,
        );
      schema = this.#merged(beside, isSchema(target) ? target : {}, path);
    }
    if (!Array.isArray(schema.allOf)) return { schema, refs: seen };
    const { allOf, ...beside } = schema;
    let all: Schema = beside;
    for (const each of allOf as readonly unknown[]) {
      this.#nodes++;
      if (this.#nodes > MOST_NODES) throw new TooLarge();
      const flat = isSchema(each) ? this.#flatten(each, path, seen) : null;
      if (flat === null) this.#notes.drop(`${path}.allOf`);
      else {
        all = this.#merged(all, flat.schema, path);
        seen = [...seen, ...flat.refs.slice(seen.length)];
      }
    }
    return { schema: all, refs: seen };
  }

  #merged(one: Schema, other: Schema, path: string): Schema {
    // Merging copies what is there, and compares values whole.
    const properties = isSchema(one.properties) ? Object.keys(one.properties).length : 0;
    const compared = Object.keys(other).filter((key) => typeof one[key] === "object" && !listed.has(key)).length;
    this.#nodes += Math.ceil(properties / 50) + 20 * compared;
    if (this.#nodes > MOST_NODES) throw new TooLarge();
    const { schema, clashes } = mergeSchemas(one, other);
    for (const key of clashes) this.#notes.drop(`${path}.${key}`);
    return schema;
  }

  /** A JSON pointer within the schema (RFC 6901). */
  #resolve(ref: string): unknown {
    if (ref !== "#" && !ref.startsWith("#/")) return undefined;
    let value: unknown = this.#root;
    for (const part of ref.split("/").slice(1)) {
      const name = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Schema)[name];
    }
    return value;
  }

  /** A schema with `anyOf` or `oneOf`; null: it has none. What stands beside them holds for every one of them. */
  #choice(schema: Schema, path: string, refs: readonly string[]): Record<string, unknown> | null {
    const key = Array.isArray(schema.anyOf) ? "anyOf" : Array.isArray(schema.oneOf) ? "oneOf" : null;
    if (key === null) return null;
    const { [key]: variants, ...beside } = schema;
    const list = (variants as readonly unknown[]).filter((each) => !isNull(each));
    const isNullable = schema.nullable === true || list.length < (variants as readonly unknown[]).length;
    const rest = withoutAnnotations(beside);
    const isAlone = Object.keys(rest).every((each) => each.startsWith("$") || each === "definitions");
    const [only] = list;
    if (list.length === 0) return { type: "NULL" };
    if (list.length === 1) {
      const merged = { ...beside, allOf: [only] };
      return { ...this.encode(merged, path, refs), ...(isNullable && { nullable: true }) };
    }
    const anyOf = list.map((each, index) =>
      this.#inner(isAlone ? each : { ...rest, allOf: [each] }, `${path}.${key}[${index}]`, refs),
    );
    return { ...annotationsOf(schema), ...(isNullable && { nullable: true }), anyOf };
  }

  #properties(
    schema: Schema,
    properties: Schema,
    encoded: Record<string, unknown>,
    path: string,
    refs: readonly string[],
  ): void {
    const names = Object.keys(properties);
    // An object that is said to have no properties is refused.
    if (names.length === 0) return;
    encoded.properties = Object.fromEntries(
      names.map((name) => [name, this.#inner(properties[name], `${path}.properties.${name}`, refs)]),
    );
    const known = new Set<unknown>(names);
    const required = [...new Set(listOf(schema.required))].filter((name) => known.has(name));
    if (required.length > 0) encoded.required = required;
  }

  /** A list must say what it holds. */
  #items(items: unknown, path: string, refs: readonly string[]): Record<string, unknown> {
    if (!Array.isArray(items)) return this.#inner(items, path, refs);
    this.#notes.drop(path);
    return anything();
  }

  /** Only texts can be enumerated; a number that stands alone is bounded to itself. */
  #values(values: readonly unknown[], encoded: Record<string, unknown>, path: string): void {
    const some = values.filter((each) => each !== null);
    const numbers = some.map(numberOf);
    if (encoded.type === "STRING" && some.every((each) => typeof each === "string")) encoded.enum = some;
    else if (some.length > 0 && numbers.every((each) => !Number.isNaN(each))) {
      encoded.minimum = numbers.reduce((one, other) => Math.min(one, other));
      encoded.maximum = numbers.reduce((one, other) => Math.max(one, other));
      if (new Set(numbers).size > 1) this.#notes.drop(`${path}.enum`);
    } else if (encoded.type !== "BOOLEAN" || new Set(some).size < 2) this.#notes.drop(`${path}.enum`);
  }

  #format({ format }: Schema, encoded: Record<string, unknown>, path: string): void {
    if (typeof format !== "string" || format === "enum") return;
    if (formats.has(`${encoded.type}/${format}`)) encoded.format = format;
    else this.#notes.drop(`${path}.format`);
  }

  /** Bounds that are not allowed themselves: the next whole number is. */
  #bounds(schema: Schema, encoded: Record<string, unknown>, path: string): void {
    for (const [key, bound, step] of [
      ["exclusiveMinimum", "minimum", 1],
      ["exclusiveMaximum", "maximum", -1],
    ] as const) {
      if (schema[key] === undefined || schema[key] === false) continue;
      // A mark beside the bound, as in the fourth draft, or a bound of its own.
      const value = numberOf(schema[key] === true ? schema[bound] : schema[key]);
      if (encoded.type === "INTEGER" && Number.isInteger(value)) encoded[bound] = value + step;
      else {
        if (!Number.isNaN(value)) encoded[bound] = value;
        this.#notes.drop(`${path}.${key}`);
      }
    }
  }
}

function typeNames({ type }: Schema): readonly string[] {
  if (typeof type === "string") return [type.toLowerCase()];
  return listOf(type).flatMap((each) => (typeof each === "string" ? [each.toLowerCase()] : []));
}

/** The type of a schema that names none; null: any. */
function typeBehind(schema: Schema, values: readonly unknown[] | null): string | null {
  if (values !== null) {
    const some = values.filter((each) => each !== null);
    if (some.length === 0) return "null";
    if (some.every((each) => typeof each === "string")) return "string";
    if (some.every((each) => typeof each === "boolean")) return "boolean";
    if (some.every((each) => Number.isInteger(numberOf(each)))) return "integer";
    return some.every((each) => !Number.isNaN(numberOf(each))) ? "number" : null;
  }
  if (schema.properties !== undefined || schema.required !== undefined) return "object";
  return schema.items === undefined ? null : "array";
}

function isNull(schema: unknown): boolean {
  if (!isSchema(schema)) return false;
  return (
    schema.type === "null" ||
    schema.const === null ||
    (Array.isArray(schema.enum) && schema.enum.every((each) => each === null))
  );
}

function anything(): Record<string, unknown> {
  const types = ["STRING", "NUMBER", "BOOLEAN", "OBJECT"].map((type) => ({ type }));
  return { anyOf: [...types, { type: "ARRAY", items: { type: "STRING" } }] };
}

function annotationsOf(schema: Schema): Record<string, unknown> {
  return Object.fromEntries(annotations.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])));
}

function withoutAnnotations(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !annotations.includes(key)));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
