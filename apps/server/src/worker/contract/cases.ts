import type { Ask, AskPart, AskTool, Seen, Turn } from "./ask.ts";

/** What the demo upstream says it understood: packages/demo-upstream, `demo-inspect`. */
export type Understood = {
  readonly system: string;
  readonly turns: readonly { readonly role: string; readonly text: string }[];
  readonly images: readonly string[];
  readonly files: readonly string[];
  readonly tools: readonly { readonly name: string; readonly parameters?: unknown }[];
  readonly toolChoice: unknown;
  readonly parallelTools: boolean;
  readonly toolResults: readonly {
    readonly id: string;
    readonly name: string;
    readonly text: string;
    readonly isError: boolean;
  }[];
  readonly thinking: { readonly effort?: string; readonly budgetTokens?: number } | null;
  readonly schema: unknown;
  readonly stop: readonly string[];
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly choices: number;
  readonly maxTokens: number | null;
};

/** What is there to see after an exchange. `sent` is the upstream's last request. */
export type Observed = {
  readonly seen: Seen;
  readonly understood: Understood | null;
  readonly sent: string;
  readonly dropped: string;
  readonly clamped: string;
};

/** One line of the contract. `keeps` says whether what was asked for, or answered, has come through. */
export type ContractCase = {
  readonly id: string;
  readonly group: "request" | "answer";
  readonly title: { readonly zh: string; readonly en: string };
  readonly ask: Omit<Ask, "stream">;
  readonly keeps: (observed: Observed) => boolean;
  /** An upstream whose protocol has no word for what is to be answered: there is nothing to keep. */
  readonly unsaid?: string;
  /** Where it can't come through but must be refused or named: said of the upstream. All others must keep it. */
  readonly exceptions?: Readonly<Partial<Record<string, "refused" | "named">>>;
};

export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").toString(
  "base64",
);
export const WAV = Buffer.concat([
  Buffer.from("RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0@\x1f\0\0\x01\0\x08\0data\0\0\0\0", "latin1"),
]).toString("base64");
export const STUDENT_ID = "2023012345";

const text = (value: string): AskPart => ({ type: "text", text: value });
const user = (...parts: AskPart[]): Turn => ({ role: "user", parts });
const hello = [user(text("你好，world"))];
export const weather: AskTool = {
  name: "get_weather",
  description: "Weather of a place.",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer" } },
    required: ["city"],
  },
};
const clock: AskTool = { name: "get_time", description: "The time.", parameters: { type: "object", properties: {} } };
const LONG_NAME = `mcp__${"campus_library_server_".repeat(4)}search`;
const inspect = (ask: Partial<Ask>) => ({ model: "demo-inspect", turns: hello, ...ask });
const history: readonly Turn[] = [
  user(text("天气和时间？")),
  {
    role: "assistant",
    text: "我查一下。",
    calls: [
      { id: "call_a", name: "get_weather", args: { city: "北京", days: 2 } },
      { id: "call_b", name: "get_time", args: {} },
    ],
  },
  {
    role: "tool",
    results: [
      { id: "call_a", name: "get_weather", text: "晴，20 °C" },
      { id: "call_b", name: "get_time", text: "12:00" },
    ],
  },
];
const answersText = ({ seen }: Observed) =>
  seen.text.length > 10 && seen.finish === "stop" && (seen.usage?.output ?? 0) > 0;

