import type { Answer, protocolNames, Question } from "./clients.ts";

/** One kind of traffic that every pair is measured with. */
export type Kind = {
  readonly name: "paced" | "text" | "tools" | "prompt";
  /** As the demo upstream calls it; the public name is `publicName`. */
  readonly upstreamModel: string;
  readonly isStream: boolean;
  readonly turns: readonly string[];
  readonly tool: object | null;
  readonly expected: Answer;
  /** Tokens, by the demo upstream's rules. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What CPU is counted for: pieces of a stream, or whole requests. */
  readonly units: number;
};

export const CHUNKS = 200;
/** Streams of the paced kind: as many chunks a second as `stream-paced`, of fewer streams that end sooner. */
export const PACED = {
  streams: 60,
  openedPerSecond: 300,
  everyMs: 20,
  settleMs: 150,
  measuredMs: 1_000,
  parts: 5,
  chunks: 95,
};
/** The demo upstream cuts arguments every five units. */
const ARGUMENT_PIECE = 5;
const question = "请讲一讲干涉。";

/** All kinds. The stream of a call has as many pieces as that of the text, the first of them the call's name. */
export function listKinds(): Kind[] {
  const value = "x".repeat((CHUNKS - 1) * ARGUMENT_PIECE - JSON.stringify({ place: "" }).length);
  const tool = {
    type: "object",
    properties: { place: { type: "string", enum: [value] } },
    required: ["place"],
  };
  const plain = { isStream: true, turns: [question], tool: null };
  const kinds: Omit<Kind, "inputTokens">[] = [
    {
      ...plain,
      name: "text",
      upstreamModel: `demo-chunks-${CHUNKS}`,
      expected: numbers(CHUNKS),
      outputTokens: CHUNKS,
      units: CHUNKS,
    },
    {
      ...plain,
      name: "tools",
      upstreamModel: "demo-tools",
      tool,
      expected: { text: "", calls: [JSON.stringify({ place: value })] },
      outputTokens: CHUNKS,
      units: CHUNKS,
    },
    {
      ...plain,
      name: "prompt",
      upstreamModel: "demo-fast",
      isStream: false,
      turns: longConversation(),
      expected: { text: "ok", calls: [] },
      outputTokens: 1,
      units: 1,
    },
    {
      ...plain,
      name: "paced",
      upstreamModel: `demo-chunks-${PACED.chunks}-every-${PACED.everyMs}ms`,
      expected: numbers(PACED.chunks),
      outputTokens: PACED.chunks,
      units: PACED.chunks,
    },
  ];
  return kinds.map((kind) => ({
    ...kind,
    inputTokens: kind.turns.reduce((sum, turn) => sum + Math.ceil(Buffer.byteLength(turn) / 4), 0),
  }));
}

/** The name that clients ask for, of a model at the upstream of a protocol. */
export function publicName(upstream: string, { upstreamModel }: Kind): string {
  return `${upstream}.${upstreamModel}`;
}

export function questionFor(upstream: string, kind: Kind): Question {
  const { isStream, turns, tool } = kind;
  return { model: publicName(upstream, kind), isStream, turns, tool };
}

/** Public and upstream's names of all models at the upstream of each protocol. */
export function modelsOf(
  upstream: (typeof protocolNames)[number],
): { readonly name: string; readonly upstreamModel: string }[] {
  return listKinds().map((kind) => ({ name: publicName(upstream, kind), upstreamModel: kind.upstreamModel }));
}

function numbers(count: number): Answer {
  return { text: Array.from({ length: count }, (_, index) => `${index} `).join(""), calls: [] };
}

/** 41 turns, 100 KB of text in both languages, with characters that JSON escapes. */
function longConversation(): string[] {
  const sentence = 'The light of two slits "adds up" \\ 两束光在屏上叠加,\n';
  const turn = sentence.repeat(Math.ceil(100_000 / 41 / Buffer.byteLength(sentence)));
  return Array.from({ length: 41 }, (_, index) => `${index}. ${turn}`);
}
