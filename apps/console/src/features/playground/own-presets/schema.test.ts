import { expect, it } from "vitest";
import { fieldErrors } from "#i18n/validation.ts";
import { playgroundLimits } from "../routes.ts";
import { changePresetInput, createPresetInput } from "./schema.ts";

const content = { systemPrompt: "", parameters: { seed: 1 }, prompt: "" };
const translate = Object.assign((key: string, values?: object) => `${key} ${JSON.stringify(values ?? {})}`, {
  has: () => true,
});
const errorsOf = (input: unknown) => {
  const { error } = createPresetInput.safeParse(input);
  return error ? fieldErrors(translate, error) : null;
};

it("takes a name as it is read: in one line, without blanks at its ends", () => {
  expect(createPresetInput.parse({ name: " 热学\n推导 ", content }).name).toBe("热学 推导");
  expect(errorsOf({ name: " \n ", content })).toEqual({ name: expect.stringContaining("validation.required") });
  expect(errorsOf({ name: "x".repeat(playgroundLimits.presetNameLength + 1), content })).toHaveProperty("name");
});

it("says what is too long, and that nothing was set", () => {
  const long = { ...content, prompt: "x".repeat(playgroundLimits.presetPromptLength + 1) };
  expect(errorsOf({ name: "a", content: long })?.["content.prompt"]).toMatch(
    /^playground\.presetPromptTooLong .*"maximum":"?10[,]?000/,
  );
  const empty = { systemPrompt: " ", parameters: {}, prompt: "\n" };
  expect(Object.values(errorsOf({ name: "a", content: empty }) ?? {})[0]).toMatch(/^playground\.presetEmpty/);
  expect(errorsOf({ name: "a", content: { ...content, parameters: { temperature: 9 } } })).not.toBeNull();
  expect(changePresetInput.safeParse({ presetId: crypto.randomUUID() }).success).toBe(false);
});
