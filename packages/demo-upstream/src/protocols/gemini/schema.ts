import { z } from "zod";

const functionNamePattern = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;
const maxStops = 5;
/** `maxOutputTokens` may not be more, whatever the model. */
export const mostOutputTokens = 65_536;

const functionCall = z.strictObject({
  name: z.string().regex(functionNamePattern),
  args: z.record(z.string(), z.unknown()).optional(),
  id: z.string().optional(),
  partialArgs: z.array(z.unknown()).optional(),
  willContinue: z.boolean().optional(),
});
const blob = z.strictObject({ mimeType: z.string(), data: z.string(), displayName: z.string().optional() });
const functionResponse = z.strictObject({
  name: z.string().regex(functionNamePattern),
  response: z.record(z.string(), z.unknown()),
  id: z.string().optional(),
  parts: z.array(z.strictObject({ inlineData: blob.optional(), fileData: z.unknown().optional() })).optional(),
  willContinue: z.boolean().optional(),
  scheduling: z.string().optional(),
});
const part = z.strictObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  thoughtSignature: z.string().optional(),
  inlineData: blob.optional(),
  fileData: z
    .strictObject({ fileUri: z.string(), mimeType: z.string().optional(), displayName: z.string().optional() })
    .optional(),
  functionCall: functionCall.optional(),
  functionResponse: functionResponse.optional(),
  executableCode: z.unknown().optional(),
  codeExecutionResult: z.unknown().optional(),
  videoMetadata: z.unknown().optional(),
  mediaResolution: z.unknown().optional(),
  partMetadata: z.unknown().optional(),
  mediaProcessing: z.unknown().optional(),
  speechMetadata: z.unknown().optional(),
  audioTranscription: z.unknown().optional(),
  toolCall: z.unknown().optional(),
  toolResponse: z.unknown().optional(),
});
export const content = z.strictObject({
  role: z.enum(["user", "model", "function"], "Please use a valid role: user, model.").optional(),
  // A list of one may stand without its brackets.
  parts: z.union([z.array(part), part.transform((only) => [only])]),
});
const declaration = z.strictObject({
  name: z.string().regex(functionNamePattern),
  description: z.string().optional(),
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
  response: z.unknown().optional(),
  responseJsonSchema: z.unknown().optional(),
  behavior: z.string().optional(),
});
const tool = z.strictObject({
  functionDeclarations: z.array(declaration).optional(),
  googleSearch: z.looseObject({}).optional(),
  googleSearchRetrieval: z.looseObject({}).optional(),
  codeExecution: z.looseObject({}).optional(),
  urlContext: z.looseObject({}).optional(),
  computerUse: z.looseObject({}).optional(),
  googleMaps: z.looseObject({}).optional(),
  enterpriseWebSearch: z.looseObject({}).optional(),
  retrieval: z.looseObject({}).optional(),
  mcpServers: z.array(z.unknown()).optional(),
  fileSearch: z.looseObject({}).optional(),
});
const generationConfig = z.strictObject({
  candidateCount: z.int().min(1).max(8).optional(),
  stopSequences: z.array(z.string().min(1)).max(maxStops).optional(),
  maxOutputTokens: z.int().min(1).max(mostOutputTokens).optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().min(1).optional(),
  seed: z.int().optional(),
  presencePenalty: z.number().min(-2).lt(2).optional(),
  frequencyPenalty: z.number().min(-2).lt(2).optional(),
  responseMimeType: z
    .enum(["text/plain", "application/json", "text/x.enum", "application/xml", "application/yaml"])
    .optional(),
  responseSchema: z.unknown().optional(),
  responseJsonSchema: z.unknown().optional(),
  responseLogprobs: z.boolean().optional(),
  logprobs: z.int().min(0).max(20).optional(),
  responseModalities: z.array(z.enum(["TEXT", "IMAGE", "AUDIO"])).optional(),
  speechConfig: z.unknown().optional(),
  imageConfig: z.unknown().optional(),
  mediaResolution: z.string().optional(),
  responseFormat: z.array(z.unknown()).optional(),
  translationConfig: z.unknown().optional(),
  audioTranscriptionConfig: z.unknown().optional(),
  audioTimestamp: z.boolean().optional(),
  enableEnhancedCivicAnswers: z.boolean().optional(),
  thinkingConfig: z
    .strictObject({
      includeThoughts: z.boolean().optional(),
      thinkingBudget: z.int().min(-1).max(32_768).optional(),
      thinkingLevel: z
        .string()
        .regex(/^(?:minimal|low|medium|high)$/i)
        .optional(),
    })
    .optional(),
});

/** The body of a generateContent request, its keys in camel case. Unknown fields are refused, as Google does. */
export const bodySchema = z.strictObject({
  model: z.string().optional(),
  contents: z.union([z.array(content), content.transform((only) => [only])]),
  systemInstruction: content.optional(),
  tools: z.array(tool).optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: z.enum(["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"]).optional(),
          allowedFunctionNames: z.array(z.string()).optional(),
          streamFunctionCallArguments: z.boolean().optional(),
        })
        .optional(),
      retrievalConfig: z.unknown().optional(),
    })
    .optional(),
  safetySettings: z.array(z.strictObject({ category: z.string(), threshold: z.string() })).optional(),
  generationConfig: generationConfig.optional(),
  cachedContent: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  serviceTier: z.string().optional(),
  store: z.boolean().optional(),
});

export type Body = z.infer<typeof bodySchema>;
export type Content = z.infer<typeof content>;
export type Part = z.infer<typeof part>;
export type Blob = z.infer<typeof blob>;
