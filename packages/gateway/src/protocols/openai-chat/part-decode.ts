import type { MediaPart, MediaSource, TextPart, UserPart } from "../../canonical/canonical-request.ts";
import { addressSource, bytesSource } from "../../canonical/media-source.ts";
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
      return { type: "audio", source: addressSource(url, null, `${path}.audio_url.url`) };
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
  const source = addressSource(url, null, `${path}.image_url.url`);
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
function decodeSource(data: string, named: string | null, field: string): MediaSource {
  return /^\s*https?:/i.test(data.slice(0, 64)) ? addressSource(data, named, field) : bytesSource(data, named, field);
}

function audioType(format: string | null): string | null {
  if (format === null) return null;
  return format === "mp3" ? "audio/mpeg" : `audio/${format}`;
}

function missing(path: string) {
  return invalid(path, `缺少字段 ${path}。`, `the field ${path} is missing.`);
}
