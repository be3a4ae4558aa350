import { describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { type Limits, noLimits, parseLimits } from "./limits.ts";

const refusalOf = (changes: Partial<Limits>): AppError => {
  try {
    parseLimits({ ...noLimits, ...changes });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("limits", () => {
  it("are taken as they are when they are valid", () => {
    const limits: Limits = { rpmLimit: 1, tpmLimit: 1_000_000_000, parallelLimit: 5, capNanos: 0n, capPeriod: "term" };
    expect(parseLimits(limits)).toEqual(limits);
    expect(parseLimits(noLimits)).toEqual(noLimits);
  });

  it.each([
    ["rpmLimit", { rpmLimit: 0 }, "每分钟请求数", "requests a minute"],
    ["tpmLimit", { tpmLimit: 1.5 }, "每分钟 token 数", "tokens a minute"],
    ["parallelLimit", { parallelLimit: 2_000_000_000 }, "并行请求数", "parallel requests"],
    ["capNanos", { capNanos: -1n }, "花费上限", "spending cap"],
    ["capNanos", { capNanos: 10n ** 17n }, "花费上限", "spending cap"],
    ["capPeriod", { capPeriod: "year" as "day" }, "上限周期", "cap period"],
  ])("that are not are refused in both languages, naming %s", (field, changes, zh, en) => {
    const error = refusalOf(changes);
    expect(error.code).toBe("invalid_request");
    expect(error.parameters.field).toBe(field);
    expect(error.sentence("zh")).toContain(zh);
    expect(error.sentence("en")).toContain(en);
  });
});
