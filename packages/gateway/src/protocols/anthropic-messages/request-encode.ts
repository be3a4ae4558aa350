import type { CanonicalRequest, Message } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { EncodedRequest } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { invalid } from "../../json/plain-fields.ts";
import { withAnswerTool } from "./answer-tool.ts";
import { COUNT_PATH, MESSAGES_PATH, VERSION_HEADERS } from "./request.ts";
import { closedSchema, isGrammatical } from "./schema-encode.ts";
import { encodeThinking } from "./thinking-encode.ts";
import { encodeTools } from "./tools-encode.ts";
import { encodeTurns, limitCacheMarks, systemBlocks, type WireBlock } from "./turns-encode.ts";

/** A request for Anthropic. Throws `invalid_request` with the field that can't be said; `notes` name what is left out or moved. */
export function encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  if (request.choices > 1)
    throw invalid("n", "这个模型的上游一次只给一个回答。", "the upstream of this model gives one answer at a time.");
  if (request.topLogprobs !== null) notes.drop("logprobs");
  const limit = limitOf(request, target);
  const isByTool = answersByTool(request, target);
  const { thinking, effort } = encodeThinking(request, target, limit, isByTool, notes);
  const isThinking = thinking !== undefined && !("type" in thinking && thinking.type === "disabled");
  const body = {
    model: target.upstreamModel,
    max_tokens: limit,
    ...prompt(request, isByTool, notes),
    ...sampling(request, isThinking, notes),
    ...stop(request),
    ...(request.isStream && { stream: true }),
    ...(thinking !== undefined && { thinking }),
    ...outputConfig(isByTool ? null : request.outputFormat, effort, notes),
    ...(request.namesUser && { metadata: { user_id: target.userPseudonym } }),
  };
  return { path: MESSAGES_PATH, headers: VERSION_HEADERS, body: Buffer.from(JSON.stringify(body)) };
}

/** The question how long the prompt is. */
export function encodeQuestion(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  const body = { model: target.upstreamModel, ...prompt(request, false, notes) };
  return { path: COUNT_PATH, headers: VERSION_HEADERS, body: Buffer.from(JSON.stringify(body)) };
}

/** What the model gets to read: system text, turns and tools. */
function prompt(request: CanonicalRequest, isByTool: boolean, notes: Notes): object {
  const { messages } = request;
  const firstTurn = messages.findIndex((message) => message.role !== "system");
  const leading = firstTurn < 0 ? messages : messages.slice(0, firstTurn);
  const turns = firstTurn < 0 ? [] : encodeTurns(messages.slice(firstTurn), firstTurn, notes);
  const system = systemBlocks(leading);
  // At least one turn is wanted: a prompt of system text alone is asked as a user would.
  if (turns.length === 0) turns.push(...encodeTurns(leading.map(asUser), 0, notes));
  const isAsked = firstTurn < 0 || system.length === 0;
  const encoded = encodeTools(request, notes);
  const tools = isByTool ? withAnswerTool(encoded, request, notes) : encoded;
  if (turns.length === 0) throw invalid("messages", "消息里没有任何内容。", "the messages say nothing.");
  limitCacheMarks([...(tools.tools ?? []), ...system, ...turns.flatMap(({ content }) => content)], notes);
  return {
    ...(!isAsked && { system: plainText(system) }),
    messages: turns.map(({ role, content }) => ({ role, content: plainText(content) })),
    ...tools,
  };
}

function asUser(message: Message): Message {
  return message.role === "system" ? { role: "user", parts: message.parts } : message;
}

/** One text without marks is written as a string, as most clients do. */
function plainText(blocks: readonly WireBlock[]): unknown {
  const [first] = blocks;
  const isPlain = blocks.length === 1 && first?.type === "text" && first.cache_control === undefined;
  return isPlain ? first.text : blocks;
}

/** Anthropic insists on a limit: the model's own where the client named none (case 18). */
function limitOf({ outputLimit, reasoning }: CanonicalRequest, target: Target): number {
  const budget = reasoning?.budgetTokens ?? 0;
  const own = outputLimit ?? Math.max(target.defaultOutputTokens, budget * 2);
  return target.outputLimit === null ? own : Math.min(own, target.outputLimit);
}

/** Case 19: at most 1; with thinking on Anthropic takes none at all, and never temperature and top_p together. */
function sampling({ sampling: wanted }: CanonicalRequest, isThinking: boolean, notes: Notes): object {
  const { temperature, topP, topK } = wanted;
  const unknown = {
    min_p: wanted.minP,
    frequency_penalty: wanted.frequencyPenalty,
    presence_penalty: wanted.presencePenalty,
    repetition_penalty: wanted.repetitionPenalty,
    seed: wanted.seed,
  };
  for (const [name, value] of Object.entries(unknown)) if (value !== null) notes.drop(name);
  if (isThinking) {
    for (const [name, value] of Object.entries({ temperature, top_p: topP, top_k: topK }))
      if (value !== null) notes.drop(name);
    return {};
  }
  if (temperature !== null && temperature > 1) notes.clamp("temperature", 1);
  const isBoth = temperature !== null && topP !== null;
  if (isBoth) notes.drop("top_p");
  return {
    ...(temperature !== null && { temperature: Math.min(1, temperature) }),
    ...(topP !== null && !isBoth && { top_p: topP }),
    ...(topK !== null && { top_k: topK }),
  };
}

function stop({ stop: texts }: CanonicalRequest): object {
  if (texts.length === 0) return {};
  if (texts.some((text) => text.trim() === ""))
    throw invalid(
      "stop",
      "这个模型的上游（Anthropic）不接受只有空白的停止文本。",
      "the upstream of this model (Anthropic) takes no stop text that is nothing but blanks.",
    );
  return { stop_sequences: texts };
}

/** Older models know no schema of an output, and no model knows every schema: then a tool takes the answer (case 16). */
function answersByTool({ outputFormat }: CanonicalRequest, { provider, upstreamModel }: Target): boolean {
  if (outputFormat?.kind !== "schema") return false;
  return provider.answersByTool?.(upstreamModel) === true || !isGrammatical(outputFormat.schema);
}

/** Case 16. */
function outputConfig(
  outputFormat: CanonicalRequest["outputFormat"],
  effort: string | undefined,
  notes: Notes,
): object {
  // Any JSON at all can't be asked for; clients that do say so in their prompt as well (OpenAI insists on that).
  if (outputFormat?.kind === "json") notes.drop("response_format");
  const format =
    outputFormat?.kind === "schema"
      ? { format: { type: "json_schema", schema: closedSchema(outputFormat.schema, "response_format.schema", notes) } }
      : {};
  const config = { ...(effort !== undefined && { effort }), ...format };
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}
