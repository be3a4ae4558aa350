import { AppError } from "@lyceum/domain";
import { FieldValues } from "../../json/field-values.ts";
import type { JsonObject } from "../../json/json-scanner.ts";
import { type Fields, invalid, type KnownFields, knownFields, readFields } from "../../json/plain-fields.ts";

/** Renders a template instead of asking a model: that is nothing a price covers. */
const REFUSED = ["_debug_render_only"];
const chatFields = knownFields(["model", "messages", "stream", "options", "keep_alive"], REFUSED);
const generateFields = knownFields(["model", "prompt", "stream", "options", "keep_alive"], REFUSED);
const optionFields = knownFields(["num_predict"]);
/** By -1 Ollama means no limit, by -2 as much as the context holds. */
const FILL_CONTEXT = -2;
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
  const values = new FieldValues(body, fields);
  const model = values.text("model");
  if (model === null || model === "")
    throw invalid(
      "model",
      "缺少字段 model，它应为模型名称。",
      "the field model is missing; it must be the name of a model.",
    );
  const isStream = values.boolean("stream") ?? true;
  if (isEmpty(body, fields, content, opening))
    throw new LoadRequested(model, isZero(values.value("keep_alive")) ? "unload" : "load", content);
  const limit = values.object("options", optionFields)?.count("num_predict", MAXIMUM_OUTPUT, FILL_CONTEXT) ?? null;
  return { object: fields.object, model, isStream, outputLimit: limit !== null && limit > 0 ? limit : null };
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

/** `keep_alive` as a number of seconds or a duration in Go's spelling: 0 unloads. */
function isZero(keepAlive: unknown): boolean {
  if (typeof keepAlive === "string") return /^0+(?:\.0+)?(?:ns|us|µs|ms|s|m|h)?$/.test(keepAlive);
  return keepAlive === 0;
}
