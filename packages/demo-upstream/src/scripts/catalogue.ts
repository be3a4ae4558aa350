import { agentScripts } from "./agent.ts";
import { answerScripts } from "./answers.ts";
import { campusScripts } from "./campus.ts";
import { endingScripts } from "./endings.ts";
import { faultScripts, refusal } from "./faults.ts";
import type { Circumstances, DemoCall, Plan, Script } from "./plan.ts";
import { speedScripts } from "./speed.ts";
import { stopAt } from "./stop-sequences.ts";
import { thinkingScripts } from "./thinking.ts";
import { toolScripts } from "./tools.ts";
import { usageScripts } from "./usage-reports.ts";
import { wireScripts } from "./wires.ts";

/** A model of the demo upstream. `name` can be called; `family` shows which parts of it may be other numbers. */
export type DemoModel = { name: string; family: string; description: string };

const scripts: readonly Script[] = [
  ...answerScripts,
  ...thinkingScripts,
  ...speedScripts,
  ...toolScripts,
  ...agentScripts,
  ...endingScripts,
  ...wireScripts,
  ...campusScripts,
  ...faultScripts,
  ...usageScripts,
];

const scriptByName = new Map(scripts.filter(hasOneName).map((script) => [script.family, script]));
const scriptFamilies = scripts
  .filter((script) => !hasOneName(script))
  .map((script) => ({ script, pattern: new RegExp(`^${script.family.replace(/[A-Z]+/g, "(\\d{1,7})")}$`) }));

/** Every model with a line on what it does, in the order of the README's table. */
export const demoModels: readonly DemoModel[] = scripts.map(({ example, family, description }) => ({
  name: example,
  family,
  description,
}));

/** What the model named in the call does with it; a 404 for a name that is not in the catalogue. */
export function planFor(call: DemoCall, circumstances: Circumstances): Plan {
  const plan = scriptFor(call, circumstances);
  if (plan.kind === "refusal" || call.stopSequences.length === 0 || plan.quirks.ignoresStops) return plan;
  return stopAt(plan, call.stopSequences);
}

function scriptFor(call: DemoCall, circumstances: Circumstances): Plan {
  const named = scriptByName.get(call.model);
  if (named) return named.plan(call, [], circumstances);
  for (const { script, pattern } of scriptFamilies) {
    const match = pattern.exec(call.model);
    if (match) return script.plan(call, match.slice(1).map(Number), circumstances);
  }
  return refusal(404, "invalid_request_error", "model_not_found", `The model \`${call.model}\` does not exist.`);
}

function hasOneName(script: Script): boolean {
  return script.family === script.example;
}
