import { expect, it } from "vitest";
import { isStrictSchema } from "./strict-schema.ts";

const closed = (properties: object, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

it.each<[boolean, unknown]>([
  [true, closed({ a: { type: "string", enum: [{ type: "object" }] } })],
  [true, closed({})],
  [true, { anyOf: [closed({}), { type: "null" }], $defs: { A: closed({ b: {} }) } }],
  [false, { type: "object" }],
  [false, { type: "object", properties: {}, required: [] }],
  [false, closed({ a: {} }, [])],
  [false, closed({ a: { type: "array", items: { type: "object" } } })],
])("tells what OpenAI takes as strict: %s for %j", (isStrict, schema) => {
  expect(isStrictSchema(schema)).toBe(isStrict);
});
