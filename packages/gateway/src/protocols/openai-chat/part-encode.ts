import type { MediaPart, UserPart } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { OpenAiDialect } from "../../providers/openai-dialect.ts";

/** The content of a user's message: a text where there is only one, else a list. Throws `invalid_request` for media that the server can't take. */
export function encodeUserParts(
  parts: readonly UserPart[],
  dialect: OpenAiDialect,
  notes: Notes,
): string | readonly object[] {
  const encoded = parts.map((part) => {
    if (part.cacheControl !== undefined) notes.drop("cache_control");
    return part.type === "text" ? part.text : encodeMedia(part, dialect);
  });
  const texts = encoded.filter((each) => typeof each === "string");
  const isTextOnly = !Object.values(dialect.media).includes(true);
  if (texts.length === encoded.length && (texts.length <= 1 || isTextOnly)) return texts.join("\n");
  return encoded.map((each) => (typeof each === "string" ? { type: "text", text: each } : each));
}

/** A part of its own, or the text of a document that is text. */
function encodeMedia(part: MediaPart, { media }: OpenAiDialect): string | object {
  const { source } = part;
  if (part.type === "document" && source.kind === "base64" && isText(source.mediaType)) {
    return Buffer.from(source.data, "base64").toString("utf8");
  }
  if (!media[part.type]) throw refused(part.type);
  if (part.type === "image") {
    const url = source.kind === "url" ? source.url : dataUrl(source);
    return { type: "image_url", image_url: { url, ...(part.detail !== undefined && { detail: part.detail }) } };
  }
  if (source.kind === "url") throw refused(part.type);
  if (part.type === "audio") {
    return { type: "input_audio", input_audio: { data: source.data, format: audioFormat(source.mediaType) } };
  }
  return { type: "file", file: { filename: part.filename ?? "document.pdf", file_data: dataUrl(source) } };
}

/** A data URL (RFC 2397). */
export function dataUrl({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string {
  return `data:${mediaType};base64,${data}`;
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith("text/") || mediaType === "application/json";
}

function audioFormat(mediaType: string): string {
  const kind = mediaType.slice(mediaType.indexOf("/") + 1).split(";")[0] ?? "";
  if (kind === "mpeg") return "mp3";
  return kind.replace(/^(?:x-|vnd\.)/, "").replace(/^wave$/, "wav");
}

const words = { image: ["图片", "images"], document: ["文件", "files"], audio: ["音频", "sound"] } as const;

function refused(type: MediaPart["type"]) {
  const [zh, en] = words[type];
  return invalid("messages", `该模型的服务不接受${zh}。`, `this model's server takes no ${en}.`);
}
