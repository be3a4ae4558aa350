import type { TokenUsage } from "@lyceum/domain";
import type { CanonicalChoice, CanonicalReply, FinishReason } from "./canonical-reply.ts";
import type { AssistantPart, Citation, ReasoningPart, RefusalPart, ToolCallPart } from "./canonical-request.ts";
import type { ReplyEvent } from "./reply-event.ts";

type Growing =
  | { -readonly [Key in keyof ToolCallPart]: ToolCallPart[Key] }
  | { -readonly [Key in keyof ReasoningPart]: ReasoningPart[Key] }
  | { -readonly [Key in keyof RefusalPart]: RefusalPart[Key] }
  | { type: "text"; text: string; citations?: Citation[] };

type Choice = {
  readonly parts: AssistantPart[];
  readonly open: Map<number, Growing>;
  finish: FinishReason | null;
  stopSequence: string | null;
  logprobs: unknown[] | null;
};

/**
 * Folds the events of a streamed answer into the complete one: what the same upstream would have answered without a stream. Parts stand in
 * the order in which their blocks started. A choice without a finish reason counts as cut short (`length`). An `error` event is not folded.
 */
export class Fold {
  readonly #choices = new Map<number, Choice>();
  #id = "";
  #usage: TokenUsage | null = null;
  #rawUsage: unknown = null;

  add(event: ReplyEvent): void {
    switch (event.type) {
      case "start":
        this.#id = event.id;
        return;
      case "text-start":
        this.#start(event.choice, event.block, { type: "text", text: "" });
        return;
      case "text-delta":
        this.#grow(event.choice, event.block, "text", event.text);
        if (event.logprobs !== undefined) {
          const choice = this.#choice(event.choice);
          choice.logprobs ??= [];
          for (const each of event.logprobs) choice.logprobs.push(each);
        }
        return;
      case "citation": {
        const part = this.#choice(event.choice).open.get(event.block);
        if (part?.type === "text") part.citations = [...(part.citations ?? []), event.citation];
        return;
      }
      case "reasoning-start":
        this.#start(event.choice, event.block, {
          type: "reasoning",
          text: "",
          signature: null,
          ...(event.isRedacted === true && { isRedacted: true }),
        });
        return;
      case "reasoning-delta":
        this.#grow(event.choice, event.block, "reasoning", event.text);
        return;
      case "reasoning-end": {
        const part = this.#choice(event.choice).open.get(event.block);
        if (part?.type === "reasoning") part.signature = event.signature;
        return;
      }
      case "tool-input-start":
        this.#start(event.choice, event.block, {
          type: "tool-call",
          id: event.id,
          name: event.name,
          arguments: "",
          ...(event.isCustom === true && { isCustom: true }),
          ...(event.signature && { signature: event.signature }),
        });
        return;
      case "tool-input-delta": {
        const part = this.#choice(event.choice).open.get(event.block);
        if (part?.type === "tool-call") part.arguments += event.text;
        return;
      }
      case "media":
        this.#choice(event.choice).parts.push(event.part);
        return;
      case "refusal-delta":
        this.#refuse(event.choice, event.text);
        return;
      case "finish": {
        const choice = this.#choice(event.choice);
        choice.finish = event.reason;
        choice.stopSequence = event.stopSequence;
        return;
      }
      case "usage":
        this.#usage = event.usage;
        this.#rawUsage = event.rawUsage;
        return;
      case "text-end":
      case "tool-input-end":
      case "error":
        return;
      default:
        event satisfies never;
    }
  }

  reply(): CanonicalReply {
    const choices = [...this.#choices.entries()]
      .toSorted(([one], [other]) => one - other)
      .map(
        ([index, { parts, finish, stopSequence, logprobs }]): CanonicalChoice => ({
          index,
          parts: parts.map(withArguments),
          finish: finish ?? "length",
          stopSequence,
          logprobs,
        }),
      );
    return { id: this.#id, choices, usage: this.#usage, rawUsage: this.#rawUsage };
  }

  #choice(index: number): Choice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { parts: [], open: new Map(), finish: null, stopSequence: null, logprobs: null };
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #start(index: number, block: number, part: Growing): void {
    const choice = this.#choice(index);
    choice.open.set(block, part);
    choice.parts.push(part);
  }

  #grow(index: number, block: number, type: "text" | "reasoning", text: string): void {
    const part = this.#choice(index).open.get(block);
    if (part?.type === type) part.text += text;
  }

  #refuse(index: number, text: string): void {
    const { parts } = this.#choice(index);
    const last = parts.at(-1);
    if (last?.type === "refusal") parts[parts.length - 1] = { type: "refusal", text: last.text + text };
    else parts.push({ type: "refusal", text });
  }
}

/** A call that got no arguments has none, rather than no JSON (case 9). */
function withArguments(part: AssistantPart): AssistantPart {
  return part.type === "tool-call" && part.isCustom !== true && part.arguments === ""
    ? { ...part, arguments: "{}" }
    : part;
}

/** Folds a whole list at once. */
export function fold(events: Iterable<ReplyEvent>): CanonicalReply {
  const folding = new Fold();
  for (const event of events) folding.add(event);
  return folding.reply();
}
