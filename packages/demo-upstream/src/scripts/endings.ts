import { shortText } from "./passages.ts";
import { cutText, listPieces } from "./pieces.ts";
import { answer, type Finish, type Script } from "./plan.ts";

const text = cutText(shortText);
const refusalText = "I cannot help with that.";

/** Scripts that end in the less common ways. */
export const endingScripts: readonly Script[] = [
  {
    family: "demo-refusal",
    example: "demo-refusal",
    description: "refuses: a refusal part where the protocol has one, else text, and the finish it has for that",
    plan: () => answer(listPieces(refusalText.match(/\S+ ?/g)?.map((word) => ({ kind: "refusal", text: word })) ?? [])),
  },
  ending("demo-content-filter", "content_filter", "the short answer, cut off by a content filter"),
  {
    family: "demo-blocked-prompt",
    example: "demo-blocked-prompt",
    description: "the prompt is blocked: no text, and of Gemini no candidate (case 37)",
    plan: () => answer(listPieces([]), { finish: "content_filter", quirks: { blocksPrompt: true } }),
  },
  ending("demo-pause", "pause", "Anthropic: pause_turn; others: an ordinary end"),
  ending("demo-context-full", "context", "Anthropic: model_context_window_exceeded; others: length"),
  ending("demo-recitation", "recitation", "Gemini: RECITATION; others: as demo-content-filter"),
  ending("demo-blocklist", "blocklist", "Gemini: BLOCKLIST; others: as demo-content-filter"),
  ending("demo-spii", "spii", "Gemini: SPII; others: as demo-content-filter"),
  ending("demo-prohibited", "prohibited", "Gemini: PROHIBITED_CONTENT; others: as demo-content-filter"),
  ending("demo-malformed-call", "malformed-call", "Gemini: MALFORMED_FUNCTION_CALL; others: an ordinary end"),
  {
    family: "demo-empty",
    example: "demo-empty",
    description: "an answer without any content, ended in order",
    plan: () => answer(listPieces([])),
  },
];

function ending(name: string, finish: Finish, description: string): Script {
  return { family: name, example: name, description, plan: () => answer(text, { finish }) };
}
