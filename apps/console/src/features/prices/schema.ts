import { z } from "zod";
import { amountProblem, priceClasses } from "./price-fields.ts";

const amount = z.string().trim().max(40);

export const setPriceInput = z
  .object({
    modelId: z.uuid(),
    input: amount,
    output: amount,
    cachedInput: amount,
    reasoning: amount,
    cacheWrite: amount,
    image: amount,
    audio: amount,
    request: amount,
  })
  .superRefine((price, context) => {
    for (const each of priceClasses) {
      const problem = amountProblem(each, price[each]);
      if (problem !== null) context.addIssue({ code: "custom", message: `prices.${problem}`, path: [each] });
    }
  });
