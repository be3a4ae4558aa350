import { errorCodes } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { messages } from "#i18n/messages.ts";
import { fixFor } from "./first-refusal.ts";

describe("fixFor", () => {
  it("names one thing for each code, with a word in both languages", () => {
    for (const code of errorCodes) {
      const { href, word } = fixFor(code);
      expect(href).toMatch(/^\/(?:docs|balance|terms|models|keys)/);
      expect([messages.zh.keys[word], messages.en.keys[word]]).not.toContain(undefined);
    }
    expect(fixFor("model_not_found").href).toBe("/models");
    expect(fixFor("invalid_json").href).toBe("/docs/errors#invalid_json");
  });
});
