import { MAX_TIERS } from "@lyceum/domain";
import { z } from "zod";
import { amountProblem, priceClasses } from "./price-fields.ts";
import { tierClasses, tierProblem } from "./tier-fields.ts";

const amount = z.string().trim().max(40);
const tokenAmounts = {
  input: amount,
  output: amount,
  cachedInput: amount,
  reasoning: amount,
  cacheWrite: amount,
  image: amount,
  audio: amount,
};

export const setPriceInput = z
  .object({
    modelId: z.uuid(),
    ...tokenAmounts,
    request: amount,
    tiers: z.array(z.object({ above: amount, ...tokenAmounts })).max(MAX_TIERS),
  })
  .superRefine((price, context) => {
    const refuse = (problem: string | null, path: (string | number)[]) => {
      if (problem !== null) context.addIssue({ code: "custom", message: `prices.${problem}`, path });
    };
    for (const of of priceClasses) refuse(amountProblem(of, price[of]), [of]);
    for (const i of price.tiers.keys()) {
      for (const of of ["above", ...tierClasses] as const) refuse(tierProblem(price.tiers, i, of), ["tiers", i, of]);
    }
  });
