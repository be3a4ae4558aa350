import { noConstraints } from "@lyceum/domain";
import type { Occasion } from "../canonical/call.ts";
import type { Target } from "../canonical/target.ts";
import { openai } from "../providers/openai.ts";

/** A deployment to translate for, and the moment: for tests of adapters. */
export const target = (changes: Partial<Target> = {}): Target => ({
  provider: openai,
  upstreamModel: "m",
  outputLimit: null,
  defaultOutputTokens: 4_096,
  userPseudonym: "user_1",
  constraints: noConstraints,
  ...changes,
});

/** Fetches nothing. */
export const occasion = (changes: Partial<Occasion> = {}): Occasion => ({
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_000,
  inputTokens: 10,
  fetchMedia: (url) => Promise.reject(new Error(`nobody expected ${url} to be fetched`)),
  ...changes,
});