type Line = Omit<ContractCase, "title" | "group"> & { readonly zh: string; readonly en: string };
const requests: readonly Line[] = [
  {
    id: "text",
    zh: "文本",
    en: "text",
    ask: inspect({}),
    keeps: ({ understood }) => understood?.turns.at(-1)?.text === "你好，world" && understood.turns.length === 1,
  },
  {
    id: "system",
    zh: "系统提示（case 1）",
    en: "system text (case 1)",
    ask: inspect({ system: ["Be brief.", "用中文。"] }),
    keeps: ({ understood }) => understood?.system === "Be brief.\n用中文。",
  },
  {
    id: "system-in-place",
    zh: "对话中间的系统消息（case 2）",
    en: "system message within the conversation (case 2)",
    ask: inspect({
      turns: [
        user(text("a")),
        { role: "assistant", text: "b" },
        { role: "system", text: "从现在起用法语" },
        user(text("c")),
      ],
    }),
    keeps: ({ understood, sent }) =>
      sent.includes("从现在起用法语") && understood?.turns.filter(({ role }) => role === "assistant").length === 1,
  },
  {
    id: "turns",
    zh: "多轮与连续同角色（case 3）",
    en: "turns, also of one role in a row (case 3)",
    ask: inspect({ turns: [user(text("一")), user(text("二")), { role: "assistant", text: "三" }, user(text("四"))] }),
    keeps: ({ understood }) =>
      (understood?.turns.map((turn) => turn.text).join("") ?? "").replace(/\s/g, "") === "一二三四",
  },
  {
    id: "tool-history",
    zh: "工具调用与结果的历史（case 5、6、9）",
    en: "history of tool calls and results (cases 5, 6, 9)",
    ask: inspect({ turns: history, tools: [weather, clock] }),
    keeps: ({ understood }) =>
      JSON.stringify(understood?.toolResults.map((each) => [each.name, each.text])) ===
      JSON.stringify([
        ["get_weather", "晴，20 °C"],
        ["get_time", "12:00"],
      ]),
  },
  {
    id: "tool-history-without-tools",
    zh: "有工具历史而无工具（case 10）",
    en: "history of tool calls without tools (case 10)",
    ask: inspect({ turns: history }),
    keeps: ({ understood }) => understood?.toolResults.length === 2,
  },
  {
    id: "tool-error",
    zh: "工具结果是错误（case 7）",
    en: "tool result that is an error (case 7)",
    ask: inspect({
      turns: [
        user(text("x")),
        { role: "assistant", text: "", calls: [{ id: "c1", name: "get_time", args: {} }] },
        { role: "tool", results: [{ id: "c1", name: "get_time", text: "no clock", isError: true }] },
      ],
      tools: [clock],
    }),
    keeps: ({ understood }) => understood?.toolResults[0]?.text.includes("no clock") === true,
  },
  {
    id: "tool-result-image",
    zh: "工具结果里的图片（case 8）",
    en: "image in a tool result (case 8)",
    ask: inspect({
      turns: [
        user(text("x")),
        { role: "assistant", text: "", calls: [{ id: "c1", name: "get_time", args: {} }] },
        { role: "tool", results: [{ id: "c1", name: "get_time", text: "see", image: PNG }] },
      ],
      tools: [clock],
    }),
    keeps: ({ understood, sent }) => understood?.toolResults[0]?.text.includes("see") === true && sent.includes(PNG),
  },
  {
    id: "tools",
    zh: "工具定义",
    en: "definitions of tools",
    ask: inspect({ tools: [weather, clock] }),
    keeps: ({ understood }) =>
      understood?.tools.map(({ name }) => name).join() === "get_weather,get_time" &&
      JSON.stringify(understood.tools[0]?.parameters).includes("city"),
  },
  {
    id: "long-tool-name",
    zh: "一百字符的工具名（case 13）",
    en: "tool name of a hundred characters (case 13)",
    ask: { model: "demo-tools", turns: hello, tools: [{ ...weather, name: LONG_NAME }] },
    keeps: ({ seen }) => seen.calls[0]?.name === LONG_NAME,
  },
  ...(["none", "required"] as const).map(
    (toolChoice): Line => ({
      id: `tool-choice-${toolChoice}`,
      zh: `tool_choice ${toolChoice}（case 12）`,
      en: `tool choice ${toolChoice} (case 12)`,
      ask: inspect({ tools: [weather], toolChoice }),
      keeps: ({ understood }) =>
        understood?.toolChoice === toolChoice || (toolChoice === "none" && understood?.tools.length === 0),
      exceptions: toolChoice === "none" ? {} : { "ollama-chat": "refused" },
    }),
  ),
  {
    id: "tool-choice-named",
    zh: "指定工具（case 12）",
    en: "a named tool (case 12)",
    ask: inspect({ tools: [weather, clock], toolChoice: { name: "get_time" } }),
    keeps: ({ understood }) => JSON.stringify(understood?.toolChoice) === '{"name":"get_time"}',
    exceptions: { "ollama-chat": "refused" },
  },
  {
    id: "one-call",
    zh: "一次至多一个调用（case 12）",
    en: "one call at a time (case 12)",
    ask: inspect({ tools: [weather, clock], parallel: false }),
    keeps: ({ understood }) => understood?.parallelTools === false,
    exceptions: { "gemini-generate": "named", "ollama-chat": "named" },
  },
  {
    id: "image",
    zh: "图片（case 25）",
    en: "image as data (case 25)",
    ask: inspect({ turns: [user(text("这是什么？"), { type: "image", mediaType: "image/png", data: PNG })] }),
    keeps: ({ understood }) => /^sha256:[0-9a-f]{64} bytes:70 type:image\/png$/.test(understood?.images[0] ?? ""),
  },
  {
    id: "image-url",
    zh: "图片网址（case 26）",
    en: "image by address (case 26)",
    ask: inspect({ turns: [user(text("?"), { type: "image-url", url: "https://pictures.invalid/a.png" })] }),
    keeps: ({ sent }) => sent.includes("https://pictures.invalid/a.png"),
    // Nobody can fetch this one; that a real one is fetched and its bytes sent is tested where there is a server for it.
    exceptions: { "gemini-generate": "refused", "ollama-chat": "refused" },
  },
  {
    id: "pdf",
    zh: "PDF（case 27）",
    en: "PDF (case 27)",
    ask: inspect({ turns: [user(text("?"), { type: "pdf", data: PDF })] }),
    keeps: ({ understood }) => understood?.files[0]?.includes("type:application/pdf") === true,
    exceptions: { "ollama-chat": "refused", "openai-chat": "refused" },
  },
  {
    id: "audio",
    zh: "音频（case 60）",
    en: "audio (case 60)",
    ask: inspect({ turns: [user(text("?"), { type: "audio", data: WAV })] }),
    keeps: ({ understood }) => understood?.files[0]?.includes("audio/") === true,
    exceptions: { "anthropic-messages": "refused", "ollama-chat": "refused", "openai-responses": "refused" },
  },
  {
    id: "schema",
    zh: "JSON Schema 输出（case 16）",
    en: "output by JSON schema (case 16)",
    ask: {
      model: "demo-json",
      turns: hello,
      schema: {
        type: "object",
        properties: { answer: { type: "string" } },
        required: ["answer"],
        additionalProperties: false,
      },
    },
    keeps: ({ seen }) => "answer" in (JSON.parse(seen.text) as object),
  },
  {
    id: "stop",
    zh: "停止文本（case 17）",
    en: "stop texts (case 17)",
    ask: { model: "demo-text", turns: hello, stop: ["###", "终"] },
    keeps: ({ sent }) => sent.includes('["###","终"]'),
    exceptions: { "openai-responses": "refused" },
  },
  {
    id: "limit",
    zh: "输出上限（case 18）",
    en: "output limit (case 18)",
    ask: inspect({ limit: 900 }),
    keeps: ({ understood }) => understood?.maxTokens === 900,
  },
  {
    id: "no-limit",
    zh: "没有输出上限（case 18、56）",
    en: "no output limit (cases 18, 56)",
    ask: inspect({}),
    keeps: ({ understood }) => understood !== null,
  },
  {
    id: "temperature",
    zh: "温度 0（明确的零）",
    en: "temperature 0, an explicit zero",
    ask: inspect({ temperature: 0 }),
    keeps: ({ understood }) => understood?.temperature === 0,
  },
  {
    id: "temperature-high",
    zh: "温度 1.7（case 19）",
    en: "temperature 1.7 (case 19)",
    ask: inspect({ temperature: 1.7 }),
    keeps: ({ understood }) => understood?.temperature === 1.7,
    exceptions: { "anthropic-messages": "named" },
  },
  {
    id: "top-p",
    zh: "top_p，未给时不添",
    en: "top_p, never invented",
    ask: inspect({ topP: 0.5 }),
    keeps: ({ understood }) => understood?.topP === 0.5 && understood.temperature === null,
  },
  {
    id: "top-k",
    zh: "top_k",
    en: "top_k",
    ask: inspect({ topK: 20 }),
    keeps: ({ sent }) => /"top_?k":20/i.test(sent),
    exceptions: { "openai-responses": "named" },
  },
  {
    id: "seed",
    zh: "seed",
    en: "seed",
    ask: inspect({ seed: 7 }),
    keeps: ({ sent }) => /"seed":7\b/.test(sent),
    exceptions: { "openai-responses": "named", "anthropic-messages": "named" },
  },
  {
    id: "effort",
    zh: "思考强度（case 20）",
    en: "reasoning effort (case 20)",
    ask: inspect({ effort: "medium" }),
    keeps: ({ understood }) => understood?.thinking !== null,
  },
  {
    id: "n",
    zh: "两个回答（case 29）",
    en: "two answers (case 29)",
    ask: inspect({ n: 2 }),
    keeps: ({ seen, understood }) => seen.choices === 2 && understood?.choices === 2,
    exceptions: { "anthropic-messages": "refused", "openai-responses": "refused", "ollama-chat": "refused" },
  },
  {
    id: "user",
    zh: "user 里的学号（case 63）",
    en: "student ID as user (case 63)",
    ask: inspect({ user: STUDENT_ID }),
    keeps: ({ sent }) => !sent.includes(STUDENT_ID),
  },
  {
    id: "unknown",
    zh: "未知字段（case 31）",
    en: "unknown field (case 31)",
    ask: inspect({ unknown: ["stop_token_ids", [151_329]] }),
    keeps: ({ sent, dropped }) => sent.includes('"stop_token_ids":[151329]') || dropped.includes("stop_token_ids"),
  },
];

const answers: readonly Line[] = [
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

/** All lines, requests first. */
export const cases: readonly ContractCase[] = [
  ...requests.map(({ zh, en, ...line }): ContractCase => ({ ...line, group: "request", title: { zh, en } })),
  ...answers.map(({ zh, en, ...line }): ContractCase => ({ ...line, group: "answer", title: { zh, en } })),
];

function isObject(json: string | undefined): boolean {
  const value: unknown = JSON.parse(json ?? "null");
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
