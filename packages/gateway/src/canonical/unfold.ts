import type { CanonicalReply } from "./canonical-reply.ts";
import type { AssistantPart } from "./canonical-request.ts";
import type { ReplyEvent } from "./reply-event.ts";

/** A complete answer as the events of a stream: the reverse of `fold`. Each text comes in one piece. */
export function* unfold({ id, choices, usage, rawUsage }: CanonicalReply): Generator<ReplyEvent> {
  yield { type: "start", id };
  for (const { index: choice, parts, finish: reason, stopSequence, logprobs } of choices) {
    const firstText = parts.findIndex(({ type }) => type === "text");
    for (const [block, part] of parts.entries())
      yield* eventsOf(part, { choice, block }, block === firstText ? logprobs : null);
    yield { type: "finish", choice, reason, stopSequence };
  }
  if (usage !== null) yield { type: "usage", usage, rawUsage };
}

function* eventsOf(
  part: AssistantPart,
  at: { readonly choice: number; readonly block: number },
  logprobs: readonly unknown[] | null,
): Generator<ReplyEvent> {
  switch (part.type) {
    case "text":
      yield { type: "text-start", ...at };
      if (part.text !== "")
        yield { type: "text-delta", ...at, text: part.text, ...(logprobs !== null && { logprobs }) };
      for (const citation of part.citations ?? []) yield { type: "citation", ...at, citation };
      yield { type: "text-end", ...at };
      return;
    case "reasoning":
      yield { type: "reasoning-start", ...at, ...(part.isRedacted === true && { isRedacted: true }) };
      if (part.text !== "") yield { type: "reasoning-delta", ...at, text: part.text };
      yield { type: "reasoning-end", ...at, signature: part.signature };
      return;
    case "tool-call": {
      const { id, name, isCustom, signature } = part;
      yield {
        type: "tool-input-start",
        ...at,
        id,
        name,
        ...(isCustom === true && { isCustom }),
        ...(signature && { signature }),
      };
      yield { type: "tool-input-delta", ...at, text: part.arguments };
      yield { type: "tool-input-end", ...at };
      return;
    }
    case "refusal":
      yield { type: "refusal-delta", choice: at.choice, text: part.text };
      return;
    case "image":
    case "document":
    case "audio":
      yield { type: "media", ...at, part };
      return;
    default:
      part satisfies never;
  }
}
