import { invalid } from "../json/plain-fields.ts";

/** What is to be completed: one prompt or several, each a text or the numbers of its tokens. */
export type Prompts = {
  readonly count: number;
  /** Tokens of the prompts that are given by numbers. */
  readonly tokens: number;
  /** The one prompt, where there is one and it is a text. */
  readonly text: string | null;
  readonly isTokens: boolean;
};

/** Reads `prompt` (platform.openai.com/docs/api-reference/completions/create). Throws `invalid_request` for what is no prompt. */
export function readPrompts(value: unknown): Prompts {
  if (typeof value === "string") return { count: 1, tokens: 0, text: value, isTokens: false };
  if (!Array.isArray(value) || value.length === 0) throw noPrompt();
  if (isTokenList(value)) return { count: 1, tokens: value.length, text: null, isTokens: true };
  let tokens = 0;
  for (const each of value) {
    if (typeof each === "string") continue;
    if (!Array.isArray(each) || each.length === 0 || !isTokenList(each)) throw noPrompt();
    tokens += each.length;
  }
  const [first] = value;
  const text = value.length === 1 && typeof first === "string" ? first : null;
  return { count: value.length, tokens, text, isTokens: tokens > 0 };
}

function isTokenList(value: readonly unknown[]): boolean {
  return value.every((each) => typeof each === "number");
}

function noPrompt() {
  return invalid(
    "prompt",
    "字段 prompt 应为字符串、词元编号的列表，或它们的列表。",
    "the field prompt must be a text, a list of token numbers, or a list of these.",
  );
}
