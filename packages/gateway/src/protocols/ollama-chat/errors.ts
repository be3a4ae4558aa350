import { type AppError, formatRequestId } from "@lyceum/domain";
import type { UpstreamComplaint } from "../../canonical/reply.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";

/** Where Ollama's own clients take a key from: they are made for servers that ask for none. */
const KEY_HINT = {
  zh: "Ollama 客户端可用环境变量 OLLAMA_API_KEY，或在客户端里设置这个请求头。",
  en: "Clients of Ollama take it from the environment variable OLLAMA_API_KEY, or set that header themselves.",
};

/**
 * The error in Ollama's shape: one text under `error`, which is all that its clients read and show; our code, the page that goes on and the request's id stand beside it.
 * `requestId` is a UUID.
 */
export function encodeError(error: AppError, requestId: string): Buffer {
  return Buffer.from(errorText(error, requestId));
}

/** The same as a line of a stream. No `done` follows: a client must not take the answer for whole. */
export function encodeErrorLine(error: AppError, requestId: string): string {
  return `${errorText(error, requestId)}\n`;
}

function errorText(error: AppError, requestId: string): string {
  return JSON.stringify({
    error: `${sentence(error, "zh")} / ${sentence(error, "en")}`,
    code: error.code,
    whose_move: error.move,
    ...(error.consoleUrl !== undefined && { console_url: error.consoleUrl }),
    request_id: formatRequestId(requestId),
  });
}

function sentence(error: AppError, locale: "zh" | "en"): string {
  const hint = error.code === "missing_key" ? KEY_HINT[locale] : hintOf(error, locale);
  return [error.sentence(locale), ...(hint === "" ? [] : [hint])].join(locale === "en" ? " " : "");
}

function hintOf(error: AppError, locale: "zh" | "en"): string {
  return error.code === "not_found" ? String(error.parameters[`hint_${locale}`] ?? "") : "";
}

/** What an error body of an upstream says, or null. */
export function readComplaint(body: Buffer): UpstreamComplaint | null {
  return complaintIn(parseJson(body.toString("utf8")));
}

/** {error: "…"}, with a status on lines of streams; proxies in front of it may write {error: {message, code}}. Null: it says nothing. */
export function complaintIn(value: unknown): UpstreamComplaint | null {
  if (!isRecord(value)) return null;
  const { error } = value;
  if (typeof error === "string") return { message: error, code: String(value.status ?? "") };
  if (!isRecord(error)) return null;
  const message = typeof error.message === "string" ? error.message : JSON.stringify(error);
  return { message, code: String(error.code ?? error.type ?? "") };
}
