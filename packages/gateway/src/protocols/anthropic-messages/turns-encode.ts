import type {
  AssistantPart,
  MediaPart,
  Message,
  TextPart,
  ToolResultPart,
  UserPart,
} from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";
import { inputOf, legalId } from "./tool-json.ts";

export type WireBlock = Record<string, unknown>;
export type Turn = { readonly role: "user" | "assistant"; readonly content: WireBlock[] };

/** The leading system messages as blocks; those that say nothing are left out (case 4). */
export function systemBlocks(messages: readonly Message[]): WireBlock[] {
  return messages.flatMap((message) => (message.role === "system" ? message.parts.flatMap(textBlocks) : []));
}

/**
 * Messages as turns that alternate (case 3), each with the results of tools first (case 6). System messages between turns are user text in
 * tags: only the newest models take them inline (case 2).
 */
export function encodeTurns(messages: readonly Message[], firstIndex: number, notes: Notes): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const content = blocksOf(message, `messages[${firstIndex + index}]`, notes);
    if (content.length === 0) continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  for (const { role, content } of turns) if (role === "user") resultsFirst(content);
  trimPrefill(turns);
  return turns;
}

function blocksOf(message: Message, path: string, notes: Notes): WireBlock[] {
  switch (message.role) {
    case "system":
      return message.parts.flatMap((part) =>
        textBlocks({ ...part, text: part.text.trim() === "" ? "" : `<system>\n${part.text}\n</system>` }),
      );
    case "user":
      return message.parts.flatMap((part) => userBlocks(part, path));
    case "tool":
      return message.parts.map((part) => resultBlock(part, path));
    case "assistant":
      return message.parts.flatMap((part) => assistantBlocks(part, path, notes));
    default:
      return message satisfies never;
  }
}

/** Anthropic refuses text that is nothing but blanks. */
function textBlocks({ text, cacheControl }: TextPart): WireBlock[] {
  return text.trim() === "" ? [] : [{ type: "text", text, ...cached(cacheControl) }];
}

function userBlocks(part: UserPart, path: string): WireBlock[] {
  return part.type === "text" ? textBlocks(part) : [mediaBlock(part, path)];
}

function mediaBlock(part: MediaPart, path: string): WireBlock {
  const { source, cacheControl } = part;
  if (part.type === "audio")
    throw invalid(
      path,
      "这个模型的上游（Anthropic）不接受音频。",
      "the upstream of this model (Anthropic) takes no audio.",
    );
  if (part.type === "image") {
    const { kind: type } = source;
    const wire =
      source.kind === "url" ? { type, url: source.url } : { type, media_type: source.mediaType, data: source.data };
    return { type: "image", source: wire, ...cached(cacheControl) };
  }
  const title = part.filename === undefined ? {} : { title: part.filename };
  return { type: "document", source: documentSource(part, path), ...title, ...cached(cacheControl) };
}

function documentSource({ source }: MediaPart, path: string): WireBlock {
  if (source.kind === "url") return { type: "url", url: source.url };
  const { mediaType, data } = source;
  if (mediaType === "application/pdf") return { type: "base64", media_type: mediaType, data };
  if (/^text\/|^application\/(?:json|xml|yaml)/.test(mediaType))
    return { type: "text", media_type: "text/plain", data: Buffer.from(data, "base64").toString("utf8") };
  throw invalid(
    path,
    `这个模型的上游（Anthropic）不接受类型为 ${mediaType} 的文件。`,
    `the upstream of this model (Anthropic) takes no files of the type ${mediaType}.`,
  );
}

function resultBlock(part: ToolResultPart, path: string): WireBlock {
  const [first] = part.parts;
  const isPlain = part.parts.length === 1 && first?.type === "text" && first.cacheControl === undefined;
  const content = isPlain ? first.text : part.parts.flatMap((each) => userBlocks(each, path));
  return {
    type: "tool_result",
    tool_use_id: legalId(part.callId),
    ...(content.length > 0 && { content }),
    ...(part.isError && { is_error: true }),
    ...cached(part.cacheControl),
  };
}

function assistantBlocks(part: AssistantPart, path: string, notes: Notes): WireBlock[] {
  switch (part.type) {
    case "text":
      // Where a text was taken from can be said here only of documents that the request itself holds.
      if (part.citations !== undefined) notes.drop(`${path}.citations`);
      return textBlocks(part);
    case "refusal":
      return textBlocks({ type: "text", text: part.text });
    case "reasoning": {
      // Only Anthropic's own proof counts here; a thought without one would be refused (case 23).
      if (part.signature?.protocol !== "anthropic-messages") {
        notes.drop(`${path}.reasoning`);
        return [];
      }
      const { value } = part.signature;
      return part.isRedacted === true
        ? [{ type: "redacted_thinking", data: value }]
        : [{ type: "thinking", thinking: part.text, signature: value }];
    }
    case "tool-call":
      return [
        { type: "tool_use", id: legalId(part.id), name: part.name, input: inputOf(part), ...cached(part.cacheControl) },
      ];
    case "image":
    case "document":
    case "audio":
      // A model's turn can't hold any here.
      notes.drop(`${path}.${part.type}`);
      return [];
    default:
      return part satisfies never;
  }
}

/** In place; what is not a result keeps its order behind them. */
function resultsFirst(content: WireBlock[]): void {
  const isResult = (block: WireBlock) => block.type === "tool_result";
  content.sort((one, other) => Number(isResult(other)) - Number(isResult(one)));
}

/** The beginning of an answer that a client puts into the model's mouth may not end in blanks (case 3). */
function trimPrefill(turns: readonly Turn[]): void {
  const last = turns.at(-1);
  const block = last?.role === "assistant" ? last.content.at(-1) : undefined;
  if (block?.type === "text" && typeof block.text === "string") block.text = block.text.trimEnd();
}

function cached(cacheControl: unknown): WireBlock {
  return cacheControl === undefined || cacheControl === null ? {} : { cache_control: cacheControl };
}

/** Anthropic takes four marks in a request: the last ones reach furthest, and are kept (case 28). In place. */
export function limitCacheMarks(blocks: readonly WireBlock[], notes: Notes): void {
  const marked = blocks.flatMap(withNested).filter((block) => block.cache_control !== undefined);
  for (const block of marked.slice(0, Math.max(0, marked.length - 4))) {
    delete block.cache_control;
    notes.drop("cache_control");
  }
}

function withNested(block: WireBlock): WireBlock[] {
  return block.type === "tool_result" && Array.isArray(block.content)
    ? [...(block.content as WireBlock[]), block]
    : [block];
}
