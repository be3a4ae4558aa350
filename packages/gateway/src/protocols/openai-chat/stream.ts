import type { StreamDecoder } from "../../canonical/protocol.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { isRecord } from "../../json/is-record.ts";
import { complaintIn } from "./errors.ts";
import { ReplyReader } from "./reply-reader.ts";

/** Reads the chunks of a chat completion (platform.openai.com/docs/api-reference/chat-streaming). */
export function decodeStream(emit: Emit): StreamDecoder {
  return new ChatDecoder(emit);
}

class ChatDecoder implements StreamDecoder {
  readonly #emit: Emit;
  readonly #reader: ReplyReader;
  #hasFailed = false;
  isComplete = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#reader = new ReplyReader(emit);
  }

  decode(data: string): void {
    if (this.isComplete || this.#hasFailed || data === "") return;
    if (data.length <= 16 && data.trim() === "[DONE]") {
      this.isComplete = true;
      this.#reader.end();
      return;
    }
    const frame = parseOrUndefined(data);
    if (frame === null) return; // llama.cpp, of a prompt while it works on another
    if (!isRecord(frame)) {
      this.#fail("an event of the stream is not JSON", "wrong_json");
      return;
    }
    try {
      const complaint = frame.choices === undefined || frame.error ? complaintIn(frame) : null;
      if (complaint !== null) this.#fail(complaint.message, complaint.code);
      // Frames of neither kind (a vendor's ping) say nothing.
      else if (frame.choices !== undefined || frame.usage) this.#reader.read(frame);
    } catch (error) {
      // JSON nested so deeply that it can't be written again.
      if (!(error instanceof RangeError)) throw error;
      this.#fail("an event of the stream is nested too deeply", "wrong_json");
    }
  }

  #fail(message: string, code: string): void {
    this.#hasFailed = true;
    this.#emit({ type: "error", complaint: { message, code } });
  }
}

function parseOrUndefined(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
