import { expect, it } from "vitest";
import { courseHints } from "./course-hints.ts";

const hour = new Date("2026-11-27T13:00:00Z");
const spenders = (...amounts: bigint[]) =>
  amounts.map((chargeNanos, place) => ({ accountId: String(place), chargeNanos }));
const none = { spenders: [], keyHours: [], models: [] };

it("names who spent more than ten times the median, the largest first, and nobody at exactly ten times", () => {
  const hints = courseHints({ ...none, spenders: spenders(1n, 1n, 1n, 10n, 11n, 40n, 1n) });
  expect(hints).toEqual([
    {
      kind: "far-above-median",
      medianNanos: 1n,
      spenders: [
        { accountId: "5", chargeNanos: 40n },
        { accountId: "4", chargeNanos: 11n },
      ],
    },
  ]);
});

it("takes the median of those who spent: a course where few do has no outlier for that alone", () => {
  expect(courseHints({ ...none, spenders: spenders(0n, 0n, 0n, 0n, 0n, 0n, 5n) })).toEqual([]);
  expect(courseHints({ ...none, spenders: spenders(1n, 1n, 1n, 50n) })).toEqual([]);
});

it("names the busiest keys, at most three, from 300 requests an hour", () => {
  const key = (keyName: string, requests: number) => ({ accountId: "a", keyName, hour, requests });
  const keyHours = [key("few", 299), key("b", 300), key("c", 1_204), key("d", 500), key("e", 301)];
  expect(courseHints({ ...none, keyHours }).map((hint) => "keyName" in hint && hint.keyName)).toEqual(["c", "d", "e"]);
});

it("names the model that half of the money went to, unless there was only one", () => {
  const models = [
    { model: "small", chargeNanos: 1n },
    { model: "large", chargeNanos: 1n },
    { model: "none", chargeNanos: 0n },
  ];
  expect(courseHints({ ...none, models })).toEqual([{ kind: "one-model", model: "small", share: 0.5 }]);
  expect(courseHints({ ...none, models: models.slice(0, 1) })).toEqual([]);
  expect(courseHints({ ...none, models: [...models, { model: "x", chargeNanos: 1n }] })).toEqual([]);
});
