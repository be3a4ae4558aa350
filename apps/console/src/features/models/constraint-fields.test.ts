import { modelConstraintsSchema, noConstraints } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { type ConstraintText, constraintsInput, constraintText } from "./constraint-fields.ts";

const empty = constraintText(noConstraints);
const typed = (changes: Partial<ConstraintText>) => constraintsInput.safeParse({ ...empty, ...changes });
const topP = (minimum: string, maximum: string) => ({
  parameters: { ...empty.parameters, top_p: { minimum, maximum, rejected: false } },
});
const paths = (result: ReturnType<typeof typed>) =>
  result.error?.issues.map((issue) => [issue.path.join("."), issue.message]);

describe("constraints as typed", () => {
  it("come back as they were", () => {
    const constraints = modelConstraintsSchema.parse({
      ranges: { top_p: { minimum: 0.01, maximum: 0.95 }, max_tokens: { maximum: 8192 } },
      rejected: ["seed", "logit_bias", "chat_template_kwargs.enable_thinking"],
      recommended: { temperature: 0.6, repeat_penalty: 1, think: true, effort: "low", stop: "1" },
    });
    expect(constraintsInput.parse(constraintText(constraints))).toEqual(constraints);
    expect(constraintsInput.parse(empty)).toEqual(noConstraints);
  });

  it("take a minus of any kind, commas or lines between fields, and a vendor's JSON", () => {
    expect(typed(topP("−1", " 1 ")).data?.ranges).toEqual({ top_p: { minimum: -1, maximum: 1 } });
    expect(typed({ rejected: "a.b，c\n c, d" }).data?.rejected).toEqual(["a.b", "c", "d"]);
    const json = '{"repeat_penalty":1,"temperature":0.6,"top_k":20,"top_p":0.95}';
    expect(typed({ recommended: json }).data?.recommended).toEqual(JSON.parse(json));
    expect(typed({ recommended: '"temperature": 0.6,\n\ntop_k：20' }).data?.recommended).toEqual({
      temperature: 0.6,
      top_k: 20,
    });
  });

  it("say at the field what is wrong with it", () => {
    expect(paths(typed(topP("hot", "")))).toEqual([["parameters.top_p.minimum", "validation.notANumber"]]);
    expect(paths(typed(topP("2", "1")))).toEqual([["parameters.top_p.maximum", "models.belowMinimum"]]);
    expect(paths(typed({ rejected: "ok, not-ok!" }))).toEqual([["rejected", "models.badField"]]);
    expect(paths(typed({ rejected: "seed, messages" }))).toEqual([["rejected", "models.essentialField"]]);
    for (const recommended of ["temperature", "temperature =", "温度 = 1", '{"a": [1]}', "{"])
      expect(paths(typed({ recommended })), recommended).toEqual([["recommended", "models.badRecommended"]]);
  });
});
