import type { Blocks } from "../../canonical/blocks.ts";
import type { MediaPart } from "../../canonical/canonical-request.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { mediaTypeOf } from "../../canonical/sniff-media-type.ts";
import { type Loose, list, record, text } from "./loose.ts";

/** Sound and images in an answer: sound comes in pieces (OpenAI's `audio`), images whole (`images`, as OpenRouter has them). */
export class MediaReader {
  readonly #choice: number;
  readonly #blocks: Blocks;
  readonly #emit: Emit;
  #data = "";
  #transcript = "";

  constructor(choice: number, blocks: Blocks, emit: Emit) {
    this.#choice = choice;
    this.#blocks = blocks;
    this.#emit = emit;
  }

  read(delta: Loose): void {
    const audio = record(delta.audio);
    if (audio !== null) {
      this.#data += text(audio.data);
      this.#transcript += text(audio.transcript);
    }
    if (!delta.images) return;
    for (const image of list(delta.images)) {
      const url = text(record(record(image)?.image_url)?.url);
      if (url !== "") this.#tell({ type: "image", source: sourceOf(url) });
    }
  }

  /** The sound is told as one piece, with what it says (case 60). */
  end(): void {
    if (this.#data !== "") {
      const source = { kind: "base64", mediaType: mediaTypeOf(this.#data, "audio/pcm"), data: this.#data } as const;
      this.#tell({ type: "audio", source, ...(this.#transcript !== "" && { transcript: this.#transcript }) });
    } else if (this.#transcript !== "") this.#blocks.text(this.#transcript);
    this.#data = "";
    this.#transcript = "";
  }

  #tell(part: MediaPart): void {
    this.#emit({ type: "media", choice: this.#choice, block: this.#blocks.nextBlock(), part });
  }
}

function sourceOf(url: string): MediaPart["source"] {
  const comma = url.indexOf(";base64,");
  if (!url.startsWith("data:") || comma < 0) return { kind: "url", url };
  const data = url.slice(comma + ";base64,".length);
  return { kind: "base64", mediaType: mediaTypeOf(data, url.slice("data:".length, comma) || null), data };
}
