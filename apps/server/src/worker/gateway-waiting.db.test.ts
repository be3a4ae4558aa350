import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limitedChannel } from "./testing/limited-channel.ts";
import { type RawUpstream, startRawUpstream } from "./testing/raw-upstream.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let upstream: RawUpstream;
let holder: { readonly secret: string };
beforeAll(async () => {
  gateway = await createWorkerFixture();
  upstream = await startRawUpstream();
  holder = await gateway.person(1_000_000_000n);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const frame = (choices: object[], usage: object | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices, usage })}\n\n`;
const chatStream = [
  frame([{ index: 0, delta: { role: "assistant", content: "好的" }, finish_reason: null }]),
  frame([{ index: 0, delta: {}, finish_reason: "stop" }]),
  frame([], { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }),
  "data: [DONE]\n\n",
].join("");

const words = "你好";
const gemini = { contents: [{ role: "user", parts: [{ text: words }] }] };
type Face = {
  readonly name: string;
  readonly path: (model: string) => string;
  readonly body: (model: string) => object;
};
const faces: readonly Face[] = [
  {
    name: "openai-chat",
    path: () => "/v1/chat/completions",
    body: (model) => ({ model, stream: true, messages: hello }),
  },
  {
    name: "openai-completions",
    path: () => "/v1/completions",
    body: (model) => ({ model, stream: true, prompt: words }),
  },
  { name: "openai-responses", path: () => "/v1/responses", body: (model) => ({ model, stream: true, input: words }) },
  {
    name: "anthropic-messages",
    path: () => "/v1/messages",
    body: (model) => ({ model, stream: true, max_tokens: 50, messages: [{ role: "user", content: words }] }),
  },
  {
    name: "gemini-events",
    path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    body: () => gemini,
  },
  { name: "gemini-array", path: (model) => `/v1beta/models/${model}:streamGenerateContent`, body: () => gemini },
  { name: "ollama-chat", path: () => "/api/chat", body: (model) => ({ model, messages: hello }) },
  { name: "ollama-generate", path: () => "/api/generate", body: (model) => ({ model, prompt: words }) },
];

/** What came of a stream, as it comes. */
async function open(face: Face, model: string, secret: string, signal?: AbortSignal) {
  const response = await fetch(`${gateway.url}${face.path(model)}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
    },
    body: JSON.stringify(face.body(model)),
    ...(signal && { signal }),
  });
  const stream = {
    status: response.status,
    type: response.headers.get("content-type"),
    text: "",
    over: Promise.resolve(),
  };
  const read = async () => {
    for await (const chunk of response.body ?? []) stream.text += Buffer.from(chunk as Uint8Array).toString();
  };
  stream.over = read().catch(() => undefined);
  return stream;
}

let number = 0;
let model: string;
let channel: Awaited<ReturnType<typeof limitedChannel>>;
let held: Promise<Response>;
beforeEach(async () => {
  model = `waiting-${number++}`;
  channel = await limitedChannel(gateway, upstream, 1, [model]);
  held = gateway.chat(holder.secret, { model, messages: hello });
  await until(() => channel.held.length === 1);
});

/** Answers whoever holds the slot until nobody is left. */
async function answerAll(count: number, type: string, body: string, status = 200): Promise<void> {
  for (let each = 0; each < count; each++) {
    await until(() => channel.held.length === 1);
    channel.held.shift()?.response.writeHead(status, { "content-type": type }).end(body);
  }
}

