import { isRecord } from "../../json/is-record.ts";

/** Members of a request that its answer repeats, as sent. */
const repeated = [
  "instructions",
  "max_output_tokens",
  "max_tool_calls",
  "metadata",
  "parallel_tool_calls",
  "previous_response_id",
  "prompt_cache_key",
  "reasoning",
  "safety_identifier",
  "store",
  "temperature",
  "text",
  "tool_choice",
  "tools",
  "top_logprobs",
  "top_p",
  "truncation",
  "user",
] as const;
export type Echo = Readonly<Partial<Record<(typeof repeated)[number], unknown>>>;

export function readEcho(body: unknown): Echo {
  if (!isRecord(body)) return {};
  return Object.fromEntries(repeated.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
}

/** The id of the response to a request; `requestId`: UUID. */
export function responseId(requestId: string): string {
  return `resp_${requestId.replaceAll("-", "")}`;
}

/** The request behind the id of a response, as UUID; null: no id of ours. */
export function requestIdOf(id: string): string | null {
  const found = /^resp_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(id);
  return found === null ? null : found.slice(1).join("-");
}

export type Ending = {
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly output: readonly unknown[];
  readonly usage: object | null;
  readonly error: object | null;
  readonly incompleteReason: string | null;
};

/** A response object. What the client left out stands at the protocol's default, or null where that depends on the model. */
export function responseObject(
  { model, requestId, createdAt }: { readonly model: string; readonly requestId: string; readonly createdAt: number },
  echo: Echo,
  ending: Ending,
): Record<string, unknown> {
  const reasoning = isRecord(echo.reasoning) ? echo.reasoning : {};
  const { status, output, usage, error, incompleteReason } = ending;
  return {
    id: responseId(requestId),
    object: "response",
    created_at: Math.floor(createdAt / 1_000),
    status,
    background: false,
    completed_at: status === "completed" ? Math.floor(Math.max(Date.now(), createdAt) / 1_000) : null,
    error,
    incomplete_details: incompleteReason === null ? null : { reason: incompleteReason },
    instructions: echo.instructions ?? null,
    max_output_tokens: echo.max_output_tokens ?? null,
    max_tool_calls: echo.max_tool_calls ?? null,
    model,
    output,
    parallel_tool_calls: echo.parallel_tool_calls ?? true,
    previous_response_id: echo.previous_response_id ?? null,
    prompt_cache_key: echo.prompt_cache_key ?? null,
    reasoning: { effort: null, summary: null, ...reasoning },
    safety_identifier: echo.safety_identifier ?? null,
    store: echo.store ?? true,
    temperature: echo.temperature ?? null,
    text: isRecord(echo.text) ? { format: { type: "text" }, ...echo.text } : { format: { type: "text" } },
    tool_choice: echo.tool_choice ?? "auto",
    tools: echo.tools ?? [],
    top_logprobs: echo.top_logprobs ?? 0,
    top_p: echo.top_p ?? null,
    truncation: echo.truncation ?? "disabled",
    usage,
    user: echo.user ?? null,
    metadata: echo.metadata ?? {},
  };
}
