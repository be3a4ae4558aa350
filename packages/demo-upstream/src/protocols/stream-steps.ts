import { type Block, reach, sequential, walkBlocks } from "../scripts/blocks.ts";
import type { Answer, DemoCall, Fault, Finish, Piece } from "../scripts/plan.ts";
import { countUsage, reportsAt, type Tally, type UsageCount, wholeTally } from "../scripts/usage-count.ts";
import type { Step } from "./protocol.ts";

/** Pieces before the start is repeated, where the script repeats it. */
const piecesBeforeRestart = 3;
/** So much is missing from the end of a frame that is cut short: at least the closing braces. */
const missingEnd = 6;

/**
 * How a protocol writes the events of a stream. Each returns frames as text, "" for none. `usage` is what the event should report: it
 * counts what was written so far, or all of the answer where the script says so.
 */
export type StreamWords = {
  start(usage: UsageCount | undefined): string;
  open(block: Block, index: number): string;
  /** `soFar` for protocols that report in every event by themselves. */
  delta(block: Block, index: number, piece: Piece, report: UsageCount | undefined, soFar: () => UsageCount): string;
  close(block: Block, index: number, soFar: () => UsageCount): string;
  finish(finish: Finish, usage: UsageCount | undefined): string;
  /** Usage once more behind the finish; and the last words. */
  repeatUsage?(usage: UsageCount): string;
  end(): string;
  /** An error in mid-stream, and what follows it. */
  error(): string;
};

/** The steps of a streamed answer (all choices say the same at once), in the order of its blocks; and the script's fault in its place. */
export function* streamSteps(call: DemoCall, answer: Answer, words: StreamWords): Generator<Step> {
  const { fault, quirks, usage } = answer;
  const { report } = usage;
  const { count, finish } = reach(call, answer);
  const tally: Tally = { output: 0, reasoning: 0 };
  const soFar = () => countUsage(call, answer, tally);
  const whole = () => countUsage(call, answer, wholeTally(call, answer));

  if (fault?.after === "start") return yield* faultSteps(fault, words);
  yield* overhead(words.start(report === "first" ? whole() : reportsInside(report) ? soFar() : undefined));
  for (const event of walkBlocks(sequential(answer), count)) {
    if (event.kind === "open") yield* overhead(words.open(event.block, event.index));
    else if (event.kind === "close") {
      // A block that said nothing on the way is content itself.
      const text = words.close(event.block, event.index, soFar);
      if (text !== "") yield { kind: "frame", text, content: event.block.kind === "tool", paced: false };
    } else {
      const faulty = fault?.after === event.position;
      if (faulty && fault.kind !== "broken-json") return yield* faultSteps(fault, words);
      if (quirks.startsTwice && event.position === piecesBeforeRestart) yield* overhead(words.start(soFar()));
      tally.output += call.choices;
      if (event.piece.kind === "reasoning" || event.piece.kind === "redacted") tally.reasoning += call.choices;
      const reported = reportsAt(report, event.position, count);
      const due = reported === "whole" ? whole() : reported && soFar();
      const text = words.delta(event.block, event.index, event.piece, due, soFar);
      if (text !== "") yield { kind: "frame", text: faulty ? cutShort(text) : text, content: true, paced: true };
    }
  }
  const final = reportsAtEnd(report) ? soFar() : undefined;
  yield* overhead(words.finish(finish, report === "after-finish" ? undefined : final));
  if (final && (report === "twice" || report === "after-finish")) yield* overhead(words.repeatUsage?.(final) ?? "");
  yield* overhead(words.end());
}

function reportsInside(report: Answer["usage"]["report"]): boolean {
  return report === "asked" || report === "twice" || report === "every" || report === "cumulative";
}

function reportsAtEnd(report: Answer["usage"]["report"]): boolean {
  return reportsInside(report) || report === "after-finish";
}

function* faultSteps({ kind }: Fault, words: StreamWords): Generator<Step> {
  if (kind === "silence" || kind === "break") return yield { kind };
  if (kind === "end") return;
  yield* overhead(kind === "error-text" ? "Internal Server Error\n" : words.error());
}

function* overhead(text: string): Generator<Step> {
  if (text !== "") yield { kind: "frame", text, content: false, paced: false };
}

/** The frame with the end of its JSON missing, framed as before. */
export function cutShort(frame: string): string {
  const json = frame.trimEnd();
  return json.slice(0, -missingEnd) + frame.slice(json.length);
}
