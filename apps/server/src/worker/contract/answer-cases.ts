import { clock, hello, text, user, weather } from "./case-words.ts";
import type { Line, Observed } from "./contract-case.ts";

const answersText = ({ seen }: Observed) =>
  seen.text.length > 10 && seen.finish === "stop" && (seen.usage?.output ?? 0) > 0;

/** What upstreams answer, and what of it reaches a client. */
export const answers: readonly Line[] = [
  {
    id: "answer-text",
    zh: "文本与用量",
    en: "text and usage",
    ask: { model: "demo-text", turns: hello },
    keeps: answersText,
  },
  {
    id: "answer-two-texts",
    zh: "两段文本（case 35）",
    en: "two blocks of text (case 35)",
    ask: { model: "demo-two-texts", turns: hello },
    keeps: answersText,
  },
  {
    id: "answer-reasoning",
    zh: "思考过程（case 22、45）",
    en: "reasoning (cases 22, 45)",
    ask: { model: "demo-reasoning", turns: hello },
    keeps: (observed) =>
      answersText(observed) &&
      observed.seen.reasoning.length > 5 &&
      !observed.seen.text.includes(observed.seen.reasoning),
  },
  {
    id: "answer-redacted",
    zh: "隐去的思考（case 23）",
    en: "redacted reasoning (case 23)",
    ask: { model: "demo-redacted-thinking", turns: hello },
    keeps: answersText,
  },
  {
    id: "answer-tool",
    zh: "工具调用（case 44）",
    en: "a tool call (case 44)",
    ask: { model: "demo-tools", turns: hello, tools: [weather] },
    keeps: ({ seen }) => seen.calls.length === 1 && isObject(seen.calls[0]?.args) && seen.finish === "tool-calls",
  },
  {
    id: "answer-text-tool",
    zh: "文本后接工具调用",
    en: "text, then a tool call",
    ask: { model: "demo-text-tools", turns: hello, tools: [weather] },
    keeps: ({ seen }) => seen.calls.length >= 1 && seen.text.length > 3 && seen.finish === "tool-calls",
  },
  {
    id: "answer-parallel-tools",
    zh: "并行工具调用",
    en: "parallel tool calls",
    ask: { model: "demo-parallel-tools", turns: hello, tools: [weather, clock] },
    keeps: ({ seen }) => seen.calls.length === 2 && seen.calls.every(({ args }) => isObject(args)),
  },
  {
    id: "answer-interleaved-tools",
    zh: "参数交错到来（case 43）",
    en: "arguments that come in turns (case 43)",
    ask: { model: "demo-parallel-tools-interleaved", turns: hello, tools: [weather, clock] },
    keeps: ({ seen }) => seen.calls.length === 2 && seen.calls.every(({ args }) => isObject(args)),
  },
  {
    id: "answer-no-arguments",
    zh: "没有参数的调用（case 9）",
    en: "a call without arguments (case 9)",
    ask: { model: "demo-tools-no-arguments", turns: hello, tools: [clock] },
    // Between equal protocols an empty text passes as it is.
    keeps: ({ seen }) => seen.calls[0]?.args === "{}" || seen.calls[0]?.args === "",
  },
  {
    id: "answer-truncated",
    zh: "被截断的参数（case 11）",
    en: "arguments cut short (case 11)",
    ask: { model: "demo-truncated-arguments", turns: hello, tools: [weather] },
    keeps: ({ seen }) => seen.finish === "length" || seen.calls.length === 1,
  },
  {
    id: "answer-length",
    zh: "到达上限（case 36）",
    en: "ended by the limit (case 36)",
    ask: { model: "demo-text", turns: hello, limit: 5 },
    keeps: ({ seen }) => seen.finish === "length" && seen.text !== "",
    // The least that this API takes is 16, which is more than this answer has.
    exceptions: { "openai-responses": "named" },
  },
  {
    id: "answer-filtered",
    zh: "内容过滤（case 36、38）",
    en: "content filter (cases 36, 38)",
    ask: { model: "demo-content-filter", turns: hello },
    keeps: ({ seen }) => seen.finish === "content-filter",
    unsaid: "ollama-chat",
  },
  {
    id: "answer-refusal",
    zh: "拒答（case 38）",
    en: "refusal (case 38)",
    ask: { model: "demo-refusal", turns: hello },
    keeps: ({ seen }) => seen.text !== "",
  },
  {
    id: "answer-blocked",
    zh: "提示被拦（case 37）",
    en: "blocked prompt (case 37)",
    ask: { model: "demo-blocked-prompt", turns: hello },
    keeps: ({ seen }) => seen.choices === 1,
  },
  {
    id: "answer-cached",
    zh: "缓存的输入（case 39）",
    en: "cached input (case 39)",
    ask: { model: "demo-cached", turns: [user(text("长".repeat(100)))] },
    keeps: ({ seen }) => (seen.usage?.input ?? 0) >= 70,
  },
  ...(
    [
      ["empty", "空回答", "an empty answer"],
      ["split", "逐字节到来（case 46）", "byte by byte (case 46)"],
      ["crlf", "CRLF 与注释（case 46）", "CRLF and comments (case 46)"],
      ["half-utf8", "字符中间断开（case 46）", "cut inside characters (case 46)"],
      ["gzip", "gzip（case 64）", "gzip (case 64)"],
      ["brotli", "br（case 64）", "br (case 64)"],
      ["no-content-type", "没有 content-type（case 64）", "no content type (case 64)"],
      ["text-plain", "text/plain（case 64）", "text/plain (case 64)"],
      ["spliced-start", "重复的开头（case 50）", "a second start (case 50)"],
      ["rotating-ids", "变化的 id（case 59）", "ids that change (case 59)"],
      ["usage-after-finish", "结束之后的用量（case 42）", "usage behind the end (case 42)"],
      ["usage-cumulative", "累计的用量（case 40）", "cumulative usage (case 40)"],
      ["usage-first", "只在开头的用量", "usage at the start only"],
      ["no-usage", "没有用量", "no usage"],
      ["citations", "引用（case 35）", "citations (case 35)"],
    ] as const
  ).map(
    ([name, zh, en]): Line => ({
      id: `answer-${name}`,
      zh,
      en,
      ask: { model: `demo-${name}`, turns: hello },
      keeps: ({ seen }) => (name === "empty" || seen.text.length > 5) && seen.finish === "stop",
    }),
  ),
];

function isObject(json: string | undefined): boolean {
  const value: unknown = JSON.parse(json ?? "null");
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
