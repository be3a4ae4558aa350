import { randomUUID } from "node:crypto";
import { Blocks } from "../../canonical/blocks.ts";
import type { MediaPart } from "../../canonical/canonical-request.ts";
import type { StreamDecoder } from "../../canonical/protocol.ts";
import type { UpstreamComplaint } from "../../canonical/reply.ts";
import type { Emit, ReplyEvent } from "../../canonical/reply-event.ts";
import { parseJson } from "../../json/parse-json.ts";
import { decodeCitations } from "./citations.ts";
import { complaintIn } from "./errors.ts";
import { decodeFinish } from "./finish.ts";
import { decodeLogprobs } from "./logprobs.ts";
import { plainReply } from "./plain-reply.ts";
import { readUsage } from "./usage.ts";
import { replySchema, type WireCandidate, type WirePart, type WireReply } from "./wire.ts";

/** Reads a stream of GenerateContentResponse, each a piece of the answer; nothing says that it is over (case 47). */
export function decodeStream(emit: Emit): StreamDecoder {
  const reader = new ReplyReader(emit);
  return {
    isComplete: false,
    decode(data) {
      // [DONE] is the last word of another protocol, from servers that speak both.
      const word = data.length <= 16 ? data.trim() : "{";
      if (word !== "" && word !== "[DONE]") reader.read(parseJson(data));
    },
  };
}

type Candidate = { readonly blocks: Blocks; calls: number; text: string; textBlock: number };

/** Turns responses, a whole one or the pieces of a stream, into events. Says nothing more after an error. */
export class ReplyReader {
  readonly #emit: Emit;
  readonly #candidates = new Map<number, Candidate>();
  #id: string | null = null;
  #hasFailed = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Takes a response, or several in a list: how servers stream that don't know `alt=sse`. */
  read(value: unknown): void {
    for (const each of Array.isArray(value) ? value : [value]) this.#read(each);
  }

  #read(value: unknown): void {
    if (this.#hasFailed) return;
    const complaint = complaintIn(value);
    const reply = complaint === null ? (plainReply(value) ?? replySchema.safeParse(value).data) : undefined;
    if (complaint !== null) this.#fail(complaint);
    else if (reply !== undefined) this.#response(reply);
    else this.#fail({ message: "what came is no answer of this protocol", code: "wrong_json" });
  }

  /** Ends what a whole answer left open. */
  end(): void {
    for (const { blocks, calls } of this.#candidates.values()) blocks.finish(decodeFinish("STOP", calls > 0));
  }

  #response({ candidates, promptFeedback, usageMetadata, responseId }: WireReply): void {
    this.#start(responseId ?? null);
    for (const candidate of candidates ?? []) this.#candidate(candidate);
    // A prompt that is blocked has no candidates at all (case 37).
    if (promptFeedback?.blockReason && (candidates ?? []).length === 0) this.#of(0).blocks.finish("content-filter");
    if (usageMetadata) this.#emit({ type: "usage", usage: readUsage(usageMetadata), rawUsage: usageMetadata });
  }

  #start(id: string | null): void {
    if (this.#id !== null) return;
    this.#id = id ?? "";
    this.#emit({ type: "start", id: this.#id });
  }

  #candidate(candidate: WireCandidate): void {
    const index = candidate.index ?? 0;
    const state = this.#of(index);
    let logprobs = decodeLogprobs(candidate.logprobsResult);
    for (const part of candidate.content?.parts ?? []) {
      if (part === null) continue;
      this.#part(index, state, part, logprobs);
      if (part.thought !== true && part.text) logprobs = undefined;
    }
    for (const citation of decodeCitations(candidate.citationMetadata, state.text))
      if (state.textBlock >= 0) this.#emit({ type: "citation", choice: index, block: state.textBlock, citation });
    if (candidate.finishReason && candidate.finishReason !== "FINISH_REASON_UNSPECIFIED")
      state.blocks.finish(decodeFinish(candidate.finishReason, state.calls > 0));
  }

  #part(choice: number, state: Candidate, part: WirePart, logprobs: readonly unknown[] | undefined): void {
    const { blocks } = state;
    const signature = part.thoughtSignature
      ? ({ protocol: "gemini-generate", value: part.thoughtSignature } as const)
      : null;
    if (part.functionCall) {
      const { id, name, args } = part.functionCall;
      const key = state.calls++;
      // Whole in one piece (case 44).
      blocks.openTool(key, { id: id || this.#callId(choice, key), name, ...(signature !== null && { signature }) });
      blocks.toolInput(key, JSON.stringify(args ?? {}));
      blocks.closeTool(key);
      return;
    }
    if (part.inlineData) {
      const { mimeType, data } = part.inlineData;
      const media: MediaPart = {
        type: mimeType?.startsWith("audio/") ? "audio" : "image",
        source: { kind: "base64", mediaType: mimeType ?? "image/png", data },
      };
      this.#emit({ type: "media", choice, block: blocks.nextBlock(), part: media });
    } else if (part.text && part.thought === true) blocks.reasoning(part.text);
    else if (part.text) {
      blocks.text(part.text, logprobs);
      state.text += part.text;
    }
    if (signature !== null) {
      blocks.sign(signature);
      // The proof of a text is whole in itself: what comes behind it is another thought.
      if (part.thought !== true) blocks.close();
    }
  }

  #of(index: number): Candidate {
    let state = this.#candidates.get(index);
    if (state === undefined) {
      const blocks = new Blocks(index, (event) => {
        if (event.type === "text-start") this.#follow(event);
        this.#emit(event);
      });
      state = { blocks, calls: 0, text: "", textBlock: -1 };
      this.#candidates.set(index, state);
    }
    return state;
  }

  #follow(event: Extract<ReplyEvent, { type: "text-start" }>): void {
    const state = this.#candidates.get(event.choice);
    if (state === undefined) return;
    state.textBlock = event.block;
    state.text = "";
  }

  /** Calls need not have ids here; elsewhere they must, and other ones in every turn. */
  #callId(choice: number, key: number): string {
    this.#id ||= randomUUID();
    return `call_${this.#id.replace(/[^a-zA-Z0-9_-]/g, "").slice(0, 40)}_${choice}${key}`;
  }

  #fail(complaint: UpstreamComplaint): void {
    this.#hasFailed = true;
    this.#emit({ type: "error", complaint });
  }
}
