import type { MediaPart } from "../../canonical/canonical-request.ts";
import { bytesSource } from "../../canonical/media-source.ts";
import type { Notes } from "../../canonical/notes.ts";
import { mediaTypeOf } from "../../canonical/sniff-media-type.ts";
import { invalid } from "../../json/plain-fields.ts";

type Blob = {
  readonly mimeType?: string | null | undefined;
  readonly data: string;
  readonly displayName?: string | null | undefined;
};
type File = {
  readonly mimeType?: string | null | undefined;
  readonly fileUri: string;
  readonly displayName?: string | null | undefined;
};

const YOUTUBE = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//i;
/** The host may end in a dot, and be followed by anything that ends a host. */
const GOOGLE = /^https?:[/\\]*[^/\\?#]*googleapis\.com\.?(?:[/\\:?#]|$)/i;
const extensions: Readonly<Record<string, MediaPart["type"]>> = {
  pdf: "document",
  txt: "document",
  mp3: "audio",
  wav: "audio",
};

/**
 * Whether Google's servers fetch an address by themselves for anybody: they do so for YouTube. Their own storage they read with our credential:
 * such addresses are left to the gateway's fetcher, which refuses them.
 */
export function isFetchedByGoogle(url: string): boolean {
  return YOUTUBE.test(url);
}

/** Whether an address is that of something stored with our credential: of Google's Files API, or in its storage. */
export function isStoredFile(uri: string): boolean {
  return !/^https?:/i.test(uri) || GOOGLE.test(uri);
}

/** `inlineData` of a request. Throws `invalid_request` for what no other protocol has: films. */
export function decodeBlob(blob: Blob, path: string): MediaPart {
  // Clients in Python write bytes in the alphabet for URLs, which other vendors refuse.
  const source = bytesSource(blob.data, blob.mimeType ?? null, `${path}.data`);
  return {
    type: typeOf(source.mediaType, path),
    source,
    ...(blob.displayName && { filename: blob.displayName }),
  };
}

/** `fileData` of a request: an address on the web. Throws `invalid_request` for files stored with Google, and for films. */
export function decodeFile(file: File, path: string): MediaPart {
  const { fileUri, mimeType, displayName } = file;
  if (isStoredFile(fileUri)) {
    throw invalid(
      `${path}.fileUri`,
      "这个文件存放在 Google，只有 Gemini 能读取；请用 inlineData 发送内容，或用 https 地址。",
      "this file is stored with Google, where only Gemini can read it: send its bytes as inlineData, or an https address.",
    );
  }
  const type = isWildcard(mimeType) ? typeOfAddress(fileUri, mimeType) : typeOf(mimeType ?? "", path);
  if (YOUTUBE.test(fileUri)) throw noFilms(path);
  return { type, source: { kind: "url", url: fileUri }, ...(displayName && { filename: displayName }) };
}

/** A part of a request to Gemini, or of an answer in its words. Its API refuses the name of a file, which Vertex takes as `displayName`. */
export function encodeMedia({ source, filename }: MediaPart, notes: Notes | null): Record<string, unknown> {
  if (filename !== undefined) notes?.drop("filename");
  if (source.kind === "url") return { fileData: { fileUri: source.url } };
  const mimeType = mediaTypeOf(source.data, isWildcard(source.mediaType) ? null : source.mediaType);
  return { inlineData: { mimeType, data: source.data } };
}

function isWildcard(mediaType: string | null | undefined): boolean {
  return !mediaType || mediaType.includes("*");
}

function typeOf(mediaType: string, path: string): MediaPart["type"] {
  if (mediaType.startsWith("image/")) return "image";
  if (mediaType.startsWith("audio/")) return "audio";
  if (mediaType.startsWith("video/")) throw noFilms(path);
  return "document";
}

function typeOfAddress(uri: string, wildcard: string | null | undefined): MediaPart["type"] {
  if (wildcard?.startsWith("audio/")) return "audio";
  const extension = /\.(\w{2,4})(?:[?#]|$)/.exec(uri)?.[1]?.toLowerCase() ?? "";
  return extensions[extension] ?? "image";
}

function noFilms(path: string) {
  return invalid(path, "这个模型的上游不接受视频。", "the upstream of this model takes no films.");
}
