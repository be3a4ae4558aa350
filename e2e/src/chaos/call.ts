import { chat } from "../campus.ts";

/** What a client wants. `content` chunks of the demo models are "0 ", "1 ", …: one token each. */
export type Wish = {
  model: string;
  stream: boolean;
  /** Leaves after so many content chunks of a stream, or so many milliseconds of a whole answer; null: stays. */
  leavesAfter: number | null;
  maxTokens: number | null;
};

/**
 * How a call ended as its client saw it. `whole`: the full answer; `cut`: an orderly end before it (an error event, or `length`);
 * `refused`: an error status; `torn`: the connection broke; `left`: the client hung up; `unreachable`: nobody listened.
 */
export type Ending = "whole" | "cut" | "refused" | "torn" | "left" | "unreachable";

export type Call = {
  studentId: string;
  wish: Wish;
  ending: Ending;
  status: number | null;
  /** UUID, from `x-request-id`; null: no headers came. */
  requestId: string | null;
  /** Error code of a refusal or of an error event. */
  code: string | null;
  /** Input tokens of a whole answer by the upstream's own rule; null where they can't be known from outside. */
  inputTokens: number | null;
  /** Output tokens that reached the client. */
  outputTokens: number;
  /** By performance.now(). */
  startedAt: number;
  endedAt: number;
  /** What must never happen, in words; null: nothing of the kind. */
  problem: string | null;
};

/** A call that has not ended after so long never will. */
const PATIENCE_MS = 45_000;

/** Makes one call and follows it to its end, whatever that is. */
export async function makeCall(url: string, student: { studentId: string; key: string }, wish: Wish): Promise<Call> {
  const call: Call = {
    ...{ studentId: student.studentId, wish, ending: "unreachable", status: null, requestId: null, code: null },
    ...{ inputTokens: null, outputTokens: 0, problem: null, startedAt: performance.now(), endedAt: 0 },
  };
  const leaving = new AbortController();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const timer =
    wish.leavesAfter !== null && !wish.stream ? setTimeout(() => leaving.abort(), wish.leavesAfter) : undefined;
  try {
    const response = await chat(url, student.key, bodyOf(wish), AbortSignal.any([leaving.signal, patience]));
    call.status = response.status;
    call.requestId = uuidOf(response.headers.get("x-request-id"));
    call.ending = "torn"; // until it ends otherwise
    if (call.requestId === null) call.problem = `an answer ${response.status} without x-request-id`;
    if (response.status !== 200) await readRefusal(call, response);
    else if (wish.stream) await readStream(call, response, leaving);
    else await readWhole(call, response);
  } catch (error) {
    if (leaving.signal.aborted) call.ending = "left";
    else if (patience.aborted)
      call.problem = `${wish.model}: no end within ${PATIENCE_MS / 1000} s, status ${call.status}, asked at ${Math.round(call.startedAt)} ms`;
    // Whatever else fetch throws is a connection that broke or could not be made.
    else if (!(error instanceof TypeError)) throw error;
    else if (call.status === null && !/ECONNREFUSED/.test(String(error.cause))) call.ending = "torn";
  } finally {
    clearTimeout(timer);
    call.endedAt = performance.now();
  }
  return call;
}

const PROMPT = "hello world";
/** The upstream's rule: four bytes a token. */
const PROMPT_TOKENS = Math.ceil(PROMPT.length / 4);

function bodyOf({ model, stream, maxTokens }: Wish): object {
  return {
    model,
    messages: [{ role: "user", content: PROMPT }],
    ...(stream && { stream: true }),
    ...(maxTokens !== null && { max_tokens: maxTokens }),
  };
}

async function readRefusal(call: Call, response: Response): Promise<void> {
  const body = parseJson(await response.text());
  call.ending = "refused";
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  if (typeof error.code === "string" && typeof error.message === "string") call.code = error.code;
  else call.problem = `a refusal ${response.status} that is not in the protocol's shape`;
  if (response.status === 503 && !(Number(response.headers.get("retry-after")) >= 1)) {
    call.problem = `a refusal 503 ${call.code} without Retry-After`;
  } else if (response.status !== 503 && response.status !== 402) {
    call.problem = `a refusal ${response.status} ${call.code}`;
  }
}

async function readWhole(call: Call, response: Response): Promise<void> {
  const text = await response.text();
  const body = parseJson(text);
  const usage = isRecord(body) && isRecord(body.usage) ? body.usage : {};
  call.ending = "whole";
  if (typeof usage.prompt_tokens === "number" && typeof usage.completion_tokens === "number") {
    call.inputTokens = usage.prompt_tokens;
    call.outputTokens = usage.completion_tokens;
  } else call.problem = `a corrupt answer: ${text.slice(0, 200)}`;
}

async function readStream(call: Call, response: Response, leaving: AbortController): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  let isFinished = false;
  let isOver = false;
  let isCut = false;
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true });
    const frames = rest.split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      if (isOver) call.problem = "an event after the last one";
      if (frame === "data: [DONE]") {
        isOver = true;
        continue;
      }
      const event = frame.startsWith("data: ") ? parseJson(frame.slice(6)) : null;
      if (!isRecord(event)) {
        call.problem = `a corrupt event: ${frame.slice(0, 200)}`;
      } else if (isRecord(event.error)) {
        call.code = String(event.error.code);
        isCut = true;
        isOver = true;
      } else {
        const [choice] = Array.isArray(event.choices) ? event.choices : [];
        const content = choice?.delta?.content;
        // Nothing may be missing or come twice.
        if (content && content !== `${call.outputTokens++} `) call.problem = `an event out of order: ${content}`;
        if (choice?.finish_reason) isFinished = true;
        if (choice?.finish_reason === "length") isCut = true;
      }
    }
    if (call.wish.leavesAfter !== null && call.outputTokens >= call.wish.leavesAfter) {
      leaving.abort();
      throw new TypeError("left");
    }
  }
  // A broken connection throws; whoever comes here was told that this is the end.
  if (!isOver || (!isCut && !isFinished)) call.problem = "a stream that ended in order but without its end";
  call.ending = isCut ? "cut" : "whole";
  if (!isCut) call.inputTokens = PROMPT_TOKENS;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The UUID behind "req_…", or null. */
export function uuidOf(shown: string | string[] | null | undefined): string | null {
  const match = /^req_(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(String(shown));
  return match === null ? null : match.slice(1).join("-");
}
