import type { AppError } from "@lyceum/domain";
import { TokenSum } from "@lyceum/domain/token-sum";
import { leastTokens } from "@lyceum/domain/tokens";
import type { DecodedCall, ModelNames } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../../canonical/reply.ts";
import { isRecord } from "../../json/is-record.ts";
import { countsOneAnswer } from "../../tokens/counts-one-answer.ts";
import { complaintIn, encodeStreamError } from "./errors.ts";
import { BROKEN, brokenOff } from "./finish.ts";
import { type FrameScan, scanFrame } from "./frame-scan.ts";
import { readUsage } from "./usage.ts";

/** As far as an estimate mostly lies above the figure of one tokenizer: docs/token-estimates.md. */
const AGREEMENT = 1.25;
/** Of chat chunks or of those of completions: what one says that says nothing, and whether all text in them is the model's own. */
export type FrameKind = { readonly object: string; readonly silence: object; readonly isAllOutput: boolean };
const chatChunk: FrameKind = { object: "chat.completion.chunk", silence: { delta: {} }, isAllOutput: true };
/** Ends a clean stream. */
export const STREAM_END = "data: [DONE]\n\n";

/**
 * Listens to a stream of chat completions, or of completions. A frame is parsed only where it may matter: where it names usage, a finish
 * reason or an error, or is no chunk as one expects it.
 */
export class OpenAiChatListener implements StreamListener {
  readonly #names: ModelNames;
  readonly #kind: FrameKind;
  readonly #choices: number;
  readonly #wantsUsage: boolean;
  /** The upstream's name as it stands in its JSON; null: it is the public one. */
  readonly #modelValue: Buffer | null;
  #rawUsage: unknown = null;
  #outputFrames = 0;
  /** How many of them there were when the last usage came, the frame that brought it included. */
  #framesAtUsage = 0;
  readonly #sum = new TokenSum();
  /** Choices that have ended; a server that says so twice ends none of the others. */
  readonly #finished = new Set<unknown>();
  /** The first frame's data: id and time of a frame of our own are its. */
  #first = "";
  rename: { start: number; end: number; text: string } | null = null;
  readonly replacement = null;
  readonly passesComments = true;
  error: UpstreamComplaint | null = null;

  constructor(call: Pick<DecodedCall, "choices" | "wantsStreamUsage">, names: ModelNames, kind = chatChunk) {
    this.#names = names;
    this.#kind = kind;
    this.#choices = call.choices;
    this.#wantsUsage = call.wantsStreamUsage;
    this.#modelValue = names.requested === names.upstream ? null : Buffer.from(JSON.stringify(names.upstream));
  }

  get hasOutput(): boolean {
    return this.#outputFrames > 0;
  }

  get isFinished(): boolean {
    return this.#finished.size >= this.#choices;
  }

