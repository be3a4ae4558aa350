import type { DemoCall, OfferedTool, Thinking, ToolChoice, ToolResult, Turn } from "../../scripts/plan.ts";
import type { DemoRequest } from "../protocol.ts";
import { check, demand, parseJson } from "../read-body.ts";
import { tokensOf, tokensPerImage } from "../tokens.ts";
import { checkConversation, responsesIn } from "./conversation.ts";
import { checkSchema } from "./json-schema.ts";
import { camelKeys } from "./keys.ts";
import { type Body, bodySchema, type Content } from "./schema.ts";

const pathPattern = /^\/(?:v1|v1beta|v1alpha)\/models\/([^/:]+):(\w+)$/;

/** The model and the method in a path like `/v1beta/models/NAME:generateContent`. */
export function readPath(path: string): { model: string; method: string } | undefined {
  const match = pathPattern.exec(path.split("?", 1)[0] ?? path);
  return match?.[1] && match[2] ? { model: decodeURIComponent(match[1]), method: match[2] } : undefined;
}

/** Reads a request to generate. Throws BadCall where Google would refuse it. */
export function decodeGenerate({ path, body }: DemoRequest): DemoCall {
  const target = readPath(path);
  return decodeBody(camelKeys(parseJson(body)), target?.model ?? "", target?.method === "streamGenerateContent");
}

/** The same from a body whose keys are in camel case. Throws BadCall. */
export function decodeBody(value: unknown, model: string, stream: boolean): DemoCall {
  const body = check(bodySchema, value);
  checkConversation(body);
  const tools = readTools(body);
  const toolChoice = readToolChoice(body, tools);
  const config = body.generationConfig ?? {};
  checkConfig(config);
  const { contents } = body;
  const lastUser = contents.findLast(({ role }) => role !== "model");
  return {
    model,
    stream,
    wantsUsage: true,
    system: (body.systemInstruction?.parts ?? []).map(({ text = "" }) => text).join("\n"),
    turns: contents.flatMap(turnsOf),
    lastUserText: lastUser ? textOf(lastUser) : "",
    imageUrls: lastUser ? mediaIn(lastUser, true) : [],
    fileUrls: lastUser ? mediaIn(lastUser, false) : [],
    tools: toolChoice === "none" ? [] : tools,
    toolChoice,
    parallelTools: true,
    toolResults: contents.flatMap(responsesIn).map(toolResult),
    afterTool: lastUser !== undefined && responsesIn(lastUser).length > 0,
    thinking: readThinking(config),
    schema: config.responseSchema ?? config.responseJsonSchema ?? (isJson(config) || undefined),
    stopSequences: config.stopSequences ?? [],
    temperature: config.temperature,
    topP: config.topP,
    choices: config.candidateCount ?? 1,
    logprobs: config.responseLogprobs ? (config.logprobs ?? 0) : undefined,
    maxTokens: config.maxOutputTokens ?? Infinity,
    inputTokens: countTokens(body),
  };
}

type Config = NonNullable<Body["generationConfig"]>;

function checkConfig(config: Config) {
  const { responseSchema, responseJsonSchema, thinkingConfig: thinking } = config;
  const hasSchema = responseSchema !== undefined || responseJsonSchema !== undefined;
  demand(
    responseSchema === undefined || responseJsonSchema === undefined,
    "Only one of response_schema and response_json_schema can be set",
    "generationConfig.responseSchema",
  );
  demand(
    !hasSchema || isJson(config) || config.responseMimeType === "text/x.enum",
    "Response schema is only allowed with response mime type application/json",
    "generationConfig.responseMimeType",
  );
  if (responseSchema !== undefined) checkSchema(responseSchema, "generation_config.response_schema");
  demand(
    thinking?.thinkingBudget === undefined || thinking.thinkingLevel === undefined,
    "You can only set only one of thinking budget and thinking level.",
    "generationConfig.thinkingConfig",
  );
  demand(
    config.logprobs === undefined || config.responseLogprobs,
    "Logprobs is only allowed with response_logprobs",
    "generationConfig.logprobs",
  );
}

function isJson({ responseMimeType }: Config): boolean {
  return responseMimeType === "application/json";
}

