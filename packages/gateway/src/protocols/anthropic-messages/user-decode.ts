import type { MediaPart, MediaSource, Message, ToolResultPart, UserPart } from "../../canonical/canonical-request.ts";
import { addressSource, bytesSource } from "../../canonical/media-source.ts";
import { splitId } from "../../canonical/signature.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import {
  documentBlockSchema,
  imageBlockSchema,
  searchResultBlockSchema,
  textBlockSchema,
  toolResultBlockSchema,
} from "./wire.ts";

export type Block = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Reads the blocks that a user's turn consists of. */
export class UserBlocks {
  readonly #unmapped: string[];

  constructor(unmapped: string[]) {
    this.#unmapped = unmapped;
  }

  decode(blocks: readonly Block[], path: string): Message[] {
    const messages: ({ role: "user"; parts: UserPart[] } | { role: "tool"; parts: ToolResultPart[] })[] = [];
    for (const [index, block] of blocks.entries()) {
      const at = `${path}[${index}]`;
      const last = messages.at(-1);
      if (block.type === "tool_result") {
        const part = this.#result(block, at);
        if (last?.role === "tool") last.parts.push(part);
        else messages.push({ role: "tool", parts: [part] });
      } else {
        const parts = this.#parts(block, at);
        if (last?.role === "user") last.parts.push(...parts);
        else messages.push({ role: "user", parts });
      }
    }
    return messages;
  }

  #result(block: Block, path: string): ToolResultPart {
    const wire = this.#read(toolResultBlockSchema, block, path);
    const { content } = wire;
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
    return {
      type: "tool-result",
      callId: splitId(wire.tool_use_id).id,
      name: null,
      parts: blocks.flatMap((each, index) => this.#parts(each, `${path}.content[${index}]`)),
      isError: wire.is_error ?? false,
      ...cacheOf(wire.cache_control),
    };
  }

  #parts(block: Block, path: string): UserPart[] {
    switch (block.type) {
      case "text": {
        const { text, cache_control } = this.#read(textBlockSchema, block, path);
        return [{ type: "text", text, ...cacheOf(cache_control) }];
      }
      case "image": {
        const { source, cache_control } = this.#read(imageBlockSchema, block, path);
        return [{ type: "image", source: mediaSource(source, null, path), ...cacheOf(cache_control) }];
      }
      case "document":
        return this.#document(block, path);
      case "search_result": {
        const { title, source, content, cache_control } = this.#read(searchResultBlockSchema, block, path);
        const text = [title, source, ...content.map((each) => each.text)].join("\n");
        return [{ type: "text", text, ...cacheOf(cache_control) }];
      }
      default:
        throw invalid(
          `${path}.type`,
          `${block.type} 块无法转给这个模型的上游。`,
          `a block of the type ${block.type} can't be put to the upstream of this model.`,
        );
    }
  }

  #document(block: Block, path: string): UserPart[] {
    const { source, title, cache_control } = this.#read(documentBlockSchema, block, path);
    if (source.type === "content") {
      const blocks =
        typeof source.content === "string" ? [{ type: "text", text: source.content }] : (source.content ?? []);
      const parts = blocks.flatMap((each, index) => this.#parts(each, `${path}.source.content[${index}]`));
      return typeof title === "string" ? [{ type: "text", text: title }, ...parts] : parts;
    }
    const part: MediaPart = {
      type: "document",
      source: mediaSource(source, "application/pdf", path),
      ...(typeof title === "string" && { filename: title }),
      ...cacheOf(cache_control),
    };
    return [part];
  }

  #read<Schema extends Parameters<typeof unknownMembers>[0]>(schema: Schema, block: Block, path: string) {
    const value = readWire(schema, block, path);
    this.#unmapped.push(...unknownMembers(schema, value, path));
    return value;
  }
}

type WireSource = {
  readonly type: string;
  readonly media_type?: string | undefined;
  readonly data?: string | undefined;
  readonly url?: string | undefined;
};

function mediaSource(source: WireSource, fallbackType: string | null, path: string): MediaSource {
  const { type, data, url } = source;
  if (type === "base64" && data !== undefined)
    return bytesSource(data, source.media_type ?? fallbackType, `${path}.source.data`);
  if (type === "text" && data !== undefined)
    return { kind: "base64", mediaType: "text/plain", data: Buffer.from(data).toString("base64") };
  if (type === "url" && url !== undefined) return addressSource(url, fallbackType, `${path}.source.url`);
  // Also `file`: an id means nothing to another vendor (case 27).
  throw invalid(
    `${path}.source`,
    `来源 ${type} 无法转给这个模型的上游，请直接附上内容。`,
    `a source of the type ${type} can't be put to the upstream of this model; send the contents themselves.`,
  );
}

/** `cache_control` as sent, on the block where it stood (case 28). */
export function cacheOf(cacheControl: unknown): { readonly cacheControl?: unknown } {
  return cacheControl === undefined || cacheControl === null ? {} : { cacheControl };
}
