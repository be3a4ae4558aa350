import { expect, it } from "vitest";
import { findModel } from "./find-model.ts";

it.each([
  ["a", ["a", "a:latest"], "a"],
  ["a:latest", ["a", "a:latest"], "a:latest"],
  ["a:latest", ["a"], "a"],
  ["a", ["a:latest"], "a:latest"],
  ["a:8b", ["a", "a:latest"], undefined],
  ["a:latest", ["a:8b"], undefined],
  ["a:latest:latest", ["a"], undefined],
])("finds %s among %j: %s (case 34)", (name, names, found) => {
  expect(findModel(name, new Map(names.map((each) => [each, each])))).toBe(found);
});
