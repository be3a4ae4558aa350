import { shortText } from "./passages.ts";
import { cutText, numberedPieces } from "./pieces.ts";
import { answer, type Fault, type Refusal, type Script } from "./plan.ts";

const text = cutText(shortText);

/** So many pieces would have followed the fault: a client that takes the broken answer for a whole one is found out. */
const piecesBeyondFault = 10;

/** Scripts that fail in the ways upstreams fail. */
export const faultScripts: readonly Script[] = [
  fault(
    "demo-401",
    "401; its message repeats the credential received, to catch gateways that pass it on",
    (credential) =>
      refusal(401, "invalid_request_error", "invalid_api_key", `Incorrect API key provided: ${credential}.`),
  ),
  fault("demo-403", "403 access denied", () =>
    refusal(403, "permission_error", "access_denied", "access denied: this account may not use the model"),
  ),
  fault("demo-404-model", "404 model_not_found", () =>
    refusal(404, "invalid_request_error", "model_not_found", "The model `demo-404-model` does not exist."),
  ),
  fault("demo-429", "429 with Retry-After: 7", () => ({
    ...refusal(429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached, try again in 7 s."),
    headers: { "retry-after": "7" },
  })),
  fault("demo-500", "500", () => internalError),
  fault("demo-503", "503 with Retry-After: 3", () => ({
    ...refusal(503, "server_error", "overloaded", "The engine is overloaded, try again later."),
    headers: { "retry-after": "3" },
  })),
  fault("demo-529", "529 overloaded, as Anthropic says it", () =>
    refusal(529, "overloaded_error", "overloaded", "Overloaded"),
  ),
  fault("demo-context-too-long", "400: the prompt is longer than the context", () => ({
    ...refusal(
      400,
      "invalid_request_error",
      "context_length_exceeded",
      "This model's maximum context length is 8192 tokens, your prompt is longer.",
    ),
    param: "messages",
  })),
  fault("demo-502-html", "502 with an HTML page, as from a proxy in between", () => ({
    ...refusal(502, "server_error", null, "Bad Gateway"),
    page: {
      contentType: "text/html; charset=utf-8",
      text: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
    },
  })),
  fault("demo-500-plain", "500 with a line of plain text", () => ({
    ...internalError,
    page: { contentType: "text/plain; charset=utf-8", text: "Internal Server Error" },
  })),
  otherShape("demo-400-numeric", "400 whose code is a number, as of vLLM (case 51)", 400, {
    error: { message: "temperature must be non-negative", type: "BadRequestError", param: null, code: 400 },
  }),
  otherShape("demo-400-flat", "400 with the fields of an error at the top, as of older vLLM (case 51)", 400, {
    object: "error",
    message: "temperature must be non-negative",
    type: "BadRequestError",
    param: null,
    code: 400,
  }),
  otherShape("demo-422-detail", "422 with a list of details, as of FastAPI (case 51)", 422, {
    detail: [{ type: "missing", loc: ["body", "messages"], msg: "Field required" }],
  }),
  fault("demo-error-200", "status 200, but the body or the first stream event is an error (case 49)", () =>
    refusal(200, "server_error", "overloaded", "The engine is overloaded."),
  ),
  {
    family: "demo-error-mid-stream",
    example: "demo-error-mid-stream",
    description: "3 content chunks, then an error event (case 48); not streamed: 500",
    plan: (call) => (call.stream ? answer(text, { fault: { after: 3, kind: "error-event" } }) : internalError),
  },
  {
    family: "demo-no-top-p-1",
    example: "demo-no-top-p-1",
    description: "400 if top_p is 1, else the short answer",
    plan: (call) =>
      call.topP === 1
        ? { ...refusal(400, "invalid_request_error", null, "top_p must be in (0, 1), got 1.0"), param: "top_p" }
        : answer(text),
  },
  {
    family: "demo-slow-MS",
    example: "demo-slow-2000",
    description: "the short answer; headers and first byte come after MS milliseconds",
    plan: (_call, [startAfterMs = 0]) => answer(text, { startAfterMs }),
  },
  broken("demo-silent", "demo-silent", "streamed: headers, then nothing; not streamed: no answer ever", () => ({
    after: "start",
    kind: "silence",
  })),
  broken("demo-silent-after-N", "demo-silent-after-3", "N content chunks, then nothing", (after) => ({
    after,
    kind: "silence",
  })),
  broken(
    "demo-breaks-N",
    "demo-breaks-3",
    "the connection breaks after N content chunks (0: before any byte); not streamed: in the middle of the body",
    (after) => ({ after: after === 0 ? "start" : after, kind: "break" }),
  ),
  broken(
    "demo-ends-N",
    "demo-ends-3",
    "streamed: ends in order after N content chunks, without finish reason and [DONE]; not streamed: half the body",
    (after) => ({
      after,
      kind: "end",
    }),
  ),
  broken(
    "demo-error-text-N",
    "demo-error-text-3",
    "streamed: a line of plain text after N content chunks, then the end; not streamed: only that line",
    (after) => ({
      after,
      kind: "error-text",
    }),
  ),
  broken(
    "demo-wrong-json",
    "demo-wrong-json",
    "streamed: the second content event is cut short; not streamed: the body is",
    () => ({
      after: 1,
      kind: "broken-json",
    }),
  ),
  {
    family: "demo-flaky-N",
    example: "demo-flaky-3",
    description: "500 for every N-th request to this name, else the short answer",
    plan: (_call, [every = 1], { occurrence }) =>
      occurrence % Math.max(every, 1) === 0 ? internalError : answer(text),
  },
];

const internalError = refusal(500, "server_error", "internal_error", "The server had an error.");

/** A refusal in neutral words; each protocol writes it in its own shape. */
export function refusal(status: number, type: string, code: string | null, message: string): Refusal {
  return { kind: "refusal", status, type, code, message };
}

function fault(name: string, description: string, refuse: (credential: string) => Refusal): Script {
  return { family: name, example: name, description, plan: (_call, _numbers, { credential }) => refuse(credential) };
}

/** A refusal in a shape of its own, whatever the protocol. */
function otherShape(name: string, description: string, status: number, body: object): Script {
  const page = { contentType: "application/json", text: JSON.stringify(body) };
  return fault(name, description, () => ({ ...refusal(status, "invalid_request_error", null, description), page }));
}

function broken(family: string, example: string, description: string, at: (after: number) => Fault): Script {
  return {
    family,
    example,
    description,
    plan: (_call, [after = 0]) => answer(numberedPieces(after + piecesBeyondFault), { fault: at(after) }),
  };
}
