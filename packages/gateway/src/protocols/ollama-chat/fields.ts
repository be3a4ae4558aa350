import { AppError } from "@lyceum/domain";
import { type JsonObject, scanObject } from "../../json/json-scanner.ts";
import { type Fields, fieldsOf, invalid, type KnownFields, knownFields, readFields } from "../../json/plain-fields.ts";

/** Renders a template instead of asking a model: that is nothing a price covers. */
const REFUSED = ["_debug_render_only"];
const chatFields = knownFields(["model", "messages", "stream", "options", "keep_alive"], REFUSED);
const generateFields = knownFields(["model", "prompt", "stream", "options", "keep_alive"], REFUSED);
const optionFields = knownFields(["num_predict"]);
/** More is no answer anybody waits for, and upstreams keep limits in 32 bits. */
const MAXIMUM_OUTPUT = 2_147_483_647;

/** What every route must know of a request. */
export type ReadRequest = {
  readonly object: JsonObject;
  readonly model: string;
  readonly isStream: boolean;
  /** Null: none, or a figure by which Ollama means none (-1, -2). */
  readonly outputLimit: number | null;
};

/**
 * The client asks for nothing but that its model be loaded, or unloaded: a request without messages, or with an empty prompt. Apps do that
 * before the first chat; whoever doesn't answer it refuses the request.
 */
export class LoadRequested extends AppError {
  readonly model: string;
  readonly doneReason: "load" | "unload";

  constructor(model: string, doneReason: "load" | "unload", field: string) {
    super("invalid_request", {
      parameters: { param: field, reason_zh: `字段 ${field} 是空的。`, reason_en: `the field ${field} is empty.` },
    });
    this.model = model;
    this.doneReason = doneReason;
  }
}

/** Reads a body for /api/chat. Throws `invalid_json`, `invalid_request` or LoadRequested. */
export function readChat(body: Buffer): ReadRequest {
  return read(body, chatFields, "messages", 0x5b);
}

/** Reads a body for /api/generate. Throws as `readChat` does. */
export function readGenerate(body: Buffer): ReadRequest {
  return read(body, generateFields, "prompt", 0x22);
}

function read(body: Buffer, known: KnownFields, content: "messages" | "prompt", opening: number): ReadRequest {
  const fields = readFields(body, known);
  const value = (name: string) => fieldValue(body, fields, name);
  const model = value("model");
  if (typeof model !== "string" || model === "")
    throw invalid(
      "model",
      "缺少字段 model，它应为模型名称。",
      "the field model is missing; it must be the name of a model.",
    );
  const stream = value("stream");
  if (stream !== null && typeof stream !== "boolean")
    throw invalid("stream", "字段 stream 应为 true 或 false。", "the field stream must be true or false.");
  if (isEmpty(body, fields, content, opening))
    throw new LoadRequested(model, isZero(value("keep_alive")) ? "unload" : "load", content);
  return { object: fields.object, model, isStream: stream ?? true, outputLimit: readLimit(body, fields) };
}

function fieldValue(body: Buffer, { byName }: Fields, name: string): unknown {
  const member = byName.get(name);
  return member === undefined ? null : JSON.parse(body.toString("utf8", member.valueStart, member.valueEnd));
}

/** Whether the list or text that is to be answered is missing or has nothing in it. */
function isEmpty(body: Buffer, { byName }: Fields, name: "messages" | "prompt", opening: number): boolean {
  const member = byName.get(name);
  if (member === undefined || body[member.valueStart] === 0x6e) return true;
  if (body[member.valueStart] !== opening)
    throw name === "messages"
      ? invalid(name, "字段 messages 应为列表。", "the field messages must be a list.")
      : invalid(name, "字段 prompt 应为字符串。", "the field prompt must be a string.");
  for (let at = member.valueStart + 1; at < member.valueEnd - 1; at++) {
    // In a list blanks are nothing; in a text they are content.
    if (opening === 0x22 || (body[at] ?? 0) > 0x20) return false;
  }
  return true;
}

function readLimit(body: Buffer, { byName }: Fields): number | null {
  const options = byName.get("options");
  if (options === undefined || body[options.valueStart] === 0x6e) return null;
  if (body[options.valueStart] !== 0x7b)
    throw invalid("options", "字段 options 应为对象。", "the field options must be an object.");
  const bytes = body.subarray(options.valueStart, options.valueEnd);
  const member = fieldsOf(bytes, scanObject(bytes), optionFields, "options.").get("num_predict");
  if (member === undefined) return null;
  const limit: unknown = JSON.parse(bytes.toString("utf8", member.valueStart, member.valueEnd));
  if (limit === null) return null;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit > MAXIMUM_OUTPUT)
    throw invalid(
      "options.num_predict",
      `字段 options.num_predict 应为不超过 ${MAXIMUM_OUTPUT} 的整数。`,
      `the field options.num_predict must be a whole number up to ${MAXIMUM_OUTPUT}.`,
    );
  return limit > 0 ? limit : null;
}

/** `keep_alive` as a number of seconds or a duration in Go's spelling: 0 unloads. */
function isZero(keepAlive: unknown): boolean {
  if (typeof keepAlive === "string") return /^0+(?:\.0+)?(?:ns|us|µs|ms|s|m|h)?$/.test(keepAlive);
  return keepAlive === 0;
}
