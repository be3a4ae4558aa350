import { estimateTextTokens, IMAGE_TOKENS } from "@lyceum/domain/tokens";
import type { Parameters } from "./parameters.ts";

/** A turn as it is sent: the branch since the last mark, oldest first. */
export interface HistoryTurn {
  kind: "question" | "answer";
  text: string;
  /** It goes on where the answer before it stopped. */
  isContinuation: boolean;
  files: { name: string; text: string }[];
  /** As data URLs. */
  images: string[];
}

export interface Assembly {
  model: string;
  hasVision: boolean;
  systemPrompt: string;
  parameters: Parameters;
  history: readonly HistoryTurn[];
  /** The last answer stopped before its end: it is asked to go on. */
  goesOn: boolean;
}

type Part = { type: "text"; text: string } | { type: "image_url"; image_url: { url: string } };
export interface Message {
  role: "system" | "user" | "assistant";
  content: string | Part[];
}

export interface Assembled {
  body: { model: string; messages: Message[]; stream: true } & Record<string, unknown>;
  /** Pictures that the model can't see, and doesn't get. */
  droppedImages: number;
  /** About. */
  inputTokens: number;
}

/** Marks around a message, as the gateway counts them. */
const tokensAMessage = 4;

/**
 * The body of the request. What nobody set is not in it. Several questions or answers in a row (after deletions) become one message, for there
 * are models whose templates take nothing but turns about.
 */
export function assembleRequest(assembly: Assembly): Assembled {
  const { model, hasVision, systemPrompt, history, goesOn } = assembly;
  const { extra, ...parameters } = assembly.parameters;
  const messages: Message[] = systemPrompt.trim() === "" ? [] : [{ role: "system", content: systemPrompt }];
  let droppedImages = 0;
  let before: HistoryTurn | null = null;
  for (const turn of history) {
    const images = hasVision ? turn.images : [];
    droppedImages += turn.images.length - images.length;
    const message = messageOf({ ...turn, images });
    if (message === null) continue;
    const last = messages.at(-1);
    if (last === undefined || last.role !== message.role) messages.push(message);
    else last.content = joined(last.content, message.content, turn.isContinuation && before?.kind === "answer");
    before = turn;
  }
  if (goesOn && messages.at(-1)?.role === "assistant") {
    messages.push({ role: "user", content: goOnWords(String(messages.at(-1)?.content ?? "")) });
  }
  const body = {
    ...extra,
    ...parameters,
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  } as const;
  const inputTokens = messages.reduce((sum, { content }) => sum + tokensOf(content) + tokensAMessage, 0);
  return { body, droppedImages, inputTokens };
}

function messageOf(turn: HistoryTurn): Message | null {
  const files = turn.files.map(({ name, text }) => `<file name=${JSON.stringify(name)}>\n${text}\n</file>`);
  const text = [...files, turn.text].filter((each) => each !== "").join("\n\n");
  // An answer that failed or was stopped before its first word says nothing; neither does a picture nobody sees.
  if (text === "" && turn.images.length === 0) return null;
  const role = turn.kind === "question" ? "user" : "assistant";
  if (turn.images.length === 0) return { role, content: text };
  const images = turn.images.map((url): Part => ({ type: "image_url", image_url: { url } }));
  return { role, content: text === "" ? images : [{ type: "text", text }, ...images] };
}

function joined(first: Message["content"], second: Message["content"], isOne: boolean): Message["content"] {
  if (typeof first === "string" && typeof second === "string") return first + (isOne ? "" : "\n\n") + second;
  const parts = (content: Message["content"]): Part[] =>
    typeof content === "string" ? [{ type: "text", text: content }] : content;
  return [...parts(first), ...parts(second)];
}

/** In the language of what there is. No protocol of today lets every model write on in a message that has begun. */
function goOnWords(partial: string): string {
  return /\p{Script=Han}/u.test(partial)
    ? "你的上一条回答中途停下了。请从停下的那个字之后直接接着写，不要重复已写的内容，不要加开场白。"
    : "Your last answer broke off. Go on from exactly where it stopped. Repeat nothing of it and add no preface.";
}

function tokensOf(content: Message["content"]): number {
  if (typeof content === "string") return estimateTextTokens(content);
  return content.reduce((sum, part) => sum + (part.type === "text" ? estimateTextTokens(part.text) : IMAGE_TOKENS), 0);
}
