import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { campusModels } from "./campus.ts";
import { demoModels, planFor } from "./catalogue.ts";
import { type DemoCall, plainCall } from "./plan.ts";

const call = (model: string): DemoCall => ({ ...plainCall, model, stream: true, lastUserText: "hello" });
const codeOf = (model: string) => {
  const plan = planFor(call(model), { occurrence: 1, credential: "" });
  return plan.kind === "refusal" ? plan.code : "answers";
};

describe("the catalogue", () => {
  it("knows every model it lists, once", () => {
    const unknown = demoModels.filter(({ name }) => name !== "demo-404-model" && codeOf(name) === "model_not_found");
    expect(unknown).toEqual([]);
    expect(new Set(demoModels.map(({ name }) => name)).size).toBe(demoModels.length);
    for (const name of campusModels) expect(codeOf(name)).toBe("answers");
  });

  it.each([
    "demo-chunks-",
    "demo-chunks-N",
    "demo-chunks-5-every-5",
    "demo-text-2",
    "xdemo-text",
    "demo-chunks-12345678",
  ])("does not know %s", (name) => expect(codeOf(name)).toBe("model_not_found"));

  it("is the README's table, line by line, the padding of its columns aside", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const lines = readme
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.replace(/ +/g, " "));
    expect(lines).toEqual(demoModels.map(({ family, description }) => `| \`${family}\` | ${description} |`));
  });
});
