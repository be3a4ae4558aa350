import { hiddenTokens, type TokenUsage } from "@lyceum/domain";
import type { Admitted } from "./admit.ts";
import type { Ending } from "./settle.ts";

/** How fast one request was answered, by the gateway's clock: what the square's speeds are made of. Null: it can't be told of this one. */
export type SpeedNote = {
  readonly modelId: string;
  readonly channelId: string;
  readonly isFailure: boolean;
  /** Of streams, since the request was sent to the upstream. */
  readonly ttftMs: number | null;
  readonly tpotMs: number | null;
  readonly e2eMs: number | null;
};

/**
 * Null for what says nothing about a deployment: a request that never left us, one whose client went away, and speed tests, which measure by
 * prompts of their own making.
 */
export function speedNoteOf(
  { call, caller, choice }: Admitted,
  { deployment, sentAt, firstOutputAt, outcome, facts }: Ending,
  usage: TokenUsage,
  endedAt: number,
): SpeedNote | null {
  if (deployment === null || sentAt === null || outcome === "client-gone") return null;
  if (caller.session?.purpose === "speed") return null;
  const of = { modelId: choice.model.id, channelId: deployment.channel.id };
  if (outcome !== "finished") return { ...of, isFailure: outcome === "failed", ...nothing };
  const e2eMs = endedAt - sentAt;
  if (!call.isStream || firstOutputAt === null) return { ...of, isFailure: false, ...nothing, e2eMs };
  const tokens = usage.output - hiddenTokens(usage.reasoning, showsThinking(usage, facts?.estimatedOutputTokens ?? 0));
  // Of several answers in one stream the tokens take turns: time for each would be too short.
  const canTell = call.choices === 1 && tokens > 1 && endedAt > firstOutputAt;
  const tpotMs = canTell ? (endedAt - firstOutputAt) / (tokens - 1) : null;
  return { ...of, isFailure: false, ttftMs: firstOutputAt - sentAt, tpotMs, e2eMs };
}

const nothing = { ttftMs: null, tpotMs: null, e2eMs: null } as const;

/** Whether what was seen of a stream comes nearer to all of its output than to the output without thinking. */
function showsThinking({ output, reasoning }: TokenUsage, seen: number): boolean {
  return seen > output - reasoning / 2;
}
