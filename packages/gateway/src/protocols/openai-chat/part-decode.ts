import type { MediaPart, MediaSource, TextPart, UserPart } from "../../canonical/canonical-request.ts";
import { mediaTypeOf } from "../../canonical/sniff-media-type.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import { partSchema, partSchemas, type WirePart } from "./wire.ts";

const innerNames = ["image_url", "input_audio", "audio_url", "file"] as const;

type Content = string | readonly WirePart[] | null | undefined;

/** The content of a user's or a tool's message. Throws `invalid_request` naming a part that has no counterpart elsewhere. */
export function decodeUserParts(content: Content, path: string, unmapped: string[]): UserPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (content ?? []).map((part, index) => decodePart(part, `${path}[${index}]`, unmapped));
}

/** The content of a message that can only be text. */
export function decodeTexts(content: Content, path: string, unmapped: string[]): TextPart[] {
  return decodeUserParts(content, path, unmapped).map((part, index) => {
    if (part.type === "text") return part;
    throw invalid(`${path}[${index}].type`, "此处只能是文本。", "only text can stand here.");
  });
}

function decodePart(part: WirePart, path: string, unmapped: string[]): UserPart {
  unmapped.push(...unknownMembers(partSchema, part, path));
  for (const name of innerNames) {
    const inner = part[name];
    if (typeof inner !== "object" || inner === null) continue;
    unmapped.push(...unknownMembers(partSchemas[name], inner, `${path}.${name}`));
  }
  const cacheable = part.cache_control === undefined ? {} : { cacheControl: part.cache_control };
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text ?? "", ...cacheable };
    case "image_url":
      return { ...decodeImage(part, path), ...cacheable };
    case "input_audio": {
      const { data = "", format } = part.input_audio ?? {};
      if (data === "") throw missing(`${path}.input_audio.data`);
      return { type: "audio", source: decodeSource(data, audioType(format ?? null), `${path}.input_audio.data`) };
    }
    case "audio_url": {
      const url = part.audio_url?.url ?? "";
      return { type: "audio", source: decodeAddress(url, `${path}.audio_url.url`) };
    }
    case "file":
      return { ...decodeFile(part, path), ...cacheable };
    default:
      throw invalid(
        `${path}.type`,
        `类型为 ${part.type} 的内容无法转换给该模型。`,
        `content of type ${part.type} can't be translated for this model.`,
      );
  }
}

function decodeImage({ image_url }: WirePart, path: string): MediaPart {
  const url = typeof image_url === "string" ? image_url : (image_url?.url ?? "");
  const detail = typeof image_url === "object" ? image_url?.detail : null;
  const source = decodeAddress(url, `${path}.image_url.url`);
  return { type: "image", source, ...(typeof detail === "string" && { detail }) };
}

/** A file by its bytes; an id means something only to the vendor that keeps the file (case 27). */
function decodeFile({ file }: WirePart, path: string): MediaPart {
  if (typeof file?.file_id === "string" && file.file_id !== "") {
    throw invalid(
      `${path}.file.file_id`,
      "文件编号只在原供应商处有效，请改用 file_data。",
      "a file id is only known to its own vendor; send file_data instead.",
    );
  }
  if (!file?.file_data) throw missing(`${path}.file.file_data`);
  const source = decodeSource(file.file_data, null, `${path}.file.file_data`);
  const mediaType = source.kind === "base64" ? source.mediaType : "";
  if (mediaType.startsWith("image/")) return { type: "image", source };
  if (mediaType.startsWith("audio/")) return { type: "audio", source };
  return { type: "document", source, ...(typeof file.filename === "string" && { filename: file.filename }) };
}

/** Base64 with or without a data URL's head, or an address. */
function decodeSource(data: string, named: string | null, path: string): MediaSource {
  if (data.startsWith("data:") || /^https?:/i.test(data.slice(0, 6))) return decodeAddress(data, path);
  return { kind: "base64", mediaType: mediaTypeOf(data, named), data };
}

/** A data URL's bytes (RFC 2397), or an address on the web; the type is what the bytes show where they show one (case 25). */
function decodeAddress(url: string, path: string): MediaSource {
  if (/^https?:\/\//i.test(url.slice(0, 8))) return { kind: "url", url };
  const comma = url.indexOf(",");
  if (!url.startsWith("data:") || comma < 0) {
    throw invalid(
      path,
      `字段 ${path} 应为 data: 地址或 http(s) 地址。`,
      `the field ${path} must be a data: or an http(s) address.`,
    );
  }
  const [type = "", ...parameters] = url.slice("data:".length, comma).split(";");
  const body = url.slice(comma + 1);
  const data = parameters.includes("base64") ? body : Buffer.from(unescaped(body, path)).toString("base64");
  if (data === "") throw missing(path);
  const named = type === "" || type.includes("*") ? null : type;
  return { kind: "base64", mediaType: mediaTypeOf(data, named), data };
}

function unescaped(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw invalid(path, `字段 ${path} 不是有效的 data: 地址。`, `the field ${path} is not a valid data: address.`);
  }
}

function audioType(format: string | null): string | null {
  if (format === null) return null;
  return format === "mp3" ? "audio/mpeg" : `audio/${format}`;
}

function missing(path: string) {
  return invalid(path, `缺少字段 ${path}。`, `the field ${path} is missing.`);
}
