import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReply } from "./response.ts";

const NAMES = { requested: "public", upstream: "their-own" };
const read = (body: string) => readReply(Buffer.from(body), NAMES);
const usage = '"usage":{"prompt_tokens":3,"completion_tokens":2}';

describe("readReply", () => {
  it("finds what it reads in whatever order and under whatever other names, and changes only the model's", () => {
    const others = fc.dictionary(
      fc.string({ maxLength: 9 }).filter((name) => !["model", "choices", "usage", "error"].includes(name)),
      fc.jsonValue(),
      { maxKeys: 4 },
    );
    const ours = fc.shuffledSubarray(['"model":"their-own"', '"choices":[{"index":0}]', usage], { minLength: 3 });
    fc.assert(
      fc.property(others, ours, others, (before, [...parts], after) => {
        const members = (value: object) => JSON.stringify(value).slice(1, -1);
        const body = `{${[members(before), ...parts, members(after)].filter((part) => part !== "").join(",")}}`;
        const reply = read(body);
        expect(String(reply?.body)).toBe(body.replace('"model":"their-own"', '"model":"public"'));
        expect(reply?.facts.usage).toMatchObject({ input: 3, output: 2 });
      }),
    );
  });

  it("takes names of the same length, longer ones that begin alike, and ones with escapes for others", () => {
    const body = `{"modem":"their-own","usager":1,"choicer":[],"errol":{"message":"x"},"us\\u0061ge":{"prompt_tokens":9},"choices":[{}],${usage}}`;
    const reply = read(body);
    expect(String(reply?.body)).toBe(body);
    expect(reply?.facts.usage).toMatchObject({ input: 3, output: 2 });
  });

  it("is none without a list of choices, with an error, and where it is no JSON object", () => {
    for (const body of ['{"choices":{}}', `{${usage}}`, '{"choices":[{}],"error":{"message":"no"}}', "[]", "{", ""])
      expect(read(body)).toBeNull();
    expect(read('{"choices":[{}],"error":null}')).not.toBeNull();
  });

  it("leaves a model alone that is no text, or another one", () => {
    for (const model of ["7", "null", '"another"', '["their-own"]']) {
      const body = `{"model":${model},"choices":[{}]}`;
      expect(String(read(body)?.body)).toBe(body);
    }
    expect(String(read('{"model":"their\\u002down","choices":[{}]}')?.body)).toBe('{"model":"public","choices":[{}]}');
  });
});
