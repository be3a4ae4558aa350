import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { reportsAt, type Tally } from "../../scripts/usage-count.ts";
import { openaiManners } from "../openai-chat/chat.ts";
import { doneFrame, eventFrame, faultSteps, overhead } from "../openai-chat/stream.ts";
import { encodeUsage } from "../openai-chat/usage.ts";
import type { Protocol, Stamp, Step } from "../protocol.ts";
import { cutShort } from "../stream-steps.ts";
import { type Choice, choicesOf, encodeLogprobs } from "./choices.ts";
import { decodeCompletion, type Prompts } from "./request.ts";

const requests = new WeakMap<DemoCall, Prompts>();

/** The older completions, which go on from a prompt. */
export const openaiCompletions: Protocol = {
  ...openaiManners,
  name: "openai-completions",
  accepts: (method, pathname) => method === "POST" && pathname === "/v1/completions",
  decode(request) {
    const { call, prompts } = decodeCompletion(request);
    requests.set(call, prompts);
    return call;
  },
  streamContentType: "text/event-stream; charset=utf-8",
  encodeStream,
  encodeWhole,
  encodeStreamRefusal: (refusal) => eventFrame(openaiManners.encodeRefusal(refusal)) + doneFrame,
};

function encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string {
  const prompts = promptsOf(call);
  const choices = choicesOf(call, answer, prompts);
  const encoded = choices.map((choice) => {
    const { tokens } = choice;
    const all = [...choice.echoed, ...Array.from({ length: tokens.count }, (_, index) => tokens.at(index))];
    return encodeChoice(choice, all, 0, 0, choice.finish, prompts);
  });
  const usage = answer.usage.report === "never" ? "" : `,"usage":${encodeUsage(call, answer, tallyOf(choices))}`;
  return `${head(call, stamp)}"choices":${JSON.stringify(encoded)}${usage}}`;
}

/** Chunks of all choices in turn, then a chunk with the reason for each, the usage if asked for, [DONE]. */
function* encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Generator<Step> {
  const { fault, usage } = answer;
  const prompts = promptsOf(call);
  const choices = choicesOf(call, answer, prompts);
  const whole = tallyOf(choices);
  const longest = Math.max(...choices.map(({ tokens }) => tokens.count));
  const lengths = new Map<Choice, number>();
  const start = head(call, stamp);
  const tally: Tally = { output: 0, reasoning: 0 };

  const chunk = (choice: Choice, tokens: readonly string[], first: number, finish: string | null, report?: Tally) => {
    const offset = lengths.get(choice) ?? 0;
    lengths.set(choice, offset + tokens.join("").length);
    const encoded = JSON.stringify(encodeChoice(choice, tokens, first, offset, finish, prompts));
    return eventFrame(
      `${start}"choices":[${encoded}]${report ? `,"usage":${encodeUsage(call, answer, report)}` : ""}}`,
    );
  };

  if (fault?.after === "start") return yield* faultSteps(fault);
  for (const choice of choices) if (choice.echoed.length > 0) yield overhead(chunk(choice, choice.echoed, 0, null));
  for (let index = 0; index < longest; index++) {
    const faulty = fault?.after === index;
    if (faulty && fault.kind !== "broken-json") return yield* faultSteps(fault);
    for (const choice of choices) {
      if (index >= choice.tokens.count) continue;
      tally.output++;
      const isFirst = choice.index === 0;
      const reported = isFirst ? reportAt(answer, index, longest) : undefined;
      const report = reported === "whole" ? whole : reported && tally;
      const text = chunk(choice, [choice.tokens.at(index)], choice.echoed.length + index, null, report);
      yield { kind: "frame", text: faulty ? cutShort(text) : text, content: true, paced: isFirst };
    }
  }
  for (const choice of choices) yield overhead(chunk(choice, [], 0, choice.finish));
  const isAsked = usage.report === "after-finish" || (call.wantsUsage && !reportsOnce(answer));
  for (let left = isAsked ? (usage.report === "twice" ? 2 : 1) : 0; left > 0; left--) {
    yield overhead(eventFrame(`${start}"choices":[],"usage":${encodeUsage(call, answer, whole)}}`));
  }
  yield overhead(doneFrame);
}

function reportAt({ usage: { report } }: Answer, position: number, count: number) {
  if (report === "first") return position === 0 ? "whole" : undefined;
  return reportsAt(report, position, count);
}

/** The script has its report on the way, or none. */
function reportsOnce({ usage: { report } }: Answer): boolean {
  return report === "never" || report === "first" || report === "middle" || report === "middle-so-far";
}

function encodeChoice(
  { index }: Choice,
  tokens: readonly string[],
  first: number,
  offset: number,
  finish: string | null,
  { logprobs }: Prompts,
) {
  const wanted = logprobs !== undefined && tokens.length > 0;
  return {
    index,
    text: tokens.join(""),
    logprobs: wanted ? encodeLogprobs(tokens, first, offset, logprobs) : null,
    finish_reason: finish,
  };
}

function tallyOf(choices: readonly Choice[]): Tally {
  return { output: choices.reduce((sum, { tokens }) => sum + tokens.count, 0), reasoning: 0 };
}

function head(call: DemoCall, { ordinal, created }: Stamp): string {
  return `{"id":"cmpl-demo-${ordinal}","object":"text_completion","created":${created},"model":${JSON.stringify(call.model)},`;
}

function promptsOf(call: DemoCall): Prompts {
  const prompts = requests.get(call);
  if (!prompts) throw new Error("the call was not decoded here");
  return prompts;
}
