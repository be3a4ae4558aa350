import { type DemoCall, plainCall, type Thinking, type ToolResult, type Turn } from "../../scripts/plan.ts";
import type { DemoRequest } from "../protocol.ts";
import { demand, readBody } from "../read-body.ts";
import { sniffImage } from "../sniff.ts";
import { tokensOf, tokensPerImage } from "../tokens.ts";
import { untagged } from "./names.ts";
import { type Common, chatSchema, generateSchema, type Message } from "./schema.ts";

/** Reads a chat request. Throws BadCall. */
export function decodeChat({ body }: DemoRequest): DemoCall {
  const request = readBody(chatSchema, body);
  const messages = request.messages ?? [];
  const lastUser = messages.findLast(({ role }) => role === "user");
  return {
    ...readCommon(request),
    system: messages
      .filter(({ role }) => role === "system")
      .map(({ content = "" }) => content)
      .join("\n"),
    turns: messages.map(({ role, content = "" }): Turn => ({ role, text: content })),
    lastUserText: lastUser?.content ?? "",
    imageUrls: (lastUser?.images ?? []).map(toDataUrl),
    tools: (request.tools ?? []).map(({ function: { name, parameters } }) => ({ name, parameters })),
    toolResults: readToolResults(messages),
    afterTool: messages.at(-1)?.role === "tool",
    inputTokens: messages.reduce(
      (sum, { content = "", images }) => sum + tokensOf(content) + tokensPerImage * (images ?? []).length,
      0,
    ),
  };
}

/** Reads a generate request. Throws BadCall. */
export function decodeGenerate({ body }: DemoRequest): DemoCall {
  const request = readBody(generateSchema, body);
  const { prompt = "", system = "", images } = request;
  return {
    ...readCommon(request),
    system,
    turns: prompt === "" ? [] : [{ role: "user", text: prompt }],
    lastUserText: prompt,
    imageUrls: (images ?? []).map(toDataUrl),
    inputTokens: tokensOf(system) + tokensOf(prompt) + tokensPerImage * (images ?? []).length,
  };
}

function readCommon(request: Common): DemoCall {
  const { model, stream, format, think, options } = request;
  const limit = options?.num_predict ?? -1;
  return {
    ...plainCall,
    model: untagged(model),
    stream: stream ?? true,
    thinking: readThinking(think),
    schema: format === "json" ? true : format || undefined,
    stopSequences: options?.stop ?? [],
    temperature: options?.temperature ?? undefined,
    topP: options?.top_p ?? undefined,
    logprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
    // Negative: without limit.
    maxTokens: limit < 0 ? Infinity : limit,
  };
}

function readThinking(think: Common["think"]): Thinking | undefined {
  if (!think) return undefined;
  return think === true ? {} : { effort: think };
}

/** Results have no ids in older clients: they follow the calls of the message before in order. */
function readToolResults(messages: readonly Message[]): ToolResult[] {
  const results: ToolResult[] = [];
  let waiting: { id: string; name: string }[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.tool_calls) {
      waiting = message.tool_calls.map((call) => ({ id: call.id ?? "", name: call.function.name }));
    }
    if (message.role !== "tool") continue;
    const { tool_name: named, tool_call_id: id, content = "" } = message;
    const at = `messages.${index}`;
    const found = waiting.findIndex((call) => (id ? call.id === id : named === undefined || call.name === named));
    demand(found >= 0, `${at}: tool result without its call`, at);
    const [call] = waiting.splice(found, 1);
    demand(named === undefined || named === call?.name, `${at}: tool_name ${named} was not called`, at);
    results.push({ id: call?.id ?? "", name: call?.name ?? "", text: content, isError: false });
  }
  return results;
}

/** Ollama finds the type in the bytes. */
function toDataUrl(base64: string): string {
  const type = sniffImage(Buffer.from(base64.slice(0, 64), "base64")) ?? "application/octet-stream";
  return `data:${type};base64,${base64}`;
}
