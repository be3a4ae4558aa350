import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawUpstream, startRawUpstream } from "../testing/raw-upstream.ts";
import type { UsageRow } from "../testing/scene.ts";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { ContractFace, Seen } from "./ask.ts";
import { faces } from "./pairs.ts";
import * as anthropic from "./raw/anthropic-messages.ts";
import { commonCases } from "./raw/any-protocol.ts";
import { events, lines, type RawCase, sse } from "./raw/frames.ts";
import * as gemini from "./raw/gemini-generate.ts";
import * as ollama from "./raw/ollama-chat.ts";
import * as openai from "./raw/openai-chat.ts";
import * as responses from "./raw/openai-responses.ts";
import { send } from "./run-case.ts";

const tooMany = sse({ error: { message: "slow down", code: 429, type: "rate_limit_error" } });
const tooLong = sse({ error: { message: "too long", code: 400, type: "invalid_request_error" } });
const full = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
const failed = { status: "failed", error: { code: "server_is_overloaded", message: "Overloaded" } };

/** By protocol: its provider, where its paths begin, and what its upstreams answer. */
const upstreams: Readonly<Record<string, { provider: string; path: string; cases: readonly RawCase[] }>> = {
  "openai-chat": {
    provider: "openai",
    path: "/v1",
    cases: [
      ...commonCases({
        streamed: openai.streamedAnswer,
        whole: openai.wholeAnswer,
        isLines: false,
        errors: [
          ["error-429", tooMany, 429],
          ["error-400", tooLong, 400],
          ["error-document", JSON.stringify({ error: { message: "quota", code: "rate_limit_exceeded" } }), 429],
        ],
      }),
      ...openai.cases,
    ],
  },
  "openai-responses": {
    provider: "openai-responses",
    path: "/v1",
    cases: [
      ...commonCases({
        streamed: responses.streamedAnswer,
        whole: responses.wholeAnswer,
        isLines: false,
        errors: [
          ["error-429", events({ type: "error", code: "rate_limit_exceeded", message: "slow down" }), 429],
          ["error-400", events({ type: "error", code: "invalid_request_error", message: "too long" }), 400],
          ["error-full", events({ type: "response.failed", response: { ...responses.wholeAnswer, ...failed } }), 503],
        ],
      }),
      ...responses.cases,
    ],
  },
  "anthropic-messages": {
    provider: "anthropic",
    path: "/v1",
    cases: [
      ...commonCases({
        streamed: anthropic.streamedAnswer,
        whole: anthropic.wholeAnswer,
        isLines: false,
        errors: [
          ["error-429", events({ type: "error", error: { type: "rate_limit_error", message: "slow down" } }), 429],
          ["error-400", events({ type: "error", error: { type: "invalid_request_error", message: "no" } }), 400],
          ["error-full", events(full), 503],
          ["error-full-behind-start", anthropic.startOf(anthropic.streamedAnswer) + events(full), 503],
        ],
      }),
      ...anthropic.cases,
    ],
  },
  "gemini-generate": {
    provider: "gemini",
    path: "/v1beta",
    cases: [
      ...commonCases({
        streamed: gemini.streamedAnswer,
        whole: gemini.wholeAnswer,
        isLines: false,
        errors: [
          ["error-429", tooMany, 429],
          ["error-400", tooLong, 400],
          ["error-array", JSON.stringify([{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "no" } }]), 429],
        ],
      }),
      ...gemini.cases,
    ],
  },
  "ollama-chat": {
    provider: "ollama",
    path: "",
    cases: [
      ...commonCases({
        streamed: ollama.streamedAnswer,
        whole: ollama.wholeAnswer,
        isLines: true,
        errors: [["error-429", lines({ error: "slow down", status: 429 }), 429]],
      }),
      ...ollama.cases,
    ],
  },
};

const noArguments = { type: "object", properties: {} };
const tools = [
  { name: "f", description: "d", parameters: { type: "object", properties: { a: { type: "integer" } } } },
  { name: "g", description: "d", parameters: noArguments },
  { name: "get_weather", description: "d", parameters: noArguments },
];
const turns = [{ role: "user", parts: [{ type: "text", text: "hi" }] }] as const;
/** What ends a stream of each protocol cleanly. */
const cleanEnd = /\[DONE\]|message_stop|response\.(?:completed|incomplete)|"done":true|"finishReason"/;

