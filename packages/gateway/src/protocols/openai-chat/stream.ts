import type { Call } from "../../canonical/call.ts";
import type { ModelNames } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../../canonical/reply.ts";
import { Needle } from "../../streams/needle.ts";
import { complaintIn } from "./errors.ts";
import { textBytes, tokensOfBytes } from "./output-estimate.ts";
import { readUsage } from "./usage.ts";

/**
 * Listens to a chat completion stream. A frame is parsed only where it may matter: until the first output, and where it names usage
 * or an error. Quotes within a JSON string are escaped, so a quoted key found by its bytes is a key, never text of the model.
 */
export class OpenAiChatListener implements StreamListener {
  readonly #names: ModelNames;
  readonly #choices: number;
  readonly #wantsUsage: boolean;
  readonly #usageKey = new Needle('"usage"');
  readonly #errorKey = new Needle('"error"');
  readonly #finishKey = new Needle('"finish_reason"');
  readonly #modelValue: Needle | null;
  #rawUsage: unknown = null;
  #outputFrames = 0;
  #outputBytes = 0;
  #envelopeBytes = 0;
  #finished = 0;
  rename: { start: number; end: number; text: string } | null = null;
  error: UpstreamComplaint | null = null;

  constructor(call: Call, names: ModelNames) {
    this.#names = names;
    this.#choices = call.choices;
    this.#wantsUsage = call.wantsStreamUsage;
    this.#modelValue = names.requested === names.upstream ? null : new Needle(JSON.stringify(names.upstream));
  }

  get hasOutput(): boolean {
    return this.#outputFrames > 0;
  }

  get isFinished(): boolean {
    return this.#finished >= this.#choices;
  }

  facts(): ReplyFacts {
    // Most upstreams send a token a frame; others gather several.
    const seenOutputTokens = Math.max(this.#outputFrames, tokensOfBytes(this.#outputBytes));
    return { usage: readUsage(this.#rawUsage), rawUsage: this.#rawUsage, seenOutputTokens, hasOutput: this.hasOutput };
  }

  judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    this.rename = null;
    if (end === start) return "pass";
    if (end - start <= 16 && buffer.toString("latin1", start, end).trim() === "[DONE]") return "end";
    const namesUsage = this.#namesValue(this.#usageKey, buffer, start, end);
    const namesError = this.#namesValue(this.#errorKey, buffer, start, end);
    const namesFinish = this.#namesValue(this.#finishKey, buffer, start, end);
    this.#findModel(buffer, start, end);
    if (this.hasOutput && !namesUsage && !namesError && !namesFinish) {
      this.#outputFrames++;
      this.#outputBytes += Math.max(0, end - start - this.#envelopeBytes);
      return "pass";
    }
    return this.#judgeParsed(buffer.toString("utf8", start, end));
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
    const bytes = textBytes(choices);
    if (bytes > 0) {
      this.#outputFrames++;
      this.#outputBytes += bytes;
      this.#envelopeBytes = Buffer.byteLength(text) - bytes;
    }
    for (const choice of choices) if (isRecord(choice) && choice.finish_reason) this.#finished++;
    if (!frame.usage || choices.length > 0) return "pass";
    return this.#wantsUsage ? "tail" : "withhold";
  }

  /** Whether the frame has this key with anything but null. */
  #namesValue(key: Needle, buffer: Buffer, start: number, end: number): boolean {
    let at = key.find(buffer, start);
    if (at < 0 || at >= end) return false;
    at += key.length;
    while (at < end && (buffer[at] === 0x20 || buffer[at] === 0x3a)) at++;
    return buffer[at] !== 0x6e;
  }

  #findModel(buffer: Buffer, start: number, end: number): void {
    if (this.#modelValue === null) return;
    const at = this.#modelValue.find(buffer, start);
    if (at < 0 || at >= end) return;
    // Only as the value of a key named model.
    let before = at - 1;
    while (before > start && (buffer[before] === 0x20 || buffer[before] === 0x3a)) before--;
    if (buffer.toString("latin1", Math.max(start, before - 6), before + 1) !== '"model"') return;
    this.rename = { start: at, end: at + this.#modelValue.length, text: JSON.stringify(this.#names.requested) };
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
