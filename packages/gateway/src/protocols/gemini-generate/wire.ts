import { z } from "zod";
import { listOf } from "../../json/wire.ts";

/** Whole numbers may be written as strings: that is how protocol buffers spell 64 bits. */
const whole = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);
const text = z.string().nullish();

/** `mimeType` and `data` (base64, of either alphabet) of media within a message. */
export const blobSchema = z.looseObject({ mimeType: text, data: z.string(), displayName: text });
export const fileSchema = z.looseObject({ mimeType: text, fileUri: z.string(), displayName: text });
export const functionCallSchema = z.looseObject({ id: text, name: z.string(), args: z.unknown().optional() });
export const functionResponseSchema = z.looseObject({
  id: text,
  name: text,
  response: z.unknown().optional(),
  parts: listOf(z.looseObject({ inlineData: blobSchema.nullish(), fileData: fileSchema.nullish() })).nullish(),
});

export const partSchema = z.looseObject({
  text,
  thought: z.boolean().nullish(),
  thoughtSignature: text,
  inlineData: blobSchema.nullish(),
  fileData: fileSchema.nullish(),
  functionCall: functionCallSchema.nullish(),
  functionResponse: functionResponseSchema.nullish(),
});
export type WirePart = z.infer<typeof partSchema>;

export const contentSchema = z.looseObject({ role: text, parts: listOf(partSchema).nullish() });
export type WireContent = z.infer<typeof contentSchema>;

export const functionDeclarationSchema = z.looseObject({
  name: z.string(),
  description: text,
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
});
export const toolSchema = z.looseObject({ functionDeclarations: listOf(functionDeclarationSchema).nullish() });
export type WireTool = z.infer<typeof toolSchema>;

/** Enumerations come as words, or as the numbers of google.generativeai over REST. */
const enumeration = z.union([z.string(), z.number()]).nullish();

export const functionCallingConfigSchema = z.looseObject({
  mode: enumeration,
  allowedFunctionNames: listOf(z.string()).nullish(),
});
export const toolConfigSchema = z.looseObject({ functionCallingConfig: functionCallingConfigSchema.nullish() });

export const thinkingConfigSchema = z.looseObject({
  includeThoughts: z.boolean().nullish(),
  thinkingBudget: whole.nullish(),
  thinkingLevel: text,
});
export type WireThinkingConfig = z.infer<typeof thinkingConfigSchema>;

export const generationConfigSchema = z.looseObject({
  temperature: z.number().nullish(),
  topP: z.number().nullish(),
  topK: z.number().nullish(),
  seed: whole.nullish(),
  presencePenalty: z.number().nullish(),
  frequencyPenalty: z.number().nullish(),
  stopSequences: listOf(z.string()).nullish(),
  maxOutputTokens: whole.nullish(),
  candidateCount: whole.nullish(),
  responseMimeType: text,
  responseSchema: z.unknown().optional(),
  responseJsonSchema: z.unknown().optional(),
  responseModalities: listOf(enumeration).nullish(),
  responseLogprobs: z.boolean().nullish(),
  logprobs: whole.nullish(),
  thinkingConfig: thinkingConfigSchema.nullish(),
});
export type WireGenerationConfig = z.infer<typeof generationConfigSchema>;

export const requestSchema = z.looseObject({
  model: text,
  contents: listOf(contentSchema),
  systemInstruction: contentSchema.nullish(),
  tools: listOf(toolSchema).nullish(),
  toolConfig: toolConfigSchema.nullish(),
  generationConfig: generationConfigSchema.nullish(),
});

/** The names of a request's members, at any depth, and of those that only Google reads. */
export const requestNames: ReadonlySet<string> = new Set([
  ...[
    requestSchema,
    contentSchema,
    partSchema,
    blobSchema,
    fileSchema,
    functionCallSchema,
    functionResponseSchema,
  ].flatMap((schema) => Object.keys(schema.shape)),
  ...[toolSchema, functionDeclarationSchema, toolConfigSchema, functionCallingConfigSchema].flatMap((schema) =>
    Object.keys(schema.shape),
  ),
  ...Object.keys(generationConfigSchema.shape),
  ...Object.keys(thinkingConfigSchema.shape),
  ...["executableCode", "codeExecutionResult", "toolCall", "toolResponse"],
  ...["responseFormat", "speechConfig", "imageConfig", "translationConfig"],
  ...["safetySettings", "mediaResolution", "videoMetadata", "cachedContent"],
]);

const counts = listOf(z.looseObject({ modality: enumeration, tokenCount: z.unknown().optional() })).nullish();
/** Figures of whatever kind: none of them is a reason to refuse an answer. */
export const usageSchema = z.looseObject({
  promptTokenCount: z.unknown().optional(),
  cachedContentTokenCount: z.unknown().optional(),
  candidatesTokenCount: z.unknown().optional(),
  thoughtsTokenCount: z.unknown().optional(),
  toolUsePromptTokenCount: z.unknown().optional(),
  totalTokenCount: z.unknown().optional(),
  promptTokensDetails: counts.catch(undefined),
});

const chosen = z.looseObject({ token: text, logProbability: z.number().nullish() });
const citations = z
  .array(
    z.looseObject({
      startIndex: z.number().nullish(),
      endIndex: z.number().nullish(),
      uri: text,
      title: text,
    }),
  )
  .nullish();

export const candidateSchema = z.looseObject({
  index: z.number().int().min(0).max(127).nullish(),
  content: z.looseObject({ role: text, parts: listOf(partSchema.nullable()).nullish() }).nullish(),
  finishReason: text,
  citationMetadata: z.looseObject({ citations, citationSources: citations }).nullish(),
  logprobsResult: z
    .looseObject({
      chosenCandidates: listOf(chosen).nullish(),
      topCandidates: listOf(z.looseObject({ candidates: listOf(chosen).nullish() })).nullish(),
    })
    .nullish(),
});
export type WireCandidate = z.infer<typeof candidateSchema>;

export const replySchema = z.looseObject({
  candidates: listOf(candidateSchema).nullish(),
  promptFeedback: z.looseObject({ blockReason: text }).nullish(),
  usageMetadata: usageSchema.nullish().catch(undefined),
  responseId: text,
});
export type WireReply = z.infer<typeof replySchema>;
