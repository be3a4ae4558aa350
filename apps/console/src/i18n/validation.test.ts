import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { messages } from "./messages.ts";
import { type AnyTranslator, fieldErrors } from "./validation.ts";

const translate = createTranslator({ locale: "en", messages: messages.en }) as unknown as AnyTranslator;

function errorsOf(schema: z.ZodType, input: unknown): Record<string, string> {
  const result = schema.safeParse(input);
  if (result.success) throw new Error("the input should have been refused");
  return fieldErrors(translate, result.error);
}

describe("fieldErrors", () => {
  it("says in words what is missing, for each kind of issue", () => {
    const schema = z.object({
      empty: z.string().min(1),
      short: z.string().min(10),
      number: z.number(),
      whole: z.int(),
      url: z.url(),
      choice: z.enum(["a", "b"]),
      list: z.array(z.string()).min(2),
    });
    const input = { empty: "", short: "abc", number: "x", whole: 1.5, url: "nope", choice: "c", list: [] };
    expect(errorsOf(schema, input)).toEqual({
      empty: "Still empty",
      short: "At least 10 characters",
      number: "Needs a number",
      whole: "Needs a whole number",
      url: "Needs an address that starts with http:// or https://",
      choice: "Not one of the choices",
      list: "Choose at least 2",
    });
  });
  it("uses the message key a schema names, and the dotted path of nested fields", () => {
    const schema = z.object({
      rows: z.array(z.object({ amount: z.string().regex(/^\d+$/, "validation.invalidAmount") })),
    });
    expect(errorsOf(schema, { rows: [{ amount: "x" }] })).toEqual({
      "rows.0.amount": "Needs an amount such as 20 or 0.5",
    });
  });
});
