import type { AssistantPart, ReasoningPart } from "../../canonical/canonical-request.ts";
import type { Signature } from "../../canonical/signature.ts";
import { argumentsOf } from "./arguments.ts";
import { encodeMedia } from "./media.ts";
import { writeHiddenThought, writeSignature } from "./signatures.ts";

type Part = Record<string, unknown>;

/**
 * Writes the parts of one answer in Gemini's words, in order. What a vendor will want back of a thought that the client doesn't get to see goes
 * into the signature of the part behind it.
 */
export class PartWriter {
  readonly #showsThoughts: boolean;
  #pending: string | null = null;

  /** `showsThoughts`: the client tells thoughts from the answer, and may see them. */
  constructor(showsThoughts: boolean) {
    this.#showsThoughts = showsThoughts;
  }

  text(text: string): Part {
    return this.#signed({ text });
  }

  /** A piece of a thought; null: it is not to be seen. */
  thoughtPiece(text: string): Part | null {
    return this.#showsThoughts && text !== "" ? { text, thought: true } : null;
  }

  /** The end of a thought, of which `text` (the whole) was written already; null: nothing is owed. */
  thoughtEnd(thought: ReasoningPart): Part | null {
    return this.#thought(thought, "");
  }

  call(call: { id: string; name: string; arguments: string; isCustom?: boolean; signature?: Signature | null }): Part {
    const part = { functionCall: { id: call.id, name: call.name, args: argumentsOf(call) } };
    if (!call.signature) return this.#signed(part);
    this.#pending = null;
    return { ...part, thoughtSignature: writeSignature(call.signature) };
  }

  /** A whole part; null: there is nothing to be seen of it. */
  part(part: AssistantPart): Part | null {
    switch (part.type) {
      case "text":
      case "refusal":
        return part.text === "" ? null : this.text(part.text);
      case "reasoning":
        return this.#thought(part, part.text);
      case "tool-call":
        return this.call(part);
      default:
        return encodeMedia(part, null);
    }
  }

  /** What is left of a hidden thought at the end of an answer. */
  rest(): Part | null {
    return this.#pending === null ? null : this.#signed({ text: "" });
  }

  /** `unwritten`: what the client has not seen of the thought yet, where it sees it. */
  #thought(thought: ReasoningPart, unwritten: string): Part | null {
    const { signature, text } = thought;
    const isHidden = !this.#showsThoughts || thought.isRedacted === true;
    // A proof of Google's own without a thought belongs to the part that it came with.
    const isLoose = text === "" && signature?.protocol === "gemini-generate";
    if (isLoose) return { text: "", thoughtSignature: writeSignature(signature) };
    if (isHidden) {
      if (signature !== null || thought.isRedacted === true) this.#pending = writeHiddenThought(thought);
      return null;
    }
    if (signature === null) return unwritten === "" ? null : { text: unwritten, thought: true };
    return { text: unwritten, thought: true, thoughtSignature: writeSignature(signature) };
  }

  #signed(part: Part): Part {
    const thoughtSignature = this.#pending;
    this.#pending = null;
    return thoughtSignature === null ? part : { ...part, thoughtSignature };
  }
}