  get seenOutputTokens(): number {
    // Most upstreams send a token a frame; others gather several.
    return Math.max(this.#outputFrames, Math.floor(leastTokens(this.#sum.tokens)));
  }

  /** Frames where the estimate agrees with their number: then a frame evidently is a token, and nothing tells more exactly. */
  get #estimatedOutputTokens(): number {
    const estimate = Math.ceil(this.#sum.tokens);
    return estimate > this.#outputFrames * AGREEMENT ? estimate : this.#outputFrames;
  }

  facts(): ReplyFacts {
    const { seenOutputTokens, hasOutput } = this;
    const estimatedOutputTokens = this.#estimatedOutputTokens;
    const usage = readUsage(this.#rawUsage);
    // Some say early what the whole will be. Tokens are counted differently here and there, frames are not: they decide on a whole answer.
    const least = this.isFinished ? this.#outputFrames : seenOutputTokens;
    const isUsageBehind =
      usage !== null &&
      usage.output < least &&
      (this.#outputFrames > this.#framesAtUsage ||
        (this.#kind.isAllOutput && countsOneAnswer(usage.output, estimatedOutputTokens, this.#choices)));
    return { usage, rawUsage: this.#rawUsage, estimatedOutputTokens, seenOutputTokens, isUsageBehind, hasOutput };
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    const first = parseOrNull(this.#first) ?? {};
    const common = {
      id: first.id,
      object: this.#kind.object,
      created: first.created,
      model: this.#names.requested,
    };
    const choices = Array.from({ length: this.#choices }, (_, index) => ({
      index,
      ...this.#kind.silence,
      finish_reason: "length",
    }));
    const frames: object[] = [{ ...common, choices }];
    if (this.#wantsUsage) {
      const output = this.seenOutputTokens;
      const usage = { prompt_tokens: inputTokens, completion_tokens: output, total_tokens: inputTokens + output };
      frames.push({ ...common, choices: [], usage });
    }
    return Buffer.from(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("") + STREAM_END);
  }

  encodeEnd(): Buffer {
    return Buffer.from(STREAM_END);
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return encodeStreamError(error, requestId);
  }

  judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    this.rename = null;
    if (end === start) return "pass";
    if (end - start <= 16 && buffer.toString("latin1", start, end).trim() === "[DONE]") return "end";
    // llama.cpp has nothing to say of a prompt while it works on another.
    if (end - start === 4 && buffer.toString("latin1", start, end) === "null") return "withhold";
    if (this.#first === "") this.#first = buffer.toString("utf8", start, end);
    const scan = scanFrame(buffer, start, end);
    const formerUsage = this.#rawUsage;
    if (this.#modelValue !== null) this.#findModel(buffer, scan, this.#modelValue);
    const isPlain = scan.isWhole && scan.namesChoices && !scan.namesUsage && !scan.namesError && !scan.namesFinish;
    const verdict = isPlain ? "pass" : this.#judgeParsed(buffer.toString("utf8", start, end));
    if (verdict === "pass" && scan.texts.length > 0) this.#addOutput(buffer, scan.texts);
    if (this.#rawUsage !== formerUsage) this.#framesAtUsage = this.#outputFrames;
    return verdict;
  }

  #addOutput(buffer: Buffer, texts: readonly number[]): void {
    this.#outputFrames++;
    // Several answers come in turns: no word goes on from one into the other.
    if (this.#choices > 1) this.#sum.cut();
    for (let index = 0; index < texts.length; index += 2)
      this.#sum.add(buffer, texts[index] ?? 0, texts[index + 1] ?? 0);
  }

  #judgeParsed(text: string): FrameVerdict {
    const frame = parseOrNull(text);
    if (frame === null) {
      this.error = { message: "an event of the stream is not JSON", code: "wrong_json" };
      return "error";
    }
    // Frames of neither kind (a vendor's ping) pass.
    const complaint = frame.choices === undefined || frame.error ? complaintIn(frame) : null;
    if (complaint !== null) {
      this.error = complaint;
      return "error";
    }
    const choices = Array.isArray(frame.choices) ? frame.choices : [];
    if (frame.usage) this.#rawUsage = frame.usage;
    for (const [position, choice] of choices.entries()) {
      if (!isRecord(choice)) continue;
      if (choice.usage && !frame.usage) this.#rawUsage = choice.usage; // Moonshot's place for it
      if (choice.finish_reason === BROKEN) {
        this.error = brokenOff;
        return "error";
      }
      if (choice.finish_reason) this.#finished.add(choice.index ?? position);
    }
    if (!frame.usage || choices.length > 0) return "pass";
    return this.#wantsUsage ? "tail" : "withhold";
  }

  #findModel(buffer: Buffer, { modelStart, modelEnd }: FrameScan, upstream: Buffer): void {
    if (modelEnd - modelStart !== upstream.length || upstream.compare(buffer, modelStart, modelEnd) !== 0) return;
    this.rename = { start: modelStart, end: modelEnd, text: JSON.stringify(this.#names.requested) };
  }
}

function parseOrNull(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
