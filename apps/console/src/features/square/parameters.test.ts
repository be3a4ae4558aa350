import { noConstraints } from "@lyceum/domain";
import { expect, it } from "vitest";
import { isUnconstrained, recommendedJson } from "./parameters.ts";

it("writes recommended values so that they can be pasted between the braces of a body", () => {
  const recommended = { temperature: 0.6, top_k: 20, think: false, effort: 'l"ow' };
  expect(JSON.parse(`{${recommendedJson(recommended)}}`)).toEqual(recommended);
  expect(recommendedJson({ temperature: 0.6, top_p: 0.95 })).toBe('"temperature": 0.6,\n"top_p": 0.95');
});

it("has something to say as soon as there is one constraint", () => {
  expect(isUnconstrained(noConstraints)).toBe(true);
  for (const change of [{ ranges: { n: { maximum: 1 } } }, { rejected: ["seed"] }, { recommended: { temperature: 1 } }])
    expect(isUnconstrained({ ...noConstraints, ...change })).toBe(false);
});
