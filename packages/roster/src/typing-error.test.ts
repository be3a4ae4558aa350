import { expect, it } from "vitest";
import { isTypingError } from "./typing-error.ts";

it.each([
  ["20260011", "20260012", true],
  ["20260011", "2026011", true],
  ["20260011", "202600111", true],
  ["20260011", "20206011", true],
  ["20260011", "20260011", false],
  ["20260011", "20260022", false],
  ["20260011", "20261100", false],
  ["20260011", "11", false],
])("%s and %s: %s", (one, other, expected) => {
  expect([isTypingError(one, other), isTypingError(other, one)]).toEqual([expected, expected]);
});
