import type { Ask, Turn } from "./ask.ts";
import { clock, hello, PDF, PNG, STUDENT_ID, text, user, WAV, weather } from "./case-words.ts";
import type { Line } from "./contract-case.ts";

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
/** What clients ask, and what of it reaches an upstream. */
export const requests: readonly Line[] = [
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
