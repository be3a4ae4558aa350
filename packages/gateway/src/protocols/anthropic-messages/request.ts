import type { DecodedCall, DecodedCount, EncodedRequest, Route } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { editJson, type JsonEdit } from "../../json/edit-json.ts";
import { FieldValues } from "../../json/field-values.ts";
import { isRecord } from "../../json/is-record.ts";
import { type Fields, invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { toolTypes } from "../../json/tool-types.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import { withoutForeignThoughts } from "./foreign-thoughts.ts";
import { decodeRequest } from "./request-decode.ts";
import { refuseStoredFiles } from "./stored-ids.ts";
import { refuseServerTools } from "./vendor-tools.ts";

const known = knownFields(
  ["model", "messages", "stream", "max_tokens", "metadata", "thinking", "tools"],
  [
    "models",
    "provider",
    "route",
    "service_tier",
    "speed",
    "inference_geo",
    "workspace_id",
    "user_profile_id",
    "fallbacks",
    "container",
    "thread",
    "mcp_servers",
  ],
);
const knownOfMetadata = knownFields(["user_id"]);
const readByModels = {
  texts: new Set(["system", "messages"]),
  json: new Set(["tools", "output_config", "output_format"]),
};

/** Below a channel's base URL, which ends in /v1. */
export const MESSAGES_PATH = "/messages";
export const COUNT_PATH = "/messages/count_tokens";
const STREAM_TYPE = "text/event-stream; charset=utf-8";
/** More is no answer anybody waits for. */
const MAXIMUM_OUTPUT = 2_147_483_647;
/** Anthropic's least `thinking.budget_tokens`. */
export const LEAST_BUDGET = 1_024;

/** The only version of the API that is in use; clients that name none, or an older one, get it too (case 56). */
export const VERSION_HEADERS: readonly string[] = ["anthropic-version", "2023-06-01"];

/** Reads a messages request. Throws `invalid_json` with the place, or `invalid_request` with the field. */
export function decodeCall(body: Buffer, route: Route): DecodedCall {
  const { fields, values, model } = readCommon(body);
  const maxTokens = values.count("max_tokens", MAXIMUM_OUTPUT);
  const isStream = values.boolean("stream") ?? false;
  const budget = readBudget(values);
  checkBudget(budget, maxTokens, route);

  function editsFor(target: Target): JsonEdit[] {
    const edits = commonEdits(fields, values, target);
    const limit = limitFor(target, maxTokens, budget);
    if (limit !== maxTokens) edits.push({ path: ["max_tokens"], json: String(limit) });
    if (target.outputLimit !== null && budget !== null && budget >= limit) edits.push(thinkingWithin(limit));
    return edits;
  }

  return {
    model,
    isStream,
    outputLimit: maxTokens,
    choices: 1,
    size: promptSize(body, fields.object, readByModels),
    streamContentType: STREAM_TYPE,
    wantsStreamUsage: true,
    canonical: () => decodeRequest(body),
    pass: (target) => passed(MESSAGES_PATH, body, editsFor(target), fields, values, target, route),
  };
}

/** Reads a question of count_tokens, which is the same but for what concerns the answer. */
export function decodeQuestion(body: Buffer, route: Route): DecodedCount {
  const { fields, values, model } = readCommon(body);
  return {
    model,
    size: promptSize(body, fields.object, readByModels),
    canonical: () => decodeRequest(body),
    pass: (target) => passed(COUNT_PATH, body, commonEdits(fields, values, target), fields, values, target, route),
  };
}

function readCommon(body: Buffer) {
  const fields = readFields(body, known);
  const values = new FieldValues(body, fields);
  checkMessages(body, fields);
  const model = values.text("model");
  if (model === null || model === "") {
    throw invalid(
      "model",
      "缺少字段 model，它应为模型名称。",
      "the field model is missing; it must be the name of a model.",
    );
  }
  refuseStoredFiles(body);
  return { fields, values, model };
}

function passed(
  path: string,
  body: Buffer,
  edits: readonly JsonEdit[],
  fields: Fields,
  values: FieldValues,
  target: Target,
  route: Route,
): EncodedRequest {
  toolTypes(body, fields);
  refuseServerTools(values.value("tools"), target.provider);
  const query = route.query.get("beta") === "true" ? "?beta=true" : "";
  const beta = route.headers["anthropic-beta"];
  const wanted = (Array.isArray(beta) ? beta.join(",") : (beta ?? "")).trim();
  const headers = wanted === "" ? VERSION_HEADERS : [...VERSION_HEADERS, "anthropic-beta", wanted];
  const foreign = withoutForeignThoughts(body);
  if (foreign === null) return { path: path + query, headers, body: editJson(body, edits) };
  const { dropped } = foreign;
  return { path: path + query, headers, body: editJson(body, [...edits, ...foreign.edits]), dropped };
}

function commonEdits({ byName }: Fields, values: FieldValues, target: Target): JsonEdit[] {
  const edits: JsonEdit[] = [];
  if (values.text("model") !== target.upstreamModel)
    edits.push({ path: ["model"], json: JSON.stringify(target.upstreamModel) });
  if (byName.has("metadata") && (values.object("metadata", knownOfMetadata)?.text("user_id") ?? null) !== null)
    edits.push({ path: ["metadata", "user_id"], json: JSON.stringify(target.userPseudonym) });
  return edits;
}

/** What is sent as `max_tokens`, which Anthropic insists on: room for the answer beside the thoughts where the client named none. */
function limitFor(target: Target, maxTokens: number | null, budget: number | null): number {
  const own = maxTokens ?? Math.max(target.defaultOutputTokens, budget === null ? 0 : budget + LEAST_BUDGET);
  return target.outputLimit === null ? own : Math.min(own, target.outputLimit);
}

/** A limit that the balance has lowered leaves less to think with, or nothing. */
function thinkingWithin(limit: number): JsonEdit {
  if (limit <= LEAST_BUDGET) return { path: ["thinking"], json: '{"type":"disabled"}' };
  return { path: ["thinking", "budget_tokens"], json: String(Math.max(LEAST_BUDGET, limit >> 1)) };
}

function readBudget(values: FieldValues): number | null {
  const thinking = values.value("thinking");
  if (!isRecord(thinking) || thinking.type !== "enabled") return null;
  return typeof thinking.budget_tokens === "number" ? thinking.budget_tokens : null;
}

/** Case 21. Thoughts between calls of tools may be longer than one answer, if the client says that it knows of them. */
function checkBudget(budget: number | null, maxTokens: number | null, route: Route): void {
  if (budget === null || maxTokens === null || budget < maxTokens) return;
  if (String(route.headers["anthropic-beta"] ?? "").includes("interleaved-thinking")) return;
  throw invalid(
    "thinking.budget_tokens",
    `thinking.budget_tokens（${budget}）必须小于 max_tokens（${maxTokens}）。`,
    `thinking.budget_tokens (${budget}) must be less than max_tokens (${maxTokens}).`,
  );
}

function checkMessages(body: Buffer, { byName }: Fields): void {
  const messages = byName.get("messages");
  if (messages === undefined || body[messages.valueStart] !== 0x5b) {
    throw invalid(
      "messages",
      "缺少字段 messages，它应为消息的列表。",
      "the field messages is missing; it must be a list of messages.",
    );
  }
  let at = messages.valueStart + 1;
  while ((body[at] ?? 0x5d) <= 0x20) at++;
  if (body[at] === 0x5d) {
    throw invalid(
      "messages",
      "字段 messages 是空的，至少要有一条消息。",
      "the field messages is empty; it needs at least one message.",
    );
  }
}
