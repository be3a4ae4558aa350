import { expect, it } from "vitest";
import { withoutPrompt } from "./without-prompt.ts";

const sent = (content: string) =>
  Buffer.from(JSON.stringify({ model: "some/long-model-name-7b", messages: [{ content }] }));
const MODEL = "some/long-model-name-7b";

it("leaves out what repeats the request, wherever it stands there and however it is escaped, but for the model's name", () => {
  const prompt = `${"y".repeat(100_000)} dear "diary",\nI love somebody in my class ${"z".repeat(100_000)}`;
  const said = `model ${MODEL} crashed on 'dear "diary",\nI love somebody in my class' again`;
  const kept = withoutPrompt(said, sent(prompt), MODEL);
  expect(kept).toBe(`model ${MODEL} crashed on '…' again`);
  const escaped = Buffer.from(sent(prompt).toString().replaceAll("d", "\\u0064"));
  expect(withoutPrompt(said, escaped, MODEL)).toBe(kept);
});

it("keeps all that is the upstream's own, and nothing where the request is too long to tell", () => {
  const said = "CUDA out of memory. Tried to allocate 20.00 MiB";
  expect(withoutPrompt(said, sent("hello"), MODEL)).toBe(said);
  expect(withoutPrompt(said, sent("x".repeat(3_000_000)), MODEL)).toBeNull();
});
