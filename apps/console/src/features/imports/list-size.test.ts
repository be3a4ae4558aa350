import { expect, it } from "vitest";
import { importInput } from "#features/channels/schema.ts";
import { isTooLong } from "./list-size.ts";

it("counts what is sent, not what is typed: Chinese takes three bytes, a quote two", () => {
  const fits = (text: string) => importInput.safeParse({ text, source: "detect", allowPrivate: false }).success;
  expect([isTooLong("a".repeat(1_400_000)), fits("a".repeat(1_400_000))]).toEqual([false, true]);
  for (const text of ["渠".repeat(510_000), '"'.repeat(760_000), "a".repeat(1_600_000)])
    expect([isTooLong(text), fits(text)]).toEqual([true, false]);
  expect(isTooLong(new Blob(["a".repeat(1_600_000)]))).toBe(true);
});
