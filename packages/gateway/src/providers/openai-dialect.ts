/** How a server of OpenAI's chat API differs from others of its kind: what it understands beyond what all do, and by which names. */
export type OpenAiDialect = {
  readonly limitField: "max_tokens" | "max_completion_tokens";
  /** Knows the role `developer`; others get `system`. */
  readonly takesDeveloper: boolean;
  /** `first`: one system message, at the beginning; the chat templates of many open models refuse any other. */
  readonly systemPlace: "anywhere" | "first";
  /** What stands for the content of a message that only calls tools. */
  readonly emptyContent: null | "";
  /** Has a field for refusals of earlier answers; others get them as text. */
  readonly takesRefusal: boolean;
  /** Messages with calls must bring their thoughts back: empty ones where the client kept none. */
  readonly needsThoughts: boolean;
  /** How thinking is asked for. `template`: `chat_template_kwargs.enable_thinking`; `thinking`: `thinking.type`. */
  readonly thinking: "effort" | "enable_thinking" | "thinking" | "template";
  /** Values of `reasoning_effort` that it takes beside low, medium and high. */
  readonly efforts: ReadonlySet<string>;
  /** Where a limit of thinking tokens goes. */
  readonly budgetField: "thinking_budget" | "thinking_budget_tokens" | null;
  readonly topK: "top_k" | null;
  readonly minP: "min_p" | null;
  readonly repetitionPenalty: "repetition_penalty" | "repeat_penalty" | null;
  readonly maximumStops: number | null;
  readonly media: { readonly image: boolean; readonly document: boolean; readonly audio: boolean };
  /** Takes tools with free text, and `allowed_tools` as a choice. */
  readonly takesCustomTools: boolean;
  /** Refuses tools with `strict: true` whose objects have optional properties or are open. */
  readonly checksStrict: boolean;
  /** Takes `response_format` of type json_schema. */
  readonly takesSchema: boolean;
  /** Takes `verbosity` and `prompt_cache_key`; others refuse a request for fields that they don't know. */
  readonly takesHints: boolean;
  /** Has `/completions` beside `/chat/completions`. */
  readonly takesCompletions: boolean;
};

/** OpenAI itself (platform.openai.com/docs/api-reference/chat/create); it refuses fields that it doesn't know. */
export const officialDialect: OpenAiDialect = {
  limitField: "max_completion_tokens",
  takesDeveloper: true,
  systemPlace: "anywhere",
  emptyContent: null,
  takesRefusal: true,
  needsThoughts: false,
  thinking: "effort",
  efforts: new Set(["none", "minimal", "xhigh", "max"]),
  budgetField: null,
  topK: null,
  minP: null,
  repetitionPenalty: null,
  maximumStops: 4,
  media: { image: true, document: true, audio: true },
  takesCustomTools: true,
  checksStrict: true,
  takesSchema: true,
  takesHints: true,
  takesCompletions: false,
};

/** A server of which nothing is known but that it speaks this API. */
export const compatibleDialect: OpenAiDialect = {
  ...officialDialect,
  limitField: "max_tokens",
  takesDeveloper: false,
  takesRefusal: false,
  topK: "top_k",
  minP: "min_p",
  repetitionPenalty: "repetition_penalty",
  maximumStops: null,
  takesCustomTools: false,
  checksStrict: false,
  takesHints: false,
  takesCompletions: true,
};

/** A server that renders the model's own chat template: vLLM, llama.cpp, SGLang. */
export const templateDialect: OpenAiDialect = {
  ...compatibleDialect,
  systemPlace: "first",
  thinking: "template",
  efforts: new Set(),
  media: { image: true, document: false, audio: true },
};
