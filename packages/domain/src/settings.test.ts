import { describe, expect, it } from "vitest";
import { defaultSettings, settingsSchema } from "./settings.ts";

describe("settings", () => {
  it("have sensible defaults", () => {
    expect(defaultSettings).toMatchObject({
      currency: "CNY",
      timeZone: "Asia/Shanghai",
      registration: "open",
      allowUnpriced: false,
    });
    expect(defaultSettings.terms.zh).toHaveLength(defaultSettings.terms.en.length);
  });
  it.each([{ timeZone: "Mars/Olympus" }, { currency: "yuan" }, { usualOutputTokens: 0 }, { maxBodyBytes: 1 }])(
    "refuse %j",
    (value) => expect(settingsSchema.safeParse(value).success).toBe(false),
  );
});
