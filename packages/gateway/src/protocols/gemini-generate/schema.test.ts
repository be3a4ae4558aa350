import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Notes } from "../../canonical/notes.ts";
import { decodeSchema } from "./schema-decode.ts";
import { encodeSchema } from "./schema-encode.ts";

function encode(schema: unknown) {
  const notes = new Notes();
  return { schema: encodeSchema(schema, "p", notes), dropped: notes.dropped };
}

/** Without a type of its own. */
const anything = {
  anyOf: [
    ...["STRING", "NUMBER", "BOOLEAN", "OBJECT"].map((type) => ({ type })),
    { type: "ARRAY", items: { type: "STRING" } },
  ],
};

describe("encodeSchema (case 15)", () => {
  it("writes references out, merges allOf, makes enums of constants and marks of null", () => {
    const { schema, dropped } = encode({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        city: { type: "string", description: "a city" },
        base: { properties: { id: { type: "integer" } }, required: ["id"] },
      },
      allOf: [{ $ref: "#/$defs/base" }, { properties: { kind: { const: "trip" } }, required: ["kind"] }],
      properties: {
        from: { $ref: "#/$defs/city", description: "where from" },
        note: { type: ["string", "null"] },
        either: { anyOf: [{ type: "string" }, { type: "number" }, { type: "null" }] },
        maybe: { oneOf: [{ $ref: "#/$defs/city" }, { type: "null" }], default: null },
        unit: { enum: ["c", "f", null] },
        many: { type: ["string", "integer"] },
        list: { type: "array" },
      },
      required: ["from", "gone"],
      additionalProperties: false,
    });
    expect(schema).toEqual({
      type: "OBJECT",
      properties: {
        from: { type: "STRING", description: "where from" },
        note: { type: "STRING", nullable: true },
        either: { nullable: true, anyOf: [{ type: "STRING" }, { type: "NUMBER" }] },
        maybe: { type: "STRING", description: "a city", default: null, nullable: true },
        unit: { type: "STRING", nullable: true, enum: ["c", "f"] },
        many: { anyOf: [{ type: "STRING" }, { type: "INTEGER" }] },
        list: { type: "ARRAY", items: anything },
        id: { type: "INTEGER" },
        kind: { type: "STRING", enum: ["trip"] },
      },
      required: ["from", "id", "kind"],
    });
    expect(dropped).toEqual([]);
  });

  it("writes a recursive schema out a few times, and names where it stops", () => {
    const { schema, dropped } = encode({
      $ref: "#/definitions/node",
      definitions: {
        node: { type: "object", properties: { name: { type: "string" }, next: { $ref: "#/definitions/node" } } },
      },
    });
    const leaf = { type: "OBJECT" };
    const node = (next: object) => ({ type: "OBJECT", properties: { name: { type: "STRING" }, next } });
    expect(schema).toEqual(node(node(leaf)));
    expect(dropped).toEqual(["p.properties.next.properties.next.$ref"]);
  });

  it("ends for references that multiply each other", () => {
    const names = Array.from({ length: 40 }, (_, index) => `d${index}`);
    const defs = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          type: "object",
          properties: {
            a: { $ref: `#/$defs/${names[(index + 1) % 40]}` },
            b: { $ref: `#/$defs/${names[(index + 1) % 40]}` },
          },
        },
      ]),
    );
    expect(() => encode({ $ref: "#/$defs/d0", $defs: defs })).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it("names every type where the schema names none, as in a tool of Claude Code", () => {
    const { schema, dropped } = encode({
      type: "object",
      properties: {
        args: { description: "any JSON" },
        all: true,
        mixed: { enum: ["a", 1] },
        some: { anyOf: [{}, { type: "string" }] },
      },
    });
    expect(schema.properties).toEqual({
      args: { description: "any JSON", ...anything },
      all: anything,
      mixed: anything,
      some: { anyOf: [anything, { type: "STRING" }] },
    });
    expect(dropped).toEqual(["p.properties.mixed.enum"]);
    // A function without parameters has none to tell.
    expect(encode({}).schema).toEqual({});
  });

  it("says which reference leads nowhere", () => {
    expect(() => encode({ $ref: "#/$defs/x" })).toThrow(/\$ref #\/\$defs\/x/);
    expect(() => encode({ $ref: "https://example.com/s" })).toThrow(/leads nowhere/);
  });

  it("names keywords without a word there that narrow what is allowed", () => {
    const { schema, dropped } = encode({
      type: "object",
      properties: {
        n: { type: "integer", exclusiveMinimum: 0, multipleOf: 2, "x-ui": 1 },
        s: { type: "string", format: "email", pattern: "^a", minLength: 1 },
        d: { type: "string", format: "date-time" },
        c: { const: 5 },
        e: { enum: [1, 5] },
      },
      patternProperties: { "^x": {} },
    });
    expect(schema.properties).toEqual({
      n: { type: "INTEGER", minimum: 1 },
      s: { type: "STRING", pattern: "^a", minLength: 1 },
      d: { type: "STRING", format: "date-time" },
      c: { type: "INTEGER", minimum: 5, maximum: 5 },
      e: { type: "INTEGER", minimum: 1, maximum: 5 },
    });
    expect(dropped).toEqual([
      "p.properties.n.multipleOf",
      "p.properties.s.format",
      "p.properties.e.enum",
      "p.patternProperties",
    ]);
  });

  it("gives to each branch what stands beside them", () => {
    const { schema } = encode({
      type: "object",
      description: "d",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    });
    const properties = { a: { type: "STRING" }, b: { type: "STRING" } };
    expect(schema).toEqual({
      description: "d",
      anyOf: [
        { type: "OBJECT", properties, required: ["a"] },
        { type: "OBJECT", properties, required: ["b"] },
      ],
    });
  });

  it("ends for every schema there is, and leaves nothing Gemini has no word for", () => {
    const words = new Set(
      "type nullable title description default example pattern minimum maximum minLength maxLength minItems maxItems minProperties maxProperties propertyOrdering enum format properties required items anyOf".split(
        " ",
      ),
    );
    const { schema: schemas } = fc.letrec<{ schema: unknown }>((tie) => ({
      schema: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom<unknown>(
          true,
          {},
          { type: "string" },
          { const: 1 },
          { enum: ["a", null] },
          { type: ["null", "integer"] },
          { $ref: "#" },
          { $ref: "#/$defs/x" },
        ),
        fc.record(
          {
            type: fc.constantFrom<unknown>("object", "array", "string", ["object", "null"]),
            properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema")),
            required: fc.constant(["a"]),
            items: tie("schema"),
            anyOf: fc.array(tie("schema"), { maxLength: 3 }),
            allOf: fc.array(tie("schema"), { maxLength: 2 }),
            additionalProperties: tie("schema"),
            exclusiveMinimum: fc.constantFrom<unknown>(3, true),
          },
          { requiredKeys: [] },
        ),
      ),
    }));
    const check = (value: unknown, isRoot = false): void => {
      const schema = value as Readonly<Record<string, unknown>>;
      if (!isRoot) expect(schema.type ?? schema.anyOf).toBeDefined();
      for (const key of Object.keys(schema)) expect(words).toContain(key);
      if (schema.type === "ARRAY") expect(schema.items).toBeDefined();
      for (const each of Object.values((schema.properties ?? {}) as object)) check(each);
      for (const each of (schema.anyOf ?? []) as unknown[]) check(each);
      if (schema.items !== undefined) check(schema.items);
    };
    fc.assert(
      fc.property(schemas, schemas, (root, x) => {
        const schema = typeof root === "object" ? { ...root, $defs: { x } } : root;
        try {
          check(encode(schema).schema, true);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_request" });
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("decodeSchema", () => {
  it("leaves JSON Schema as it is", () => {
    const schema = {
      type: "object",
      properties: { max_items: { type: "string", format: "date" } },
      $defs: {},
      additionalProperties: false,
    };
    expect(decodeSchema(schema)).toEqual(schema);
  });

  it("puts properties in the order that Gemini's word for it wants", () => {
    const properties = { c: { type: "STRING" }, a: { type: "STRING" }, b: { type: "STRING" } };
    const decoded = decodeSchema({ type: "OBJECT", properties, propertyOrdering: ["b", "c"] });
    expect(JSON.stringify(decoded)).toBe(
      '{"type":"object","properties":{"b":{"type":"string"},"c":{"type":"string"},"a":{"type":"string"}}}',
    );
  });

  it("is the way back of what both can say", () => {
    const schema = {
      type: "object",
      description: "d",
      properties: {
        a: { type: ["string", "null"], maxLength: 3 },
        b: { type: "array", items: { type: "integer", minimum: 1 } },
        c: { type: "string", enum: ["x", "y"] },
        d: { anyOf: [{ type: "string" }, { type: "number" }, { type: "null" }] },
      },
      required: ["a"],
    };
    expect(decodeSchema(encode(schema).schema)).toEqual(schema);
  });
});
