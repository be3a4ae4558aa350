import type { WireCandidate } from "./wire.ts";

type Wire = NonNullable<WireCandidate["logprobsResult"]>;
type WireToken = NonNullable<Wire["chosenCandidates"]>[number];

/** `logprobsResult` as OpenAI's `logprobs.content` (case 30). */
export function decodeLogprobs(result: Wire | null | undefined): readonly unknown[] | undefined {
  const chosen = result?.chosenCandidates ?? [];
  if (chosen.length === 0) return undefined;
  return chosen.map((each, index) => ({
    ...decodeToken(each),
    top_logprobs: (result?.topCandidates?.[index]?.candidates ?? []).map(decodeToken),
  }));
}

function decodeToken({ token, logProbability }: WireToken) {
  return { token: token ?? "", logprob: logProbability ?? 0, bytes: [...Buffer.from(token ?? "")] };
}

/** The same the other way round. */
export function encodeLogprobs(content: readonly unknown[]): Record<string, unknown> {
  return {
    chosenCandidates: content.map(encodeToken),
    topCandidates: content.map((each) => {
      const top = typeof each === "object" && each !== null && "top_logprobs" in each ? each.top_logprobs : [];
      return { candidates: Array.isArray(top) ? top.map(encodeToken) : [] };
    }),
  };
}

function encodeToken(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  const token = "token" in value ? value.token : undefined;
  const logProbability = "logprob" in value ? value.logprob : undefined;
  return { token, logProbability };
}
