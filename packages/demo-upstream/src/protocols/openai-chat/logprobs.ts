import type { Logprob } from "../../scripts/logprobs.ts";

/** A token as OpenAI shows it, also in Ollama and in responses. */
export function encodeLogprob({ token, logprob, top }: Logprob) {
  return {
    token,
    logprob,
    bytes: [...Buffer.from(token)],
    top_logprobs: top.map((other) => ({
      token: other.token,
      logprob: other.logprob,
      bytes: [...Buffer.from(other.token)],
    })),
  };
}

/** `logprobs` of a choice or a chunk of it, as JSON. */
export function encodeLogprobs(list: readonly Logprob[] | undefined): string {
  return list ? JSON.stringify({ content: list.map(encodeLogprob), refusal: null }) : "null";
}
