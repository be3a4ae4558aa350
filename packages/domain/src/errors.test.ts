import { describe, expect, it } from "vitest";
import { AppError, errorCodes, errorTable, toAppError } from "./errors.ts";

describe("errors", () => {
  it.each(errorCodes)("%s says the same in both languages and names the same parameters", (code) => {
    const { zh, en, status } = errorTable[code];
    const parameters = (sentence: string) =>
      [...sentence.matchAll(/\{(\w+?)(?:_zh|_en)?\}/g)].map((match) => match[1]).sort();
    expect(parameters(zh)).toEqual(parameters(en));
    expect(zh).toMatch(/[\u4e00-\u9fff].*[。}]$/);
    expect(en).toMatch(/^[A-Z{].*[.}]$/);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it("fills in parameters and keeps the detail to itself", () => {
    const error = new AppError("name_taken", { parameters: { name: "gpu1" }, detail: "duplicate key value" });
    expect(error.sentence("zh")).toBe("名称 gpu1 已被使用。");
    expect(error.message).toBe("The name gpu1 is already in use.");
    expect(JSON.stringify([error.message, error.sentence("zh")])).not.toContain("duplicate");
  });

  it("turns anything thrown into internal, with the thing as cause", () => {
    const cause = new TypeError("x");
    expect(toAppError(cause)).toMatchObject({ code: "internal", cause });
  });
});
