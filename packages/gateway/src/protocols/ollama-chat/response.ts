import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { AssistantPart, MediaPart } from "../../canonical/canonical-request.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { factsOf } from "../../translation/pass-reply.ts";
import { encodeEnding } from "./ending.ts";
import { ReplyReader } from "./reply-reader.ts";
import { encodeCall } from "./tools.ts";

/** Where an answer says its model's name. */
export const MODEL_PATH: readonly string[] = ["model"];

/** What a line, or a whole answer, says. */
export type Said = {
  readonly text: string;
  readonly thinking?: string;
  readonly images?: readonly string[];
  readonly calls?: readonly object[];
};

/** How one of the two endpoints writes what is said. */
export type Shape = (said: Said) => object;

/** /api/chat */
export const chatShape: Shape = ({ text, ...more }) => ({
  message: { role: "assistant", content: text, ...besideText(more) },
});

/** /api/generate */
export const generateShape: Shape = ({ text, ...more }) => ({ response: text, ...besideText(more) });

function besideText({ thinking, images, calls }: Omit<Said, "text">): object {
  return {
    ...(thinking !== undefined && thinking !== "" && { thinking }),
    ...(images !== undefined && images.length > 0 && { images }),
    ...(calls !== undefined && calls.length > 0 && { tool_calls: calls }),
  };
}

/** A complete answer; it is the one line of a stream. Null: that is none. */
export function decodeReply(value: unknown): CanonicalReply | null {
  const events: ReplyEvent[] = [];
  const reader = new ReplyReader((event) => events.push(event));
  reader.read(value);
  if (!reader.isComplete || events.some((event) => event.type === "error")) return null;
  return fold(events);
}

/** A complete answer, its first choice: Ollama has no other. */
export function encodeReply(reply: CanonicalReply, context: ReplyContext, shape: Shape = chatShape): Buffer {
  const [choice] = reply.choices;
  const now = Date.now();
  const value = {
    model: context.model,
    created_at: new Date(now).toISOString(),
    ...shape(saidIn(choice?.parts ?? [])),
    ...(choice !== undefined && choice.logprobs !== null && { logprobs: choice.logprobs }),
    ...encodeEnding({
      finish: choice?.finish ?? "stop",
      input: reply.usage?.input ?? context.inputTokens,
      output: reply.usage?.output ?? factsOf(reply).estimatedOutputTokens,
      firstOutputMs: null,
      totalMs: now - context.createdAt,
    }),
  };
  return Buffer.from(JSON.stringify(value));
}

function saidIn(parts: readonly AssistantPart[]): Said {
  let text = "";
  let thinking = "";
  const images: string[] = [];
  const calls: object[] = [];
  for (const part of parts) {
    switch (part.type) {
      case "text":
      case "refusal":
        text += part.text;
        break;
      case "reasoning":
        thinking += part.text;
        break;
      case "tool-call":
        calls.push(encodeCall(part, calls.length, true));
        break;
      default: {
        const said = saidByMedia(part);
        text += said.text;
        images.push(...(said.images ?? []));
      }
    }
  }
  return { text, thinking, images, calls };
}

/** A picture as one; of anything else what can be read of it: its transcript, or its address. */
export function saidByMedia({ type, source, transcript }: MediaPart): Said {
  if (type === "image" && source.kind === "base64") return { text: "", images: [source.data] };
  return { text: transcript ?? (source.kind === "url" ? source.url : "") };
}
