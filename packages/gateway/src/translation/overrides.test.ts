import { channelOverridesSchema } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBodyOverrides, applyHeaderOverrides } from "./overrides.ts";

const parsed = (input: unknown) => channelOverridesSchema.parse(input);
const headers = ["content-type", "application/json", "X-Team", "a", "accept", "*/*", "x-team", "b"];

describe("header overrides", () => {
  const applied = (...list: unknown[]) => applyHeaderOverrides(headers, parsed({ headers: list }).headers);

  it("leave the very list where there are none", () => {
    expect(applied()).toBe(headers);
  });

  it("add, replace each of a name however it is written, and take away", () => {
    expect(applied({ name: "X-New", value: "1" })).toEqual([...headers, "x-new", "1"]);
    expect(applied({ name: "X-TEAM", value: "c" })).toEqual([
      ...["content-type", "application/json", "accept", "*/*", "x-team", "c"],
    ]);
    expect(applied({ name: "accept", value: null }, { name: "x-team", value: null })).toEqual([
      ...["content-type", "application/json"],
    ]);
  });

  it("never name a header that carries a credential", () => {
    for (const name of ["Authorization", "x-api-key", "X-Goog-Api-Key", "proxy-authorization", "cookie", "host"])
      expect(channelOverridesSchema.safeParse({ headers: [{ name, value: "x" }] }).success, name).toBe(false);
  });
});

describe("body overrides", () => {
  const applied = (body: string, ...list: unknown[]) =>
    applyBodyOverrides(Buffer.from(body), parsed({ body: list }).body).toString();

  it("leave the very bytes where there are none", () => {
    const bytes = Buffer.from("{}");
    expect(applyBodyOverrides(bytes, [])).toBe(bytes);
  });

  it("set, fill gaps and take away, and keep every other byte", () => {
    const body = '{ "model":"m",\n "temperature" : 1.50, "top_p":1, "extra":{"a":1e2} }';
    expect(applied(body, { path: "temperature", value: 0 })).toBe(body.replace("1.50", "0"));
    expect(applied(body, { path: "temperature", value: 0, isForced: false })).toBe(body);
    expect(applied(body, { path: "top_p" })).toBe(body.replace(' "top_p":1,', ""));
    expect(applied(body, { path: "extra.b", value: [true], isForced: false })).toBe(
      body.replace("1e2}", '1e2,"b":[true]}'),
    );
    expect(JSON.parse(applied(body, { path: "chat_template_kwargs.enable_thinking", value: false }))).toMatchObject({
      chat_template_kwargs: { enable_thinking: false },
    });
  });

  it("fill no gap where the client put something that can't hold it", () => {
    expect(applied('{"extra":"text"}', { path: "extra.b", value: 1, isForced: false })).toBe('{"extra":"text"}');
    expect(applied('{"extra":null}', { path: "extra", value: 1, isForced: false })).toBe('{"extra":null}');
    expect(applied('{"extra":"text"}', { path: "extra.b", value: 1 })).toBe('{"extra":{"b":1}}');
  });

  it("can't be set within one another, nor touch what decides who pays", () => {
    const refused = (...body: unknown[]) => channelOverridesSchema.safeParse({ body }).success === false;
    expect(refused({ path: "a", value: 1 }, { path: "a.b", value: 2 })).toBe(true);
    expect(refused({ path: "a", value: 1 }, { path: "ab", value: 2 })).toBe(false);
    // It would be lost on the way.
    expect(refused({ path: "a", value: JSON.parse('[{"__proto__": false}]') })).toBe(true);
    for (const path of ["model", "stream", "stream_options.include_usage"])
      expect(refused({ path, value: 1 })).toBe(true);
  });

  it("come to what setting the members one by one comes to", () => {
    const name = fc.constantFrom("a", "b", "c");
    const value = fc.jsonValue().filter((each) => !JSON.stringify(each).includes('"__proto__":'));
    const override = fc.record({ path: fc.array(name, { minLength: 1, maxLength: 2 }), value });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), override, (body, { path, value }) => {
        const [outer = "", inner] = path;
        const expected: Record<string, unknown> = JSON.parse(JSON.stringify(body));
        const held = expected[outer];
        const isObject = typeof held === "object" && held !== null && !Array.isArray(held);
        expected[outer] = inner === undefined ? value : { ...(isObject && held), [inner]: value };
        const made = applied(JSON.stringify(body), { path: path.join("."), value });
        expect(JSON.parse(made)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});
