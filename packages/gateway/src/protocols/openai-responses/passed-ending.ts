import type { AppError, TokenUsage } from "@lyceum/domain";
import type { StreamEncoder } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { failureOf } from "./errors.ts";
import type { OutputState, WireEvent } from "./output-state.ts";
import { frameOf } from "./stream.ts";
import { encodeUsage } from "./usage.ts";

/** Ends a stream that passed until here, in the words of the response that the upstream began. */
export class PassedEnding implements StreamEncoder {
  readonly #state: OutputState;
  readonly #next: () => number;
  #usage: TokenUsage | null = null;
  response: Readonly<Record<string, unknown>> = {};

  constructor(state: OutputState, next: () => number) {
    this.#state = state;
    this.#next = next;
  }

  encode(event: ReplyEvent): string {
    if (event.type === "usage") this.#usage = event.usage;
    return "";
  }

  end(): string {
    let text = "";
    for (const index of this.#state.openItems)
      for (const event of this.#state.closing(index, "incomplete")) text += this.#write(event);
    const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    const response = { ...this.response, ...cut, output: this.#state.output, usage: encodeUsage(this.#usage) };
    return text + this.#write({ type: "response.incomplete", response });
  }

  error(error: AppError, _requestId: string): string {
    const failure = failureOf(error);
    const response = { ...this.response, status: "failed", error: failure, output: this.#state.output };
    return this.#write({ type: "error", ...failure, param: null }) + this.#write({ type: "response.failed", response });
  }

  #write({ type, ...rest }: WireEvent): string {
    const event = { type, sequence_number: this.#next(), ...rest };
    this.#state.apply(event);
    return frameOf(event);
  }
}
