import type { StatementTurn } from "@lyceum/db";
import type { Parameters } from "../parameters.ts";
import { storedParameters } from "../views.ts";

/** What a statement says of one model; the route's JSON. */
export interface ModelUse {
  /** That answered. */
  model: string;
  /** Asked for, where another answered for it. */
  askedFor: string | null;
  answers: number;
  /** ISO, of the first and the last answer. */
  from: string;
  to: string;
}

/** What is known of how a conversation was had: no word of what was said, but for the questions, which stay out unless they are chosen. */
export interface StatementFacts {
  models: ModelUse[];
  /** Each set of parameters that an answer was asked for with, without those that set none. */
  parameters: Parameters[];
  /** Some answers were asked for without any parameter. */
  hasDefaults: boolean;
  /** `name` or `name=value`: what the gateway left out or moved for a model's constraints. */
  adjusted: string[];
  hasSystemPrompt: boolean;
  questions: number;
  answers: number;
  prompts: { at: string; text: string; files: string[] }[];
}

/** What the route answers. */
export interface StatementAnswer {
  /** The gateway's name. */
  site: { zh: string; en: string };
  facts: StatementFacts;
}

/** Adds up the turns of a conversation, all of its branches, oldest first; answers without a word count as none. */
export function statementFacts(turns: readonly StatementTurn[], systemPrompt: string): StatementFacts {
  const questions = turns.filter(({ kind, state }) => kind === "question" && state !== "pending");
  const answers = turns.filter(({ kind, hasText }) => kind === "answer" && hasText);
  const models = new Map<string, ModelUse>();
  for (const { models: asked, servedModel, createdAt } of answers) {
    const askedName = asked[0] ?? "";
    const model = servedModel ?? askedName;
    const askedFor = model === askedName ? null : askedName;
    const at = createdAt.toISOString();
    const use = models.get(`${model}\n${askedFor}`) ?? { model, askedFor, answers: 0, from: at, to: at };
    // They come oldest first.
    models.set(`${model}\n${askedFor}`, { ...use, answers: use.answers + 1, to: at });
  }
  const sets = answers.map(({ parameters }) => storedParameters(parameters));
  const isSet = (parameters: Parameters) => Object.keys(parameters).length > 0;
  const distinct = new Map(sets.filter(isSet).map((parameters) => [JSON.stringify(parameters), parameters]));
  return {
    models: [...models.values()],
    parameters: [...distinct.values()],
    hasDefaults: sets.some((parameters) => !isSet(parameters)),
    adjusted: [...new Set(answers.flatMap(({ clamped, dropped }) => [...clamped, ...dropped]))],
    hasSystemPrompt: systemPrompt.trim() !== "",
    questions: questions.length,
    answers: answers.length,
    prompts: questions.map(({ createdAt, text, files }) => ({ at: createdAt.toISOString(), text, files })),
  };
}
