import { describe, expect, test } from "vitest";
import { readSpeedParams, speedHref } from "./params.ts";

describe("the address of the speed page", () => {
  test("says which page of models is shown, and keeps it where something else is chosen", () => {
    const params = readSpeedParams({ page: "3", metric: "e2e" });
    expect(params.page).toBe(3);
    expect(speedHref(params, { metric: "tpot" })).toBe("/speed?metric=tpot&page=3");
    expect(speedHref(params, { model: "qwen3", page: null })).toBe("/speed?metric=e2e&model=qwen3");
  });

  test.each(["0", "-1", "1.5", "x", "99999"])("takes %s for no page", (page) => {
    expect(readSpeedParams({ page }).page).toBeNull();
  });

  test("takes for a run only what the database takes for an id", () => {
    expect(readSpeedParams({ run: "-".repeat(36) }).run).toBeNull();
    const run = "0192f000-0000-7000-8000-000000000000";
    expect(readSpeedParams({ run }).run).toBe(run);
  });

  test("a shared result has no pages", () => {
    expect(speedHref(readSpeedParams({ page: "2" }), { metric: "e2e" }, "/speed/result/x")).toBe(
      "/speed/result/x?metric=e2e",
    );
  });
});
