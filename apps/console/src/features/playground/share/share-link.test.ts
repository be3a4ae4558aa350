import fc from "fast-check";
import { expect, it } from "vitest";
import { readShare } from "./read-share.ts";
import { type Shared, shareFragment, sharePrefix } from "./share-link.ts";

const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((each) => each.replaceAll("\0", ""));
const shared = fc.record({
  models: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
  systemPrompt: text.map((each) => (each.trim() === "" ? "" : each)),
  parameters: fc.record(
    { temperature: fc.double({ min: 0, max: 2, noNaN: true }), seed: fc.integer(), stop: fc.constant(["\n", "熵"]) },
    { requiredKeys: [] },
  ),
  draft: text.map((each) => (each.trim() === "" ? "" : each)),
});

it("gives back what was put in, in characters that every program leaves alone", () => {
  fc.assert(
    fc.property(shared, (each) => {
      const fragment = shareFragment(each as Shared);
      expect(fragment).toMatch(/^#share=[\w-]+$/);
      expect(readShare(fragment)).toEqual(JSON.parse(JSON.stringify(each)));
    }),
  );
});

it("holds nothing that is not set", () => {
  const fragment = shareFragment({ models: ["m"], systemPrompt: " ", parameters: {}, draft: "" });
  const content = atob(fragment.slice(sharePrefix.length).replaceAll("-", "+").replaceAll("_", "/"));
  expect(JSON.parse(content)).toEqual({ v: 1, models: ["m"] });
});

const encoded = (content: unknown) =>
  sharePrefix + btoa(JSON.stringify(content)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

it("is nothing where it was cut, changed, or holds what no playground sends", () => {
  const whole = shareFragment({ models: ["m"], systemPrompt: "Be brief.", parameters: {}, draft: "q" });
  expect(readShare(whole.slice(0, -7))).toBeNull();
  expect(readShare("#share=")).toBeNull();
  expect(readShare("#other")).toBeNull();
  expect(readShare("#share=%%%")).toBeNull();
  expect(readShare(encoded({ v: 2, models: ["m"] }))).toBeNull();
  expect(readShare(encoded({ v: 1, models: [] }))).toBeNull();
  expect(readShare(encoded({ v: 1, models: ["a", "b", "c", "d"] }))).toBeNull();
  expect(readShare(encoded({ v: 1, models: ["m"], parameters: { temperature: 9 } }))).toBeNull();
  // What the request itself says can't come from a link.
  expect(readShare(encoded({ v: 1, models: ["m"], parameters: { extra: { messages: [] } } }))).toBeNull();
  expect(readShare(encoded({ v: 1, models: ["m"], key: "sk-ly-1" }))).toBeNull();
  expect(readShare(encoded({ v: 1, models: ["m", "m"] }))?.models).toEqual(["m"]);
});
