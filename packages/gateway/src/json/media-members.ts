// Where in their requests protocols have media, as far as a scanner can tell without building values.

/** A string in a media member that is shorter holds no picture. */
const LEAST_MEDIA = 64;
/** The head of a data URL is shorter, its type and parameters included. */
const LONGEST_HEAD = 128;
/** So much of a payload is looked at, in so many places, before it passes for base64. */
const LOOK = 64;
const LOOKS = 16;
/** Of an address that more than a picture may lie behind: a document, a film. */
export const HEAVY_ADDRESS = 16;
/** Films that a vendor fetches by itself have hundreds of tokens a second. */
const FILM_ADDRESS = 64;

/** What a member's name says of the strings in it. */
export const PLAIN = 0;
/** Base64, data URLs or addresses: pictures, sound, files. */
export const MEDIA = 1;
/** The same, and mostly more than a picture. */
export const HEAVY = 2;
/** Media only if it holds an object with a `url` or `data` of its own. */
const SOURCE = 3;
/** Arguments and results of tools: models read them as JSON, names and numbers too. */
export const VERBATIM = 4;
const kindOfName: ReadonlyMap<string, number> = new Map([
  ...["data", "images", "file_data", "image_url", "audio_url"].map((name) => [name, MEDIA] as const),
  ...["video_url", "video", "file_url", "fileUri", "file_uri"].map((name) => [name, HEAVY] as const),
  ["source", SOURCE],
  ...["input", "args", "arguments", "response"].map((name) => [name, VERBATIM] as const),
]);
/** By first letter and length, so that most other names are told apart by one look. */
const mayBeKnown = new Uint8Array(256 * 16);
for (const name of kindOfName.keys()) mayBeKnown[name.charCodeAt(0) * 16 + name.length] = 1;
const isBase64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  // The backslash stands before slashes and line ends, as some write them.
  /[A-Za-z0-9+/=_\\-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** `url` and `data` are media by the member that holds their object. */
export function kindOfMember(bytes: Buffer, start: number, end: number, around: number): number {
  const first = bytes[start] ?? 0;
  const length = end - start;
  if (first === 0x75 && length === 3) {
    if (around === PLAIN || around === VERBATIM || !startsWith(bytes, start, "url")) return PLAIN;
    return around === SOURCE ? MEDIA : around;
  }
  if (length > 15 || mayBeKnown[first * 16 + length] !== 1) return PLAIN;
  return kindOfName.get(bytes.toString("latin1", start, end)) ?? PLAIN;
}

/** `media_type` (Anthropic), `mimeType` or `mime_type` (Gemini). */
export function isTypeName(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length === 10) return startsWith(bytes, start, "media_type");
  return (
    (length === 8 && startsWith(bytes, start, "mimeType")) || (length === 9 && startsWith(bytes, start, "mime_type"))
  );
}

export function startsWith(bytes: Buffer, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return false;
  return true;
}

/** Where the base64 in a string of a media member begins, behind the head of a data URL; null: it is a text. */
export function base64Start(bytes: Buffer, start: number, end: number): number | null {
  let from = start;
  if (startsWith(bytes, start, "data:")) {
    const head = bytes.toString("latin1", start, Math.min(end, start + LONGEST_HEAD));
    const comma = head.indexOf(",");
    // Without base64 it is a text in another spelling.
    if (comma < 0 || !head.slice(0, comma).endsWith(";base64")) return null;
    from = start + comma + 1;
  } else if (end - start < LEAST_MEDIA) return null;
  return looksLikeBase64(bytes, from, end) ? from : null;
}

/** Whether no text shows: words have blanks and marks every few letters. */
function looksLikeBase64(bytes: Buffer, start: number, end: number): boolean {
  const step = Math.max(LOOK, Math.floor((end - start - LOOK) / LOOKS));
  for (let from = start; from < end; from += step) {
    const to = Math.min(end, from + LOOK);
    for (let at = from; at < to; at++) if (isBase64[bytes[at] ?? 0] === 0) return false;
  }
  return true;
}

/** How many pictures an address counts for. */
export function addressWeight(bytes: Buffer, start: number, end: number, kind: number): number {
  const address = bytes.toString("latin1", start, Math.min(end, start + 2_048));
  if (/^https?:\/\/[^/]*youtu\.?be/i.test(address)) return FILM_ADDRESS;
  return kind === HEAVY || /\.(?:pdf|mp4|mov|webm)(?:[?#]|$)/i.test(address) ? HEAVY_ADDRESS : 1;
}
