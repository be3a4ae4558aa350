/** How a scenario sends. Seconds and counts are those of one run of one target in one round. */
export type Shape =
  | { readonly kind: "closed"; readonly connections: number; readonly seconds: number }
  | { readonly kind: "open"; readonly perSecond: number; readonly seconds: number }
  /** Streams that all run at once, each at its pace; measured is a stretch in which all of them are open. */
  | { readonly kind: "paced"; readonly streams: number; readonly seconds: number }
  /** Streams that all are open at once; measured is the memory that they take. */
  | { readonly kind: "held"; readonly streams: number };

export type Scenario = {
  readonly name: string;
  /** What "per s" and CPU count. */
  readonly unit: "request" | "chunk" | "stream";
  readonly model: string;
  readonly isStream: boolean;
  readonly body: Buffer;
  /** One person with one key, or this many, who take turns. */
  readonly people: number;
  readonly shape: Shape;
  readonly rounds: number;
  /** Deployments to choose from beside the one that all scenarios have. */
  readonly deployments?: number;
};

const PACE_MS = 100;
/** Streams a second that are opened in the two scenarios that hold many. */
export const OPENED_PER_SECOND = 400;
/** From the moment that all streams are open to the start of what is measured. */
export const SETTLE_MS = 1_500;

/** All scenarios in the order in which they run. `quick`: one short round each, to see that everything works. */
export function listScenarios(quick: boolean): Scenario[] {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 1.5 : 3;
  const paced = { streams: quick ? 100 : 300, seconds: quick ? 2 : 5 };
  const held = { streams: quick ? 300 : 2_000 };
  // The chunks must go on while the streams open, settle and are measured, and then as long again: a busy machine is late.
  const pacedChunks = chunksFor(paced.streams, paced.seconds, PACE_MS);
  const heldChunks = chunksFor(held.streams, 1.5, 1_000);
  const small = { unit: "request", model: "demo-fast", isStream: false, body: smallBody(), people: 1, rounds } as const;
  const stream = (model: string) => ({ model, isStream: true, body: streamBody(model), people: 1 }) as const;
  return [
    { ...small, name: "small-32", shape: { kind: "closed", connections: 32, seconds } },
    { ...small, name: "small-256", shape: { kind: "closed", connections: 256, seconds } },
    { ...small, name: "small-open", shape: { kind: "open", perSecond: 500, seconds: quick ? 2 : 8 } },
    { ...small, name: "body-1mb", body: imageBody(), shape: { kind: "closed", connections: 8, seconds } },
    {
      ...stream("demo-chunks-200"),
      name: "stream-200",
      unit: "request",
      rounds,
      shape: { kind: "closed", connections: 16, seconds },
    },
    {
      ...stream(`demo-chunks-${pacedChunks}-every-${PACE_MS}ms`),
      name: "stream-paced",
      unit: "chunk",
      rounds: quick ? 1 : 2,
      shape: { kind: "paced", ...paced },
    },
    {
      ...stream(`demo-chunks-${heldChunks}-every-1000ms`),
      name: "streams-open",
      unit: "stream",
      rounds: quick ? 1 : 2,
      shape: { kind: "held", ...held },
    },
    {
      ...small,
      name: "keys-10k",
      people: quick ? 1_000 : 10_000,
      shape: { kind: "closed", connections: 64, seconds },
    },
    // Last: the deployments stay.
    { ...small, name: "routes-1k", deployments: 1_000, shape: { kind: "closed", connections: 32, seconds } },
  ];
}

/** Output tokens of one answer: a content chunk of the demo upstream is one token, "ok" is one. */
export function outputTokensOf(scenario: Scenario): number {
  return Number(/^demo-chunks-(\d+)/.exec(scenario.model)?.[1] ?? 1);
}

/** Input tokens of one request, by the demo upstream's rule: ⌈UTF-8 bytes of text / 4⌉ a message and 85 an image. */
export function inputTokensOf(scenario: Scenario): number {
  const { messages } = JSON.parse(scenario.body.toString()) as { messages: { content: string | Part[] }[] };
  return messages.reduce((sum, { content }) => {
    const parts: Part[] = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const text = parts.map((part) => part.text ?? "").join("");
    return sum + Math.ceil(Buffer.byteLength(text) / 4) + 85 * parts.filter((part) => part.type === "image_url").length;
  }, 0);
}

type Part = { type: "text" | "image_url"; text?: string };

function chunksFor(streams: number, measuredSeconds: number, everyMs: number): number {
  const neededMs = (streams / OPENED_PER_SECOND) * 1_000 + SETTLE_MS + measuredSeconds * 1_000;
  return Math.ceil((neededMs * 2 + 1_500) / everyMs);
}

function smallBody(): Buffer {
  return json({ model: "demo-fast", max_tokens: 16, messages: [{ role: "user", content: "你好" }] });
}

/** As most clients send it: no output limit, so the gateway counts along and extends the reservation while the stream runs. */
function streamBody(model: string): Buffer {
  const messages = [{ role: "user", content: "请讲一讲干涉。" }];
  return json({ model, stream: true, stream_options: { include_usage: true }, messages });
}

/** A photograph of 750 kB as a data URL: 1 MB of base64. */
function imageBody(): Buffer {
  let state = 1;
  const pixels = Buffer.alloc(750_000);
  for (let i = 0; i < pixels.length; i++) {
    state = (state * 48_271) % 2_147_483_647;
    pixels[i] = state & 255;
  }
  const url = `data:image/jpeg;base64,${pixels.toString("base64")}`;
  const content = [
    { type: "text", text: "图里是什么?" },
    { type: "image_url", image_url: { url } },
  ];
  return json({ model: "demo-fast", max_tokens: 16, messages: [{ role: "user", content }] });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
