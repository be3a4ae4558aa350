import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Notes } from "../../canonical/notes.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { chatRequest } from "../../testing/chat-request.ts";
import { target } from "../../testing/target.ts";
import { encodeRequest } from "./request-encode.ts";
import { closedSchema, inputSchema, isGrammatical } from "./schema-encode.ts";

const string = { type: "string" };
const closed = (schema: unknown) => {
  const notes = new Notes();
  return { schema: closedSchema(schema, "s", notes), dropped: notes.dropped };
};
const input = (schema: unknown) => {
  const notes = new Notes();
  return { schema: inputSchema(schema, "p", notes), dropped: notes.dropped };
};

describe("a schema of an output (case 16)", () => {
  it("closes every object, as Anthropic insists, and names what was explicitly open", () => {
    const person = { type: "object", properties: { name: string, format: string } };
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { a: person, list: { type: "array", items: person }, b: { $ref: "#/$defs/P" } },
      $defs: { P: { ...person, additionalProperties: true } },
    };
    const shut = { ...person, additionalProperties: false };
    expect(closed(schema)).toEqual({
      schema: {
        type: "object",
        properties: { a: shut, list: { type: "array", items: shut }, b: { $ref: "#/$defs/P" } },
        $defs: { P: shut },
        additionalProperties: false,
      },
      dropped: ["s.$defs.P.additionalProperties"],
    });
  });

  it("tells the model in words what no grammar expresses, and names it", () => {
    const age = { type: "integer", minimum: 0, maximum: 150, description: "years" };
    const { schema, dropped } = closed({ type: "array", items: age, maxItems: 3, minItems: 1 });
    expect(schema).toEqual({
      type: "array",
      minItems: 1,
      items: { type: "integer", description: "years\n\n{minimum: 0, maximum: 150}" },
      description: "{maxItems: 3}",
    });
    expect(dropped).toEqual(["s.items.minimum", "s.items.maximum", "s.maxItems"]);
    expect(closed({ oneOf: [string, { type: "string", format: "color" }] }).schema).toEqual({
      anyOf: [string, { type: "string", description: '{format: "color"}' }],
    });
  });

  it.each<[string, object]>([
    ["recursive", { $defs: { N: { properties: { n: { $ref: "#/$defs/N" } } } }, $ref: "#/$defs/N" }],
    ["of a map", { type: "object", properties: { m: { type: "object", additionalProperties: string } } }],
    ["of an object that may hold anything", { type: "object", properties: { any: { type: "object" } } }],
    ["that leads elsewhere", { properties: { a: { $ref: "https://example.org/a" } } }],
  ])("is what a tool takes where it is one %s", (_, schema) => {
    expect(isGrammatical(schema)).toBe(false);
    const outputFormat = { kind: "schema", name: null, description: null, schema, isStrict: null } as const;
    const where = target({ provider: anthropic, upstreamModel: "claude-sonnet-4-5" });
    const { body } = encodeRequest(chatRequest({ outputFormat }), where, new Notes());
    const { output_config, tools, tool_choice } = JSON.parse(body.toString());
    expect(output_config).toBeUndefined();
    expect(tools[0].input_schema).toMatchObject(schema);
    expect(tool_choice.name).toBe(tools[0].name);
  });

  it("is walked to its end, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        isGrammatical(value);
        closed(value);
        input(value);
      }),
    );
  });
});

describe("the schema of a tool's input", () => {
  it("is one object, whose properties are those of all the choices at its top", () => {
    const a = { type: "object", properties: { a: string }, required: ["a"] };
    const schema = { $defs: { B: { properties: { b: string } } }, anyOf: [a, { $ref: "#/$defs/B" }] };
    expect(input(schema)).toEqual({
      schema: { type: "object", $defs: schema.$defs, properties: { a: string, b: string } },
      dropped: ["p.anyOf"],
    });
    expect(input({ allOf: [a, { properties: { b: string }, required: ["b"] }] })).toEqual({
      schema: { type: "object", properties: { a: string, b: string }, required: ["a", "b"] },
      dropped: [],
    });
  });

  it("is told in the words of JSON Schema 2020-12", () => {
    const pair = { type: "array", items: [string, { type: "number", minimum: 0, exclusiveMinimum: true }] };
    expect(
      input({ $schema: "http://json-schema.org/draft-04/schema#", properties: { pair, items: string } }).schema,
    ).toEqual({
      type: "object",
      properties: {
        pair: { type: "array", prefixItems: [string, { type: "number", minimum: 0, exclusiveMinimum: 0 }] },
        items: string,
      },
    });
  });

  it("holds the model to it only where a grammar can", () => {
    const tool = (parameters: object) => ({ name: "f", description: null, parameters, isStrict: true });
    const map = { type: "object", properties: { m: { type: "object", additionalProperties: string } } };
    const notes = new Notes();
    const tools = [tool({ type: "object", properties: { a: { type: "integer", minimum: 1 } } }), tool(map)];
    const { body } = encodeRequest(chatRequest({ tools }), target({ provider: anthropic }), notes);
    const sent = JSON.parse(body.toString()).tools;
    expect([sent[0].strict, sent[0].input_schema.additionalProperties]).toEqual([true, false]);
    expect([sent[1].strict, sent[1].input_schema]).toEqual([false, map]);
    expect(notes.dropped).toEqual(["tools[0].parameters.properties.a.minimum", "tools[1].strict"]);
  });
});
