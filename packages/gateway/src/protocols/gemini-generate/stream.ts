import type { AppError } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { ReasoningPart } from "../../canonical/canonical-request.ts";
import type { DecodedCall, ReplyContext, StreamEncoder } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { encodeCitation } from "./citations.ts";
import { errorValue } from "./errors.ts";
import { encodeFinish } from "./finish.ts";
import { encodeLogprobs } from "./logprobs.ts";
import { PartWriter } from "./reply-parts.ts";
import { wantsArray } from "./request.ts";
import { contentOf } from "./response.ts";
import { encodeUsage } from "./usage.ts";

export { decodeStream } from "./stream-decode.ts";

/** How the responses of a stream are put behind one another. */
export interface StreamFraming {
  frame(json: string): string;
  /** What follows the last one. */
  end(): string;
}

/** Server-sent events, or one JSON array that comes in pieces (case 53). */
export function framingFor(call: Pick<DecodedCall, "streamContentType">): StreamFraming {
  if (!wantsArray(call)) return { frame: (json) => `data: ${json}\n\n`, end: () => "" };
  let count = 0;
  return {
    frame: (json) => `${count++ === 0 ? "[" : ",\r\n"}${json}`,
    end: () => (count === 0 ? "[]" : "]"),
  };
}

export function encodeStream(context: ReplyContext, call: DecodedCall): StreamEncoder {
  return new GeminiEncoder(context, framingFor(call), context.request().hidesThoughts !== true);
}

/** The same for a stream that passes: what was asked is not looked at. */
export function encodePassing(context: ReplyContext, call: DecodedCall): StreamEncoder {
  return new GeminiEncoder(context, framingFor(call), true);
}

type Call = Extract<ReplyEvent, { type: "tool-input-start" }> & { arguments: string };
type Choice = {
  readonly writer: PartWriter;
  readonly thoughts: Map<number, ReasoningPart & { text: string }>;
  readonly calls: Map<number, Call>;
  readonly citations: object[];
  /** Of the text that is open, and bytes of those before it. */
  text: string;
  before: number;
  wroteParts: boolean;
  finish: FinishReason | null;
};

class GeminiEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #framing: StreamFraming;
  readonly #showsThoughts: boolean;
  readonly #choices = new Map<number, Choice>();
  #id = "";
  #usage: Record<string, number> | null = null;
  /** Nobody wants what is written. */
  #isFollowing = false;

  constructor(context: ReplyContext, framing: StreamFraming, showsThoughts: boolean) {
    this.#context = context;
    this.#framing = framing;
    this.#showsThoughts = showsThoughts;
  }

  encode(event: ReplyEvent): string {
    switch (event.type) {
      case "start":
        this.#id = event.id;
        return "";
      case "usage":
        this.#usage = event.usage === null ? null : encodeUsage(event.usage);
        return "";
      case "error":
        return "";
      default:
        return this.#inChoice(this.#of(event.choice), event);
    }
  }

  follow(event: ReplyEvent): void {
    this.#isFollowing = true;
    this.encode(event);
    this.#isFollowing = false;
  }

  end(): string {
    const candidates = [...this.#choices.entries()]
      .toSorted(([one], [other]) => one - other)
      .map(([index, choice]) => {
        const rest = choice.writer.rest();
        const finish = choice.finish ?? "stop";
        return {
          ...contentOf(rest === null ? [] : [rest], finish === "content-filter" && !choice.wroteParts),
          finishReason: encodeFinish(finish),
          index,
          ...(choice.citations.length > 0 && { citationMetadata: { citationSources: choice.citations } }),
        };
      });
    return (
      this.#response({ candidates, ...(this.#usage !== null && { usageMetadata: this.#usage }) }) + this.#framing.end()
    );
  }

  error(error: AppError, requestId: string): string {
    return this.#framing.frame(JSON.stringify(errorValue(error, requestId))) + this.#framing.end();
  }

  #inChoice(choice: Choice, event: Exclude<ReplyEvent, { type: "start" | "usage" | "error" }>): string {
    switch (event.type) {
      case "text-delta":
        choice.text += event.text;
        return this.#part(
          choice,
          event.choice,
          event.text === "" ? null : choice.writer.text(event.text),
          event.logprobs,
        );
      case "refusal-delta":
        return this.#part(choice, event.choice, event.text === "" ? null : choice.writer.text(event.text));
      case "text-end":
        choice.before += Buffer.byteLength(choice.text);
        choice.text = "";
        return "";
      case "citation":
        choice.citations.push(encodeCitation(event.citation, choice.text, choice.before));
        return "";
      case "reasoning-start": {
        const isRedacted = event.isRedacted === true;
        choice.thoughts.set(event.block, {
          type: "reasoning",
          text: "",
          signature: null,
          ...(isRedacted && { isRedacted }),
        });
        return "";
      }
      case "reasoning-delta": {
        const thought = choice.thoughts.get(event.block);
        if (thought !== undefined) thought.text += event.text;
        return this.#part(choice, event.choice, choice.writer.thoughtPiece(event.text));
      }
      case "reasoning-end": {
        const thought = choice.thoughts.get(event.block);
        choice.thoughts.delete(event.block);
        if (thought === undefined) return "";
        return this.#part(choice, event.choice, choice.writer.thoughtEnd({ ...thought, signature: event.signature }));
      }
      case "tool-input-start":
        choice.calls.set(event.block, { ...event, arguments: "" });
        return "";
      case "tool-input-delta": {
        const call = choice.calls.get(event.block);
        if (call !== undefined) call.arguments += event.text;
        return "";
      }
      case "tool-input-end": {
        // Arguments are an object here: a call goes out when it is whole.
        const call = choice.calls.get(event.block);
        choice.calls.delete(event.block);
        return call === undefined ? "" : this.#part(choice, event.choice, choice.writer.call(call));
      }
      case "media":
        return this.#part(choice, event.choice, choice.writer.part(event.part));
      case "finish":
        choice.finish = event.reason;
        return "";
      case "text-start":
        return "";
      default:
        return event satisfies never;
    }
  }

  #part(choice: Choice, index: number, part: object | null, logprobs?: readonly unknown[]): string {
    if (part === null) return "";
    choice.wroteParts = true;
    const content = { parts: [part], role: "model" };
    const candidate = { content, index, ...(logprobs !== undefined && { logprobsResult: encodeLogprobs(logprobs) }) };
    return this.#response({ candidates: [candidate] });
  }

  #response(members: object): string {
    if (this.#isFollowing) return "";
    const { model, requestId } = this.#context;
    return this.#framing.frame(JSON.stringify({ ...members, modelVersion: model, responseId: this.#id || requestId }));
  }

  #of(index: number): Choice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = {
        writer: new PartWriter(this.#showsThoughts),
        thoughts: new Map(),
        calls: new Map(),
        citations: [],
        text: "",
        before: 0,
        wroteParts: false,
        finish: null,
      };
      this.#choices.set(index, choice);
    }
    return choice;
  }
}
