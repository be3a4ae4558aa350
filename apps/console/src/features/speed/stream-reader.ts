import type { StreamTimes, TokenCount } from "@lyceum/domain";
import { hiddenTokens } from "@lyceum/domain";
import { z } from "zod";

const chunkSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            reasoning: z.string().nullish(),
            refusal: z.string().nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
  error: z.object({ message: z.string(), code: z.string().nullish() }).nullish(),
});

export type SpeedUsage = { input: number; cached: number; output: number; reasoning: number };

/** Reads a stream of chat completions and notes when what came. Bytes may be cut anywhere. */
export class StreamReader {
  readonly #decoder = new TextDecoder();
  readonly #sentAt: number;
  #rest = "";
  #firstByteAt: number | null = null;
  #firstTokenAt: number | null = null;
  #firstAnswerAt: number | null = null;
  #lastTokenAt: number | null = null;
  #hasShownThinking = false;
  pieces = 0;
  usage: SpeedUsage | null = null;
  /** Why the answer ended, and which model gave it, as the stream says it. */
  finishReason: string | null = null;
  model: string | null = null;
  /** What the stream itself says went wrong. */
  error: { code: string; message: string } | null = null;
  /** The stream's last word has come. */
  isWhole = false;

  constructor(sentAt: number) {
    this.#sentAt = sentAt;
  }

  /** Takes what was read at `at`; returns the text in it. */
  read(bytes: Uint8Array, at: number): string {
    return this.readApart(bytes, at)
      .map(({ thinking, answer }) => thinking + answer)
      .join("");
  }

  /** As `read`, with thinking and answer apart. */
  readApart(bytes: Uint8Array, at: number): { thinking: string; answer: string }[] {
    this.#firstByteAt ??= at;
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#readLine(line.trimEnd(), at) ?? []);
  }

  get times(): StreamTimes {
    return {
      sentAt: this.#sentAt,
      firstByteAt: this.#firstByteAt,
      firstTokenAt: this.#firstTokenAt,
      firstAnswerAt: this.#firstAnswerAt,
      lastTokenAt: this.#lastTokenAt,
    };
  }

  get count(): TokenCount {
    const { usage, pieces } = this;
    const hidden = hiddenTokens(usage?.reasoning ?? 0, this.#hasShownThinking);
    return { reported: usage?.output ?? null, hidden, pieces };
  }

  #readLine(line: string, at: number): { thinking: string; answer: string } | null {
    if (!line.startsWith("data:")) return null;
    const data = line.slice(5).trim();
    if (data === "[DONE]") {
      this.isWhole = true;
      return null;
    }
    const chunk = chunkSchema.parse(JSON.parse(data));
    if (chunk.error) this.error = { code: chunk.error.code ?? "upstream_error", message: chunk.error.message };
    if (chunk.usage) this.usage = usageOf(chunk.usage);
    this.model ??= chunk.model ?? null;
    this.finishReason = chunk.choices?.[0]?.finish_reason ?? this.finishReason;
    const delta = chunk.choices?.[0]?.delta;
    const thinking = delta?.reasoning_content || delta?.reasoning || "";
    const answer = delta?.content || delta?.refusal || "";
    if (thinking === "" && answer === "") return null;
    this.pieces++;
    this.#firstTokenAt ??= at;
    this.#lastTokenAt = at;
    if (thinking !== "") this.#hasShownThinking = true;
    if (answer !== "") this.#firstAnswerAt ??= at;
    return { thinking, answer };
  }
}

function usageOf(usage: NonNullable<z.infer<typeof chunkSchema>["usage"]>): SpeedUsage {
  return {
    input: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    output: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