let gateway: WorkerFixture;
let upstream: RawUpstream;
let secret: string;
let accountId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  upstream = await startRawUpstream();
  await gateway.group("default", { isOpen: true });
  for (const [protocol, { provider, path, cases }] of Object.entries(upstreams)) {
    const options = { protocol: provider, idleTimeoutMs: 5_000, totalTimeoutMs: 60_000 };
    for (const { id, asked, answer } of cases) {
      const name = `${protocol}.${asked}.${id}`;
      upstream.answers.set(name, answer);
      // Of its own: what one answer says of a credential is nothing to the others.
      await gateway.model(name, [await gateway.channel(name, upstream.url + path, options)]);
    }
  }
  ({ secret, accountId } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

describe.each(Object.entries(upstreams))("answers of %s upstreams", (protocol, { cases }) => {
  it.each(cases)("$asked $id: every client sees what it says, and is charged for it", async (each) => {
    for (const face of faces) {
      const model = `${protocol}.${each.asked}.${each.id}`;
      const problems = await problemsOf(face, model, face.id === protocol, each);
      expect(problems, `${face.title} client`).toEqual([]);
    }
  });
});

it("leaves nothing reserved, and books that are right", async () => {
  expect((await gateway.account(accountId)).reserved).toBe(0n);
  expect(await gateway.differences()).toEqual([]);
});

async function problemsOf(face: ContractFace, model: string, passes: boolean, each: RawCase): Promise<string[]> {
  const { expected, asked } = each;
  const stream = asked === "stream";
  const request = face.request({
    model,
    turns,
    stream,
    ...(expected.calls && { tools }),
    ...(expected.reasoning && { effort: "low" as const }),
  });
  const answer = await send(gateway, secret, request);
  const body = await answer.text();
  const record = await lastRecord();
  const problems: string[] = record.requested_model === model ? [] : ["no usage record"];
  if (expected.error !== undefined) return [...problems, ...problemsOfFailure(face, each, answer.status, body, record)];
  if (answer.status !== 200) return [`HTTP ${answer.status} ${body}`];
  const type = answer.headers.get("content-type") ?? "";
  const isArray = stream && !request.path.includes("alt=sse") && face.id === "gemini-generate";
  if (/event-stream|ndjson/.test(type) !== (stream && !isArray)) problems.push(`content type ${type}`);
  // What passes is as strange as the upstream wrote it: only that it passes whole, and what it costs, is ours.
  if (!passes) problems.push(...problemsOfAnswer(face, each, body));
  const { charged } = expected;
  const { input_tokens: input, output_tokens: output, is_estimated: isEstimated } = record;
  if (charged === "estimate") {
    if (!(isEstimated && input > 0 && output > 0)) problems.push(`charged ${input} + ${output}`);
  } else if (charged !== undefined && (isEstimated || charged[0] !== input || charged[1] !== output))
    problems.push(`charged ${input} + ${output}${isEstimated ? ", estimated" : ""}`);
  return problems;
}

function problemsOfAnswer(face: ContractFace, { asked, expected }: RawCase, body: string): string[] {
  let seen: Seen;
  try {
    seen = asked === "stream" ? face.readStream(body, true) : face.readWhole(JSON.parse(body));
  } catch (error) {
    return [`${String(error)} ${body.slice(-2_000)}`];
  }
  const { text, reasoning, finish, calls, charged } = expected;
  const problems: string[] = [];
  const compare = (what: string, is: unknown, should: unknown) => {
    if (should !== undefined && JSON.stringify(is) !== JSON.stringify(should))
      problems.push(`${what}: ${JSON.stringify(is).slice(0, 500)}`);
  };
  compare("text", seen.text, text);
  compare("reasoning", seen.reasoning, reasoning);
  compare("finish", seen.finish, finish);
  compare(
    "calls",
    seen.calls.map(({ name, args }) => [name, args]),
    calls,
  );
  if (seen.calls.some(({ id }) => id === "")) problems.push("a call without an id");
  if (Array.isArray(charged) && seen.usage !== null) compare("usage", [seen.usage.input, seen.usage.output], charged);
  return problems;
}

function problemsOfFailure(
  face: ContractFace,
  { expected }: RawCase,
  status: number,
  body: string,
  record: UsageRow,
): string[] {
  const problems: string[] = record.outcome === "failed" ? [] : [`outcome ${record.outcome}`];
  if (status === 200) {
    if (typeof expected.error === "number") problems.push(`HTTP 200 in place of ${expected.error}`);
    if (cleanEnd.test(body) || !body.includes("error")) problems.push(`a clean end: ${body.slice(-500)}`);
    return problems;
  }
  if (typeof expected.error === "number" && status !== expected.error) problems.push(`HTTP ${status}`);
  if (face.readError(JSON.parse(body)) === "") problems.push("no message");
  if (record.charge_nanos !== "0") problems.push(`charged ${record.charge_nanos} for nothing`);
  return problems;
}

async function lastRecord(): Promise<UsageRow> {
  const [row] = await gateway.query<UsageRow>("select * from usage_record order by id desc limit 1");
  if (row === undefined) throw new Error("there is no usage record");
  return row;
}
