import { type CanonicalRequest, noSampling } from "../canonical/canonical-request.ts";

/** A request that says no more than it must: for tests. */
export const chatRequest = (changes: Partial<CanonicalRequest> = {}): CanonicalRequest => ({
  model: "public",
  messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  sampling: noSampling,
  stop: [],
  outputLimit: null,
  choices: 1,
  reasoning: null,
  outputFormat: null,
  topLogprobs: null,
  isStream: false,
  namesUser: false,
  unmapped: [],
  ...changes,
});