describe("a stream that waits in line", () => {
  it("gets headers and a sign of life in every protocol, with its place where there is one for it, and then its answer", async () => {
    const { secret, accountId } = await gateway.person(10_000_000_000n);
    const streams = await Promise.all(faces.map((face) => open(face, model, secret)));
    // A worker that stood still when it was to find out where they stand tells it with a later sign.
    await until(() =>
      streams.every(({ text }, index) =>
        faces[index]?.name.startsWith("gemini") ? text !== "" : /place"?:? ?\d/.test(text),
      ),
    );
    const sofar = streams.map(({ text }) => text);
    const last = (text: string) => text.split(/(?<=\n\n)|(?<=\}\n)(?=\{)/).at(-1) ?? "";
    const signs = Object.fromEntries(faces.map(({ name }, index) => [name, last(sofar[index] ?? "")]));
    expect(streams.map(({ status }) => status)).toEqual(faces.map(() => 200));
    expect(signs["openai-chat"]).toMatch(
      /^data: \{"id":"chatcmpl-.+"choices":\[\{"index":0,"delta":\{"content":""\},"logprobs":null,"finish_reason":null\}\],"queue":\{"place":\d.*\}\}\n\n$/,
    );
    expect(signs["openai-completions"]).toMatch(
      /^data: \{"id":"cmpl-.+"choices":\[\{"text":"",.+"queue":\{"place":\d.*\}\}\n\n$/,
    );
    expect(signs["openai-responses"]).toMatch(/^: in line, place \d.*\n\n$/);
    expect(signs["anthropic-messages"]).toMatch(/^event: ping\ndata: \{"type":"ping","queue":\{"place":\d.*\}\}\n\n$/);
    expect(signs["gemini-events"]).toBe("\n\n");
    expect(signs["gemini-array"]).toMatch(/^\[\n+$/);
    expect(signs["ollama-chat"]).toMatch(
      /"message":\{"role":"assistant","content":""\},"done":false,"queue":\{"place":\d.*\}\}\n$/,
    );
    expect(signs["ollama-generate"]).toMatch(/"response":"","done":false,"queue":\{"place":\d.*\}\}\n$/);
    channel.answerOne();
    expect((await held).status).toBe(200);
    await answerAll(faces.length, "text/event-stream", chatStream);
    await Promise.all(streams.map(({ over }) => over));
    for (const [index, { text }] of streams.entries()) {
      expect(text.startsWith(sofar[index] ?? "?")).toBe(true);
      expect(text).toContain("好的");
    }
    expect(JSON.parse(streams[5]?.text ?? "")).toBeInstanceOf(Array);
    // Numbers of events begin where they always do.
    expect(streams[2]?.text).toContain(
      'event: response.created\ndata: {"type":"response.created","sequence_number":0,',
    );
    const records = await gateway.query<{
      outcome: string;
      queue_ms: number;
      http_status: number;
      output_tokens: string;
    }>("select * from usage_record where account_id = $1", [accountId]);
    expect(records).toHaveLength(faces.length);
    for (const record of records) {
      expect(record).toMatchObject({ outcome: "finished", http_status: 200 });
      expect(Number(record.output_tokens)).toBe(2);
      expect(record.queue_ms).toBeGreaterThan(2_900);
    }
    expect(await gateway.differences()).toEqual([]);
  });

  it("ends with an error of its protocol where its turn comes to nothing, and costs nothing", async () => {
    const { secret, accountId } = await gateway.person(10_000_000_000n);
    const streams = await Promise.all(faces.map((face) => open(face, model, secret)));
    await until(() => streams.every(({ text }) => text !== ""));
    channel.answerOne();
    await held;
    await answerAll(faces.length, "application/json", `{"error":{"message":"no"}}`, 400);
    await Promise.all(streams.map(({ over }) => over));
    const texts = Object.fromEntries(faces.map(({ name }, index) => [name, streams[index]?.text ?? ""]));
    expect(texts["openai-chat"]).toMatch(/\n\ndata: \{"error":\{.+"code":"upstream_rejected".+\}\}\n\n$/);
    expect(texts["openai-completions"]).toMatch(/\n\ndata: \{"error":\{.+"code":"upstream_rejected".+\}\}\n\n$/);
    expect(texts["openai-responses"]).toMatch(/event: error\ndata: .+\n\nevent: response\.failed\ndata: .+\n\n$/);
    expect(texts["anthropic-messages"]).toMatch(/\n\nevent: error\ndata: \{"type":"error".+\n\n$/);
    expect(texts["gemini-events"]).toMatch(/^\n\ndata: \{"error":\{"code":400.+\n\n$/);
    expect(JSON.parse(texts["gemini-array"] ?? "")).toMatchObject([{ error: { code: 400 } }]);
    expect(texts["ollama-chat"]).toMatch(/\n\{"error":".+","code":"upstream_rejected".+\}\n$/);
    const records = await gateway.records(accountId);
    expect(records).toHaveLength(faces.length);
    for (const record of records) expect(record).toMatchObject({ outcome: "failed", charge_nanos: "0", attempts: 1 });
  });

  it("frees its place when its client leaves, and costs nothing", async () => {
    const { secret, accountId } = await gateway.person(10_000_000_000n);
    const controller = new AbortController();
    const chat = faces[0];
    if (chat === undefined) throw new Error("no faces");
    const stream = await open(chat, model, secret, controller.signal);
    await until(() => stream.text !== "");
    controller.abort();
    await until(async () => (await channel.waiting()) === 0);
    await until(async () => (await gateway.records(accountId)).length === 1);
    expect(await gateway.records(accountId)).toMatchObject([
      { outcome: "client-gone", attempts: 0, charge_nanos: "0" },
    ]);
    channel.answerOne();
    await held;
    expect(channel.asked()).toHaveLength(1);
  });
});
