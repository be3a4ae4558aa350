/** How likely a token was, and what else might have stood there. */
export type Logprob = { token: string; logprob: number; top: readonly { token: string; logprob: number }[] };

const steps = 8;

/** Made up from the position alone, so that a lost or moved one shows: -0.125, -0.25, … and again. */
export function logprobOf(token: string, position: number, alternatives: number): Logprob {
  const logprob = -((position % steps) + 1) / steps;
  const top = Array.from({ length: alternatives }, (_, rank) =>
    rank === 0 ? { token, logprob } : { token: `~${rank}`, logprob: logprob - rank },
  );
  return { token, logprob, top };
}
