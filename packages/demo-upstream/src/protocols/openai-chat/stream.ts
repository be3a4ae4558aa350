import { reach } from "../../scripts/blocks.ts";
import { countLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall, Fault, Piece, Quirks, UsageScript } from "../../scripts/plan.ts";
import { reportsAt, type Tally, wholeTally } from "../../scripts/usage-count.ts";
import type { Stamp, Step } from "../protocol.ts";
import { cutShort } from "../stream-steps.ts";
import { finishReasons } from "./finish.ts";
import { encodeLogprobs } from "./logprobs.ts";
import { encodeUsage } from "./usage.ts";
import { annotation } from "./whole.ts";

export const doneFrame = "data: [DONE]\n\n";

const roleDelta = '{"role":"assistant","content":""}';

/** A JSON text as one server-sent event. */
export function eventFrame(json: string): string {
  return `data: ${json}\n\n`;
}

/** Reports that come with content, see `UsageScript`. */
const reportsInside: ReadonlySet<UsageScript["report"]> = new Set(["every", "cumulative", "middle", "middle-so-far"]);

/** Pieces before the start is repeated, where the script repeats it. */
const piecesBeforeRestart = 3;

/**
 * The steps of a streamed answer: a role chunk for each choice, content chunks (the choices take turns), a finish chunk
 * for each, the usage chunk if asked for, [DONE]; and the script's fault in its place.
 */
export function* encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Generator<Step> {
  const { pieces, usage, fault, quirks } = answer;
  const { count, finish } = reach(call, answer);
  const tally: Tally = { output: 0, reasoning: 0 };
  const tail = `,"object":"chat.completion.chunk","created":${stamp.created},"model":${JSON.stringify(call.model)},"choices":[`;
  const usualHead = `{"id":"chatcmpl-demo-${stamp.ordinal}"${tail}`;
  const logprobs = call.logprobs === undefined ? undefined : countLogprobs(call);
  const reportsOften = reportsInside.has(usage.report);
  let frames = 0;
  const newHead = () => `{"id":"chatcmpl-demo-${stamp.ordinal}-${frames++}"${tail}`;
  const head = quirks.rotatesIds ? newHead : () => usualHead;
  // Like the vendors: with include_usage every chunk but the last says null.
  const usualEnd = call.wantsUsage && usage.report !== "never" ? '],"usage":null}' : "]}";
  const usageEnd = (tokens: Tally) => `],"usage":${encodeUsage(call, answer, tokens)}}`;
  const chunk = (choice: number, delta: string, end: string, reason = "null", probabilities = "null") =>
    `data: ${head()}{"index":${choice},"delta":${delta},"logprobs":${probabilities},"finish_reason":${reason}}${end}\n\n`;
  const endOf = (choice: number, position: number) => {
    if (!reportsOften || (choice > 0 && usage.report !== "every")) return usualEnd;
    const reported = reportsAt(usage.report, position, count);
    if (reported === undefined) return usualEnd;
    return usageEnd(reported === "whole" ? wholeTally(call, answer) : tally);
  };
  const startEnd = (choice: number) => {
    if (usage.report === "every") return usageEnd(tally);
    return choice === 0 && usage.report === "first" ? usageEnd(wholeTally(call, answer)) : usualEnd;
  };

  if (fault?.after === "start") return yield* faultSteps(fault);
  for (let choice = 0; choice < call.choices; choice++) yield overhead(chunk(choice, roleDelta, startEnd(choice)));

  for (let index = 0; index < count; index++) {
    const faulty = fault?.after === index;
    if (faulty && fault.kind !== "broken-json") return yield* faultSteps(fault);
    if (quirks.startsTwice && index === piecesBeforeRestart) yield overhead(chunk(0, roleDelta, usualEnd));
    const piece = pieces.at(index);
    const delta = encodeDelta(piece, quirks);
    const logprob = logprobs?.(piece);
    const logprobsJson = logprob ? encodeLogprobs([logprob]) : undefined;
    for (let choice = 0; choice < call.choices; choice++) {
      tally.output++;
      if (piece.kind === "reasoning" || piece.kind === "redacted") tally.reasoning++;
      if (delta === undefined) continue;
      const text = chunk(choice, delta, endOf(choice, index), "null", logprobsJson);
      yield { kind: "frame", text: faulty ? cutShort(text) : text, content: true, paced: choice === 0 };
    }
  }

  const reason = `"${quirks.sloppyCalls ? "stop" : finishReasons[finish]}"`;
  const finishEnd = usage.report === "every" ? usageEnd(tally) : usualEnd;
  for (let choice = 0; choice < call.choices; choice++) yield overhead(chunk(choice, "{}", finishEnd, reason));
  for (let left = closingReports(call, usage); left > 0; left--) yield overhead(eventFrame(head() + usageEnd(tally)));
  yield overhead(doneFrame);
}

/** How many usage chunks stand between the finish and [DONE]. */
function closingReports(call: DemoCall, { report }: UsageScript): number {
  if (report === "after-finish") return 1;
  if (!call.wantsUsage) return 0;
  if (report === "twice") return 2;
  return report === "asked" || report === "every" || report === "cumulative" ? 1 : 0;
}

/** What the script has planned to go wrong, in the words of OpenAI's streams. */
export function* faultSteps({ kind }: Fault): Generator<Step> {
  if (kind === "silence" || kind === "break") return yield { kind };
  if (kind === "end") return;
  if (kind === "error-text") return yield overhead("Internal Server Error\n");
  const error = { message: "The engine died.", type: "server_error", param: null, code: "engine_error" };
  yield overhead(eventFrame(JSON.stringify({ error })));
  yield overhead(doneFrame);
}

/** Undefined: there is no word for it here. */
function encodeDelta(piece: Piece, { rawReasoning, sloppyCalls }: Quirks): string | undefined {
  switch (piece.kind) {
    case "text":
      return `{"content":${JSON.stringify(piece.text)}}`;
    case "reasoning":
      return `{"${rawReasoning ? "reasoning" : "reasoning_content"}":${JSON.stringify(piece.text)}}`;
    case "refusal":
      return `{"refusal":${JSON.stringify(piece.text)}}`;
    case "citation":
      return JSON.stringify({ annotations: [annotation(piece.citation.url, piece.citation.title, 0)] });
    case "redacted":
      return undefined;
    case "tool": {
      const { call, opens, argumentsPart } = piece;
      const start = opens ? { id: opens.id, type: "function" } : {};
      const named = opens ? { name: opens.name, arguments: argumentsPart } : { arguments: argumentsPart };
      if (sloppyCalls) return JSON.stringify({ role: "assistant", tool_calls: [{ ...start, function: named }] });
      return JSON.stringify({ tool_calls: [{ index: call, ...start, function: named }] });
    }
  }
}

/** A frame that is not content. */
export function overhead(text: string): Step {
  return { kind: "frame", text, content: false, paced: false };
}
