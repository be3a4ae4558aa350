import type { TokenUsage } from "@lyceum/domain";
import { TokenSum } from "@lyceum/domain/token-sum";
import { leastTokens } from "@lyceum/domain/tokens";
import type { ReplyFacts, UpstreamComplaint } from "../canonical/reply.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import { countsOneAnswer } from "../tokens/counts-one-answer.ts";

/** As far as an estimate mostly lies above the figure of one tokenizer: docs/token-estimates.md. */
const AGREEMENT = 1.25;

/** Learns from the events of a stream what metering must know. */
export class OutputMeter {
  readonly #choices: number;
  readonly #sum = new TokenSum();
  #frames = 0;
  /** How many of them there were when the last usage came. */
  #framesAtUsage = 0;
  readonly #finished = new Set<number>();
  #usage: TokenUsage | null = null;
  #rawUsage: unknown = null;
  #lastChoice = 0;
  #isCounted = false;
  error: UpstreamComplaint | null = null;

  constructor(choices: number) {
    this.#choices = choices;
  }

  get hasOutput(): boolean {
    return this.#frames > 0;
  }

  get isFinished(): boolean {
    return this.#finished.size >= this.#choices;
  }

  get seenOutputTokens(): number {
    // Most upstreams send a token a frame; others gather several.
    return Math.max(this.#frames, Math.floor(leastTokens(this.#sum.tokens)));
  }

  /** A new frame: what output it brings counts as one. */
  beginFrame(): void {
    this.#isCounted = false;
  }

  see(event: ReplyEvent): void {
    switch (event.type) {
      case "text-delta":
      case "reasoning-delta":
      case "tool-input-delta":
      case "refusal-delta":
        this.#addText(event.choice, event.text);
        return;
      case "tool-input-start":
        this.#addText(event.choice, event.name);
        return;
      case "media":
        this.#addFrame();
        return;
      case "finish":
        this.#finished.add(event.choice);
        return;
      case "usage":
        this.#usage = event.usage;
        this.#rawUsage = event.rawUsage;
        this.#framesAtUsage = this.#frames;
        return;
      case "error":
        this.error = event.complaint;
        return;
      default:
    }
  }

  facts(): ReplyFacts {
    const { seenOutputTokens, hasOutput } = this;
    const estimate = Math.ceil(this.#sum.tokens);
    // Where the estimate agrees with the number of frames, a frame evidently is a token, and nothing tells more exactly.
    const estimatedOutputTokens = estimate > this.#frames * AGREEMENT ? estimate : this.#frames;
    // Some say early what the whole will be. Tokens are counted differently here and there, frames are not: they decide on a whole answer.
    const least = this.isFinished ? this.#frames : seenOutputTokens;
    const usage = this.#usage;
    const isUsageBehind =
      usage !== null &&
      usage.output < least &&
      (this.#frames > this.#framesAtUsage || countsOneAnswer(usage.output, estimatedOutputTokens, this.#choices));
    return { usage, rawUsage: this.#rawUsage, estimatedOutputTokens, seenOutputTokens, isUsageBehind, hasOutput };
  }

  #addText(choice: number, text: string): void {
    if (text === "") return;
    this.#addFrame();
    // Several answers come in turns: no word goes on from one into the other.
    if (choice !== this.#lastChoice) this.#sum.cut();
    this.#lastChoice = choice;
    this.#sum.addText(text);
  }

  #addFrame(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.#frames++;
  }
}
