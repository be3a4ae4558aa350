import { demand } from "../read-body.ts";
import { verifies } from "../signatures.ts";
import { sniffImage } from "../sniff.ts";
import type { Block, Body, Message } from "./schema.ts";

/** A turn: messages of one role in a row are one (`Consecutive user or assistant turns will be combined`). */
type Turn = { role: "user" | "assistant"; blocks: Block[]; at: string };

/** What Anthropic demands of the messages beyond the shape of each. Throws BadCall. */
export function checkConversation({ messages, thinking, tools }: Body) {
  demand(messages.length > 0, "messages: at least one message is required", "messages");
  const turns = turnsOf(messages);
  demand(turns[0]?.role !== "assistant", 'messages: first message must use the "user" role', "messages");
  for (const [index, message] of messages.entries()) checkContent(message, index, index === messages.length - 1);
  for (const turn of turns) checkBlocks(turn);
  checkToolPairs(turns);
  const hasTools = turns.some(({ blocks }) => blocks.some(isToolBlock));
  demand(
    !hasTools || (tools && tools.length > 0),
    "tools: Requests which include `tool_use` or `tool_result` blocks must define tools",
    "tools",
  );
  if (thinking?.type === "enabled") checkThinkingFirst(turns);
}

/** The blocks of a message whose content may be a string. */
export function blocksOfMessage({ content }: Pick<Message, "content">): Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    // Instructions in mid-conversation stand between turns and end none.
    if (message.role === "system") continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocksOfMessage(message));
    else turns.push({ role: message.role, blocks: [...blocksOfMessage(message)], at: `messages.${index}` });
  }
  return turns;
}

function checkContent(message: Message, index: number, isLast: boolean) {
  const at = `messages.${index}`;
  const isEmpty = message.content.length === 0;
  demand(
    !isEmpty || (isLast && message.role === "assistant"),
    `${at}: all messages must have non-empty content except for the optional final assistant message`,
    at,
  );
  if (isEmpty) return;
  const blocks = blocksOfMessage(message);
  for (const [position, block] of blocks.entries()) checkTexts(block, `${at}.content.${position}`);
  const last = blocks.at(-1);
  demand(
    !(isLast && message.role === "assistant" && last?.type === "text" && /\s$/.test(last.text)),
    "messages: final assistant content cannot end with trailing whitespace",
    at,
  );
  if (message.role !== "system") return;
  demand(
    blocks.every(({ type }) => type === "text"),
    `${at}: system messages may only hold text`,
    at,
  );
}

/** Anthropic refuses text blocks without text, wherever they stand. */
export function checkTexts(block: Block, at: string) {
  if (block.type === "text") {
    demand(block.text !== "", `${at}: text content blocks must be non-empty`, at);
    demand(/\S/.test(block.text), `${at}: text content blocks must contain non-whitespace text`, at);
  }
  if (block.type !== "tool_result" || typeof block.content === "string") return;
  for (const [index, inner] of (block.content ?? []).entries()) checkTexts(inner, `${at}.content.${index}`);
  demand(
    !block.is_error || (block.content ?? []).every(({ type }) => type === "text"),
    `${at}: all content must be type "text" if "is_error" is true`,
    at,
  );
}

function checkBlocks({ role, blocks, at }: Turn) {
  for (const [index, block] of blocks.entries()) {
    const where = `${at}.content.${index}`;
    switch (block.type) {
      case "thinking":
        demand(role === "assistant", `${where}: thinking belongs to the assistant`, where);
        demand(
          verifies("anthropic-thinking", block.signature, block.thinking),
          `${where}: Invalid \`signature\` in \`thinking\` block`,
          where,
        );
        break;
      case "redacted_thinking":
        demand(role === "assistant", `${where}: thinking belongs to the assistant`, where);
        demand(
          verifies("anthropic-redacted", block.data),
          `${where}: Invalid \`data\` in \`redacted_thinking\` block`,
          where,
        );
        break;
      case "tool_use":
        demand(role === "assistant", `${where}: \`tool_use\` blocks can only be in \`assistant\` messages`, where);
        break;
      case "image":
        demand(role === "user", `${where}: images can only be in \`user\` messages`, where);
        checkImage(block.source, where);
        break;
      case "document":
        demand(role === "user", `${where}: documents can only be in \`user\` messages`, where);
        break;
      case "tool_result":
        demand(role === "user", `${where}: \`tool_result\` blocks can only be in \`user\` messages`, where);
        if (typeof block.content === "string") break;
        for (const inner of block.content ?? []) if (inner.type === "image") checkImage(inner.source, where);
        break;
      default:
        break;
    }
  }
}

function checkImage(source: Extract<Block, { type: "image" }>["source"], at: string) {
  if (source.type !== "base64") return;
  const seems = sniffImage(Buffer.from(source.data, "base64"));
  demand(
    !seems || seems === source.media_type,
    `${at}: The image was specified using the ${source.media_type} media type, but the image appears to be a ${seems} image`,
    at,
  );
}

/** Every call is answered in the next turn, before anything else there; every answer belongs to a call in the turn before. */
function checkToolPairs(turns: readonly Turn[]) {
  const seen = new Set<string>();
  for (const [index, { blocks, at }] of turns.entries()) {
    const calls = blocks.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
    for (const id of calls) {
      demand(!seen.has(id), `${at}: \`tool_use\` ids must be unique`, at);
      seen.add(id);
    }
    const results = blocks.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    const before = turns[index - 1]?.blocks.flatMap((block) => (block.type === "tool_use" ? [block.id] : [])) ?? [];
    const stray = results.find((id) => !before.includes(id));
    demand(
      stray === undefined,
      `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      at,
    );
    demand(new Set(results).size === results.length, `${at}: each tool_use must have a single result`, at);
    const missing = before.filter((id) => !results.includes(id));
    demand(
      missing.length === 0,
      `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`,
      at,
    );
    demand(
      blocks.slice(0, results.length).every(({ type }) => type === "tool_result") || results.length === 0,
      `${at}: \`tool_result\` blocks must come first in the content`,
      at,
    );
  }
  const last = turns.at(-1);
  demand(
    !last?.blocks.some(({ type }) => type === "tool_use"),
    "messages: `tool_use` ids were found without `tool_result` blocks immediately after",
    last?.at,
  );
}

/** With manual thinking the assistant turn that is being continued must begin with its thinking. */
function checkThinkingFirst(turns: readonly Turn[]) {
  const last = turns.at(-1);
  const continued = last?.role === "assistant" ? last : last?.blocks.some(isToolBlock) ? turns.at(-2) : undefined;
  if (!continued) return;
  const first = continued.blocks[0]?.type ?? "nothing";
  demand(
    first === "thinking" || first === "redacted_thinking",
    `${continued.at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block`,
    continued.at,
  );
}

function isToolBlock({ type }: Block): boolean {
  return type === "tool_use" || type === "tool_result";
}
