import { z } from "zod";
import type { DemoCall } from "../scripts/plan.ts";
import { BadCall } from "./protocol.ts";

const tokensPerImage = 85;
const bytesPerToken = 4;

const partSchema = z.object({
  type: z.string(),
  text: z.string().nullish(),
  image_url: z.union([z.string(), z.object({ url: z.string() })]).nullish(),
});
const messageSchema = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
});
const tokenLimitSchema = z.int().min(1).nullish();
const bodySchema = z.object({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(8).nullish(),
  max_tokens: tokenLimitSchema,
  max_completion_tokens: tokenLimitSchema,
  top_p: z.number().nullish(),
  tools: z.array(z.object({ function: z.object({ name: z.string(), parameters: z.unknown().optional() }) })).nullish(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().nullish(),
});

type Message = z.infer<typeof messageSchema>;

/** Reads a chat completion request; unknown fields are ignored. Throws BadCall. */
export function decodeRequest(body: Buffer): DemoCall {
  const parsed = bodySchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const param = issue?.path.join(".");
    throw new BadCall(`${param || "body"}: ${issue?.message ?? "invalid"}`, param);
  }
  const request = parsed.data;
  const lastUser = request.messages.findLast((message) => message.role === "user");
  return {
    model: request.model,
    stream: request.stream ?? false,
    wantsUsage: request.stream_options?.include_usage ?? false,
    lastUserText: lastUser ? textOf(lastUser) : "",
    imageUrls: lastUser ? imagesOf(lastUser) : [],
    tools: request.tool_choice === "none" ? [] : (request.tools ?? []).map((tool) => tool.function),
    parallelTools: request.parallel_tool_calls ?? true,
    afterTool: request.messages.at(-1)?.role === "tool",
    topP: request.top_p ?? undefined,
    choices: request.n ?? 1,
    maxTokens: Math.min(request.max_tokens ?? Infinity, request.max_completion_tokens ?? Infinity),
    inputTokens: request.messages.reduce((sum, message) => sum + tokensOf(message), 0),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new BadCall(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}

function imagesOf({ content }: Message): string[] {
  if (typeof content === "string") return [];
  return (content ?? []).flatMap(({ image_url: image }) => {
    if (!image) return [];
    return [typeof image === "string" ? image : image.url];
  });
}

function tokensOf(message: Message): number {
  return Math.ceil(Buffer.byteLength(textOf(message)) / bytesPerToken) + tokensPerImage * imagesOf(message).length;
}