function readTools({ tools = [] }: Body): OfferedTool[] {
  const declarations = tools.flatMap((tool) => tool.functionDeclarations ?? []);
  const names = new Set<string>();
  return declarations.map(({ name, parameters, parametersJsonSchema }, index) => {
    const at = `tools[0].function_declarations[${index}].parameters`;
    demand(!names.has(name), `Duplicate function declaration found: ${name}`, at);
    names.add(name);
    demand(
      parameters === undefined || parametersJsonSchema === undefined,
      `${at}: only one of parameters and parameters_json_schema can be set`,
      at,
    );
    if (parameters !== undefined) checkSchema(parameters, at);
    return { name, parameters: parameters ?? parametersJsonSchema };
  });
}

function readToolChoice({ toolConfig }: Body, tools: readonly OfferedTool[]): ToolChoice {
  const { mode = "AUTO", allowedFunctionNames: names = [] } = toolConfig?.functionCallingConfig ?? {};
  const at = "toolConfig.functionCallingConfig";
  demand(
    names.length === 0 || mode === "ANY" || mode === "VALIDATED",
    "Allowed function names should only be set when the function calling mode is ANY.",
    at,
  );
  const unknown = names.find((name) => !tools.some((tool) => tool.name === name));
  demand(unknown === undefined, `Allowed function name ${unknown} is not in function_declarations.`, at);
  if (mode === "NONE") return "none";
  if (mode !== "ANY") return "auto";
  demand(tools.length > 0, "Function calling config is set without function_declarations.", at);
  const [only] = names;
  return only !== undefined && names.length === 1 ? { name: only } : "required";
}

function readThinking({ thinkingConfig: config }: Config): Thinking | undefined {
  if (!config || config.thinkingBudget === 0) return undefined;
  const { includeThoughts, thinkingBudget: budget = -1, thinkingLevel: level } = config;
  return {
    ...(budget > 0 && { budgetTokens: budget }),
    ...(level && { effort: level.toLowerCase() }),
    ...(!includeThoughts && { hidden: true as const }),
  };
}

/** Results of functions are turns of their own, before what else the user says with them. */
function turnsOf(content: Content): Turn[] {
  const results = responsesIn(content).map((response): Turn => ({ role: "tool", text: toolResult(response).text }));
  const isRest = content.parts.some((part) => !part.functionResponse);
  if (!isRest) return results;
  return [...results, { role: content.role === "model" ? "assistant" : "user", text: textOf(content) }];
}

/** Google's convention: `output` (or `result`) holds what a function returned, `error` what went wrong. */
function toolResult({ id = "", name, response }: ReturnType<typeof responsesIn>[number]): ToolResult {
  const [key, ...others] = Object.keys(response);
  const known = key !== undefined && others.length === 0 && ["output", "result", "error"].includes(key);
  const value = known ? response[key] : response;
  return {
    id,
    name,
    text: typeof value === "string" ? value : JSON.stringify(value),
    isError: known && key === "error",
  };
}

function textOf({ parts }: Content): string {
  return parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join("");
}

function mediaIn({ parts }: Content, images: boolean): string[] {
  const blobs = parts.flatMap((part) => [
    part.inlineData,
    ...(part.functionResponse?.parts ?? []).map(({ inlineData }) => inlineData),
  ]);
  const urls = blobs.flatMap((blob) => {
    if (!blob || blob.mimeType.startsWith("image/") !== images) return [];
    return [`data:${blob.mimeType};base64,${blob.data}`];
  });
  return [
    ...urls,
    ...parts.flatMap(({ fileData }) =>
      fileData && (fileData.mimeType ?? "").startsWith("image/") === images ? [fileData.fileUri] : [],
    ),
  ];
}

function countTokens({ contents, systemInstruction }: Body): number {
  const messages = systemInstruction ? [systemInstruction, ...contents] : contents;
  return messages.reduce((sum, content) => {
    const results = responsesIn(content).map((response) => toolResult(response).text);
    const media = mediaIn(content, true).length + mediaIn(content, false).length;
    return sum + tokensOf(textOf(content) + results.join("")) + tokensPerImage * media;
  }, 0);
}
