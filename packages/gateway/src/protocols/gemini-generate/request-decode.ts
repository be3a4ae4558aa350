import type { CanonicalRequest, OutputFormat } from "../../canonical/canonical-request.ts";
import { noSampling } from "../../canonical/canonical-request.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { camelKeys } from "./camel-keys.ts";
import { decodeContents, decodeSystem } from "./contents-decode.ts";
import { contentOf, contentsOf, listOf } from "./lenient-contents.ts";
import { decodeSchema } from "./schema-decode.ts";
import { decodeThinking } from "./thinking.ts";
import { decodeToolChoice, decodeTools, refuseVendorTools } from "./tools.ts";
import {
  functionCallingConfigSchema,
  generationConfigSchema,
  requestSchema,
  thinkingConfigSchema,
  toolConfigSchema,
  type WireGenerationConfig,
} from "./wire.ts";

/** Members of generationConfig without which the answer would be another: refused rather than dropped. */
const decisive = ["responseFormat", "speechConfig", "imageConfig", "translationConfig"];

/** What stands beside the body. `knowsThoughts`: the client tells thoughts from the answer. */
type Beside = { readonly model: string; readonly isStream: boolean; readonly knowsThoughts: boolean };

/** The whole request. Throws `invalid_request` with the field. */
export function decodeRequest(body: Buffer, { model, isStream, knowsThoughts }: Beside): CanonicalRequest {
  const request = readWire(requestSchema, lenient(camelKeys(parseJson(body.toString("utf8")))));
  const { contents, systemInstruction, generationConfig, toolConfig } = request;
  const config = generationConfig ?? generationConfigSchema.parse({});
  const calling = toolConfig?.functionCallingConfig ?? null;
  const unmapped = [
    ...unknownMembers(requestSchema, request),
    ...unknownMembers(generationConfigSchema, config, "generationConfig"),
    ...unknownMembers(thinkingConfigSchema, config.thinkingConfig ?? {}, "generationConfig.thinkingConfig"),
    ...unknownMembers(toolConfigSchema, toolConfig ?? {}, "toolConfig"),
    ...unknownMembers(functionCallingConfigSchema, calling ?? {}, "toolConfig.functionCallingConfig"),
  ];
  refuseDecisive(config);
  refuseVendorTools(request.tools ?? []);
  const system = systemInstruction ? decodeSystem(systemInstruction, unmapped) : null;
  const messages = [...(system === null ? [] : [system]), ...decodeContents(contents, unmapped)];
  if (!messages.some(({ role }) => role !== "system"))
    throw invalid("contents", "字段 contents 里没有内容。", "the field contents says nothing.");
  return {
    model,
    messages,
    tools: decodeTools(request.tools ?? [], unmapped),
    toolChoice: decodeToolChoice(calling),
    parallelToolCalls: null,
    sampling: {
      ...noSampling,
      temperature: config.temperature ?? null,
      topP: config.topP ?? null,
      topK: config.topK ?? null,
      frequencyPenalty: config.frequencyPenalty ?? null,
      presencePenalty: config.presencePenalty ?? null,
      seed: config.seed ?? null,
    },
    stop: config.stopSequences ?? [],
    outputLimit: config.maxOutputTokens ?? null,
    choices: config.candidateCount ?? 1,
    reasoning: decodeThinking(config.thinkingConfig ?? null),
    outputFormat: decodeFormat(config),
    topLogprobs: config.responseLogprobs === true ? (config.logprobs ?? 0) : null,
    isStream,
    hidesThoughts: !knowsThoughts || config.thinkingConfig?.includeThoughts === false,
    namesUser: false,
    unmapped,
  };
}

function lenient(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { contents, systemInstruction, tools } = value as Readonly<Record<string, unknown>>;
  return {
    ...value,
    contents: contentsOf(contents),
    ...(systemInstruction !== undefined &&
      systemInstruction !== null && { systemInstruction: contentOf(systemInstruction) }),
    ...(tools !== undefined && tools !== null && { tools: listOf(tools).map(lenientTool) }),
  };
}

function lenientTool(tool: unknown): unknown {
  if (typeof tool !== "object" || tool === null || !("functionDeclarations" in tool)) return tool;
  const { functionDeclarations } = tool;
  return functionDeclarations === null ? tool : { ...tool, functionDeclarations: listOf(functionDeclarations) };
}

function refuseDecisive(config: WireGenerationConfig): void {
  const name = decisive.find((each) => config[each] !== undefined && config[each] !== null);
  const modality = (config.responseModalities ?? []).find((each) => each !== "TEXT" && each !== 1);
  const path = name ?? (modality === undefined ? null : "responseModalities");
  if (path === null) return;
  throw invalid(
    `generationConfig.${path}`,
    `这个模型的上游不支持 generationConfig.${path}。`,
    `the upstream of this model does not support generationConfig.${path}.`,
  );
}

/** `responseMimeType` with a schema of either kind (case 16). */
function decodeFormat(config: WireGenerationConfig): OutputFormat | null {
  const { responseMimeType, responseJsonSchema, responseSchema } = config;
  const schema = responseJsonSchema ?? decodeSchema(responseSchema ?? null);
  switch (responseMimeType ?? "") {
    case "":
    case "text/plain":
    case "application/json":
      if (schema !== null) return { kind: "schema", name: null, description: null, schema, isStrict: null };
      return responseMimeType === "application/json" ? { kind: "json" } : null;
    default:
      throw invalid(
        "generationConfig.responseMimeType",
        "responseMimeType 应为 text/plain 或 application/json。",
        "responseMimeType must be text/plain or application/json.",
      );
  }
}
