import { AppError } from "@lyceum/domain";
import type { DecodedCall, EncodedRequest, Route } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { editJson, type JsonEdit } from "../../json/edit-json.ts";
import { FieldValues } from "../../json/field-values.ts";
import { type Member, scanObject } from "../../json/json-scanner.ts";
import { type Fields, invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { applySplices, type Splice } from "../../json/splice.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import { camelCase } from "./camel-keys.ts";
import { withoutForeignSignatures } from "./foreign-signatures.ts";
import { isStoredFile } from "./media.ts";
import { decodeRequest } from "./request-decode.ts";
import { withStandIns } from "./stand-ins.ts";
import { refuseVendorTools } from "./tools.ts";

const known = knownFields(
  [
    "model",
    "contents",
    "tools",
    "generationConfig",
    "generation_config",
    "cachedContent",
    "cached_content",
    "systemInstruction",
    "system_instruction",
  ],
  ["servicetier", "service_tier"],
);
const knownConfig = knownFields(
  ["maxOutputTokens", "max_output_tokens", "candidateCount", "candidate_count"],
  ["routingconfig", "routing_config", "modelselectionconfig", "model_selection_config"],
);
const readByModels = {
  texts: new Set(["contents", "systemInstruction", "system_instruction"]),
  json: new Set(["tools"]),
};
const NO_HEADERS: readonly string[] = [];
const SSE_TYPE = "text/event-stream; charset=utf-8";
/** Of a stream without `alt=sse`: one JSON array that comes in pieces (case 53). */
const ARRAY_TYPE = "application/json; charset=utf-8";
const STREAM_METHOD = "streamGenerateContent";
const MAXIMUM_CHOICES = 128;
const MAXIMUM_OUTPUT = 2_147_483_647;

/** Whether the client of a streamed call gets a JSON array instead of events. */
export function wantsArray(call: Pick<DecodedCall, "streamContentType">): boolean {
  return call.streamContentType === ARRAY_TYPE;
}

/** The name of a model without the folder that Google's clients put before it. */
export function plainModelName(name: string): string {
  return name.startsWith("models/") ? name.slice("models/".length) : name;
}

/** The path of a call below a channel's base URL. A stream is asked for as events, whatever the client wants. */
export function callPath(upstreamModel: string, isStream: boolean): string {
  return `${modelPath(upstreamModel)}:${isStream ? `${STREAM_METHOD}?alt=sse` : "generateContent"}`;
}

/** The path of a model below a channel's base URL; names with a folder of their own (tunedModels) keep it. */
export function modelPath(upstreamModel: string): string {
  const name = /^(?:models|tunedModels)\//.test(upstreamModel) ? upstreamModel : `models/${upstreamModel}`;
  return `/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** Reads a generateContent request; the model and the method stand in the path. Throws `invalid_json` or `invalid_request` with the field. */
export function decodeCall(body: Buffer, route: Route): DecodedCall {
  const [model = "", method = ""] = route.captures;
  const isStream = method === STREAM_METHOD;
  const fields = readFields(body, known);
  checkContents(body, fields);
  const values = new FieldValues(body, fields);
  checkModel(values, model);
  refuseCachedContent(values);
  refuseVendorTools(values.value("tools"));
  const config = readConfig(fields, values);
  // Google takes its own parameters with a dollar as well.
  const isArray = isStream && (route.query.get("alt") ?? route.query.get("$alt")) !== "sse";
  // google.generativeai (which alone asks for numbers in place of words so) knows neither thoughts, which it shows as the answer, nor signatures.
  const knowsThoughts = route.query.get("$alt")?.includes("enum-encoding") !== true;

  function pass(target: Target): EncodedRequest {
    refuseStoredFiles(body);
    const edits: JsonEdit[] = [];
    if (fields.byName.has("model"))
      edits.push({ path: ["model"], json: JSON.stringify(`models/${target.upstreamModel}`) });
    const limit = target.outputLimit;
    if (limit !== null && (config.outputLimit === null || config.outputLimit > limit))
      edits.push({ path: [config.name, config.limitName], json: String(limit) });
    const contents = fields.byName.get("contents");
    if (!knowsThoughts && contents !== undefined && body.includes('"functionCall"')) {
      const signed = withStandIns(body.toString("utf8", contents.valueStart, contents.valueEnd), target);
      if (signed !== null) edits.push({ path: ["contents"], json: signed });
    }
    const { body: signed, count } = withoutForeignSignatures(body);
    const edited = editJson(signed, edits);
    const isBounded = Object.keys(target.constraints.ranges).length > 0 || target.constraints.rejected.length > 0;
    return {
      path: callPath(target.upstreamModel, isStream),
      headers: NO_HEADERS,
      body: isBounded ? withCamelConfig(edited) : edited,
      ...(count > 0 && { dropped: ["thoughtSignature"] }),
    };
  }

  return {
    model,
    isStream,
    outputLimit: config.outputLimit,
    choices: config.choices ?? 1,
    size: promptSize(body, fields.object, readByModels),
    streamContentType: isArray ? ARRAY_TYPE : SSE_TYPE,
    wantsStreamUsage: true,
    canonical: () => decodeRequest(body, { model, isStream, knowsThoughts }),
    pass,
  };
}

function checkContents(body: Buffer, { byName }: Fields): void {
  const contents = byName.get("contents");
  const end = contents === undefined ? 0 : Math.min(contents.valueEnd, contents.valueStart + 64);
  const text = contents === undefined ? "" : body.toString("utf8", contents.valueStart, end);
  const isEmpty = text === "" || text === "null" || text === '""' || /^(?:\[\s*\]|\{\s*\})$/.test(text);
  if (!isEmpty) return;
  throw invalid(
    "contents",
    "缺少字段 contents，它应至少有一条内容。",
    "the field contents is missing or empty; it needs at least one content.",
  );
}

/** A model named in the body too must be the one of the path: two parsers must not see two. */
function checkModel(values: FieldValues, model: string): void {
  const named = values.text("model");
  if (named === null || plainModelName(named) === model) return;
  throw invalid("model", "请求体里的 model 与地址里的不同。", "the model in the body is not the one in the address.");
}

/** Everybody's cached contents lie under the one credential of the channel: none is known to be this caller's. */
function refuseCachedContent(values: FieldValues): void {
  if (!values.text("cachedContent") && !values.text("cached_content")) return;
  throw new AppError("not_found", {
    parameters: {
      param: "cachedContent",
      hint_zh: "没有这个 cachedContent；缓存的内容不能经由网关使用。",
      hint_en: "There is no such cachedContent: cached contents can't be used through the gateway.",
    },
  });
}

/** The same for uploaded files (design, section 4). The body is read whole only where it can hold one: escapes may hide a name. */
function refuseStoredFiles(body: Buffer): void {
  const mayHold = body.includes("fileUri") || body.includes("file_uri") || body.includes("\\u00");
  if (!mayHold) return;
  JSON.parse(body.toString("utf8"), (key, value: unknown) => {
    if ((key !== "fileUri" && key !== "file_uri") || typeof value !== "string" || !isStoredFile(value)) return value;
    throw new AppError("not_found", {
      parameters: {
        param: key,
        hint_zh: "没有这个文件；上传到 Google 的文件不能经由网关使用，请用 inlineData。",
        hint_en: "There is no such file: files uploaded to Google can't be used through the gateway. Send inlineData.",
      },
    });
  });
}

type Config = {
  /** How the client spells them. */
  readonly name: string;
  readonly limitName: string;
  readonly outputLimit: number | null;
  readonly choices: number | null;
};

function readConfig({ byName }: Fields, values: FieldValues): Config {
  const name = spelled(byName, "generationConfig", "generation_config");
  const config = values.object(name, knownConfig);
  const limitName = config?.has("max_output_tokens") ? "max_output_tokens" : "maxOutputTokens";
  const countName = config?.has("candidate_count") ? "candidate_count" : "candidateCount";
  for (const twice of ["maxOutputTokens", "candidateCount"])
    if (config?.has(twice) && twice !== limitName && twice !== countName) throw occursTwice(`${name}.${twice}`);
  return {
    name,
    limitName,
    outputLimit: config?.count(limitName, MAXIMUM_OUTPUT) ?? null,
    choices: config?.count(countName, MAXIMUM_CHOICES) ?? null,
  };
}

/** In which spelling a field is there. Throws `invalid_request` where it is in both. */
function spelled(byName: ReadonlyMap<string, Member>, camel: string, snake: string): string {
  if (!byName.has(snake)) return camel;
  if (byName.has(camel)) throw occursTwice(camel);
  return snake;
}

function occursTwice(field: string): AppError {
  return invalid(field, `字段 ${field} 出现了两次。`, `the field ${field} occurs twice.`);
}

/** The names of generationConfig and its members in camel case, where constraints look for them; values stay as they were written. */
function withCamelConfig(body: Buffer): Buffer {
  const splices: Splice[] = [];
  const rename = ({ keyStart, keyEnd }: Member, start: number) => {
    const name = body.toString("utf8", start + keyStart, start + keyEnd);
    if (camelCase(name) !== name) splices.push({ start: start + keyStart, end: start + keyEnd, text: camelCase(name) });
  };
  for (const member of scanObject(body).members) {
    const name = body.toString("utf8", member.keyStart, member.keyEnd);
    if (camelCase(name) !== "generationConfig" || body[member.valueStart] !== 0x7b) continue;
    rename(member, 0);
    for (const each of scanObject(body.subarray(member.valueStart, member.valueEnd)).members)
      rename(each, member.valueStart);
  }
  return applySplices(body, splices);
}
