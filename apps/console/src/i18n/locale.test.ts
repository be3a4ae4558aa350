import { describe, expect, it } from "vitest";
import { chooseLocale } from "./locale.ts";

describe("chooseLocale", () => {
  it("lets the cookie win over the browser", () => {
    expect(chooseLocale("en", "zh-CN,zh;q=0.9")).toBe("en");
  });
  it("ignores a cookie that names a language we lack", () => {
    expect(chooseLocale("fr", "en-GB")).toBe("en");
  });
  it("takes the browser's best language that we have", () => {
    expect(chooseLocale(undefined, "fr-FR, zh;q=0.4, en-US;q=0.8")).toBe("en");
    expect(chooseLocale(undefined, "de, zh-TW;q=0.7, en;q=0.2")).toBe("zh");
  });
  it("does not take a language the browser refuses", () => {
    expect(chooseLocale(undefined, "en;q=0")).toBe("zh");
  });
  it("falls back to Chinese", () => {
    expect(chooseLocale(undefined, null)).toBe("zh");
    expect(chooseLocale(undefined, ";;q=,")).toBe("zh");
  });
});
