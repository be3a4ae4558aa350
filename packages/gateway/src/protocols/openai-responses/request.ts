import { scopedKey } from "../../canonical/hints.ts";
import type { DecodedCall } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { editJson, type JsonEdit } from "../../json/edit-json.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";
import { type Fields, invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { toolTypes } from "../../json/tool-types.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import { decodeRequest, ENCRYPTED } from "./decode-request.ts";
import { RESPONSES_PATH } from "./encode-request.ts";
import { type Echo, readEcho } from "./envelope.ts";
import { ownInput } from "./own-input.ts";
import { refuseHostedTools } from "./tools.ts";

const known = knownFields(
  [
    "model",
    "input",
    "instructions",
    "stream",
    "max_output_tokens",
    "store",
    "previous_response_id",
    "background",
    "conversation",
    "prompt",
    "tools",
    "include",
    "reasoning",
    "metadata",
    "client_metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
  ],
  ["models", "provider", "service_tier", "route"],
);
const readByModels = { texts: new Set(["input", "instructions"]), json: new Set(["tools", "text"]) };
const NO_HEADERS: readonly string[] = [];
const STREAM_TYPE = "text/event-stream; charset=utf-8";
/** More is no answer anybody waits for, and upstreams keep limits in 32 bits. */
const MAXIMUM_OUTPUT = 2_147_483_647;

/** A call understood, and what its answer repeats of it. */
export type ResponsesCall = DecodedCall & {
  readonly echo: () => Echo;
  /** The client wants the answer kept, which it does unless it says otherwise. */
  readonly isStored: boolean;
  /** What it goes on from. */
  readonly previousId: string | null;
};

/**
 * Reads a request. What came before (`previous_response_id`) already stands in `input`: the name is only repeated in the answer. Throws
 * `invalid_json` with the place, or `invalid_request` with the field.
 */
export function decodeCall(body: Buffer): ResponsesCall {
  const fields = readFields(body, known);
  const value = <Type>(name: string, is: (value: unknown) => value is Type, zh: string, en: string): Type | null => {
    const given = memberValue(body, fields, name);
    if (given === undefined || given === null) return null;
    if (is(given)) return given;
    throw invalid(name, `字段 ${name} 应为${zh}。`, `the field ${name} must be ${en}.`);
  };
  const text = (name: string) => value(name, isText, "字符串", "a string");
  const flag = (name: string) => value(name, isFlag, " true 或 false", "true or false");
  const model = text("model");
  if (model === null || model === "") {
    throw invalid(
      "model",
      "缺少字段 model，它应为模型名称。",
      "the field model is missing; it must be the name of a model.",
    );
  }
  refuseStateElsewhere(body, fields, flag("background") === true);
  const isStream = flag("stream") ?? false;
  const limitText = `1 到 ${MAXIMUM_OUTPUT} 的整数`;
  const outputLimit = value(
    "max_output_tokens",
    isLimit,
    ` ${limitText}`,
    `a whole number from 1 to ${MAXIMUM_OUTPUT}`,
  );
  const [user, safety, cacheKey] = [text("user"), text("safety_identifier"), text("prompt_cache_key")];
  const isStored = flag("store") ?? true;
  const previousId = text("previous_response_id");
  checkInput(body, fields, previousId !== null);
  let echo: Echo | null = null;

  function pass(target: Target) {
    toolTypes(body, fields);
    if (mayHoldHosted(body, fields)) refuseHostedTools(memberValue(body, fields, "tools"), target.provider);
    const edits: JsonEdit[] = [{ path: ["store"], json: "false" }];
    const set = (name: string, to: unknown) => edits.push({ path: [name], json: JSON.stringify(to) });
    if (target.upstreamModel !== model) set("model", target.upstreamModel);
    if (target.outputLimit !== null && (outputLimit === null || outputLimit > target.outputLimit))
      set("max_output_tokens", target.outputLimit);
    if (previousId !== null) edits.push({ path: ["previous_response_id"], json: null });
    // It belongs to what is stored, and may name a person (case 63).
    if (fields.byName.has("metadata")) edits.push({ path: ["metadata"], json: null });
    if (user !== null) set("user", target.userPseudonym);
    if (safety !== null) set("safety_identifier", target.userPseudonym);
    if (cacheKey !== null) set("prompt_cache_key", scopedKey(target.userPseudonym, cacheKey));
    const include = withEncrypted(memberValue(body, fields, "include"), memberValue(body, fields, "reasoning"));
    if (include !== null) set("include", include);
    const { json, dropped } = ownInput(rawMember(body, fields, "input"), target.provider);
    if (json !== null) edits.push({ path: ["input"], json });
    // Codex CLI tells in it which installation, session and turn this is: nothing for a vendor that knows us only as one account.
    const tellsClient = fields.byName.has("client_metadata");
    if (tellsClient) edits.push({ path: ["client_metadata"], json: null });
    const leftOut = tellsClient ? ["client_metadata", ...dropped] : dropped;
    return { path: RESPONSES_PATH, headers: NO_HEADERS, body: editJson(body, edits), dropped: leftOut };
  }

  return {
    model,
    isStream,
    outputLimit,
    choices: 1,
    size: promptSize(body, fields.object, readByModels),
    streamContentType: STREAM_TYPE,
    wantsStreamUsage: true,
    canonical: () => decodeRequest(parseJson(body.toString("utf8"))),
    pass,
    isStored,
    previousId,
    echo: () => {
      echo ??= readEcho(parseJson(body.toString("utf8")));
      return echo;
    },
  };
}

/** What runs or is kept on the vendor's side: under our credential it would be everybody's (design section 4). */
function refuseStateElsewhere(body: Buffer, fields: Fields, isBackground: boolean): void {
  if (isBackground) throw invalid("background", "不支持在后台运行。", "answers can't be made in the background.");
  for (const name of ["conversation", "prompt"]) {
    const given = memberValue(body, fields, name);
    if (given === undefined || given === null) continue;
    throw invalid(name, `不支持字段 ${name}。`, `the field ${name} is not supported.`);
  }
}

/** A turn that goes on from another may add nothing. */
function checkInput(body: Buffer, fields: Fields, goesOn: boolean): void {
  const raw = rawMember(body, fields, "input");
  const first = raw?.[0];
  if (goesOn && (raw === null || raw === "null" || /^\[\s*\]$/.test(raw))) return;
  if (raw === null || raw === "null") throw invalid("input", "缺少字段 input。", "the field input is missing.");
  if (first !== '"' && first !== "[")
    throw invalid("input", "字段 input 应为字符串或列表。", "the field input must be a string or a list.");
  if (/^(?:""|\[\s*\])$/.test(raw)) throw invalid("input", "字段 input 是空的。", "the field input is empty.");
}

/** Whether the tools are worth parsing: they may be long, and mostly are functions only. */
function mayHoldHosted(body: Buffer, fields: Fields): boolean {
  const raw = rawMember(body, fields, "tools");
  return (
    raw !== null &&
    /web_search|file_search|code_interpreter|"mcp"|image_generation|programmatic|tool_search|"shell"|\\u/.test(raw)
  );
}

/**
 * A thought is kept by its client or by us, not by the upstream, so that it must come encrypted. Only where the client speaks of reasoning: models
 * that don't think refuse to be asked for it. Null: `include` may stay as it is.
 */
function withEncrypted(include: unknown, reasoning: unknown): unknown[] | null {
  if (!isRecord(reasoning) || reasoning.effort === "none") return null;
  const given = include ?? [];
  if (!Array.isArray(given)) return null;
  return given.includes(ENCRYPTED) ? null : [...given, ENCRYPTED];
}

function rawMember(body: Buffer, { byName }: Fields, name: string): string | null {
  const member = byName.get(name);
  return member === undefined ? null : body.toString("utf8", member.valueStart, member.valueEnd);
}

function memberValue(body: Buffer, fields: Fields, name: string): unknown {
  const raw = rawMember(body, fields, name);
  return raw === null ? undefined : JSON.parse(raw);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isLimit = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAXIMUM_OUTPUT;
