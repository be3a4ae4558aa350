import { defaultSettings, termsAtGateway } from "@lyceum/domain";
import { expect, it } from "vitest";
import { changedTerms } from "./changed-terms.ts";

const now = new Date("2026-11-28T12:00:00Z");
const until = new Date("2026-12-05T00:00:00Z");
const first = defaultSettings.terms;
const words = { zh: ["一"], en: ["one"] };

it("takes the version before at the gateway until the day that was set, however often the words change", () => {
  const second = changedTerms(first, { ...words, until }, now);
  expect(second).toEqual({ version: 2, ...words, grace: { version: 1, until: until.toISOString() } });
  expect(termsAtGateway(second, now.getTime())).toBe(1);
  expect(termsAtGateway(second, until.getTime())).toBe(2);
  const third = changedTerms(second, { zh: ["二"], en: ["two"], until }, now);
  expect([third.version, third.grace?.version]).toEqual([3, 1]);
});

it("moves or ends the days of grace without another version, and begins none for words that are in force", () => {
  const second = changedTerms(first, { ...words, until }, now);
  expect(changedTerms(second, { ...words, until: null }, now)).toEqual({ version: 2, ...words, grace: null });
  expect(changedTerms(first, { zh: [...first.zh], en: [...first.en], until }, now)).toBe(first);
});
