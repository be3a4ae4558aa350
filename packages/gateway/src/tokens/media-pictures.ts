import { sniffMediaType } from "../canonical/sniff-media-type.ts";
import type { JsonTally } from "../json/json-scanner.ts";

// How many characters of base64 come to as many tokens as one picture is counted with (1,600).
/** A picture is one, however large. PDFs: some 24 KB to a page of text. */
const OF_PDF = 32 * 1024;
/** Words are of four letters, with the blanks: base64 of a text, or the text itself. */
const OF_TEXT = 6_400;
/** Sound and films: 16 kbit/s, which is little, at 32 tokens a second, which is much. */
const OF_OTHERS = 128 * 1024;
/** Enough to know a type by; a multiple of four. */
const HEAD = 96;

/**
 * What the media of a request count for, in pictures: they are never decoded, so documents and sound count by their size. Nobody may send a book
 * for the price of a picture.
 */
export function mediaPictures(body: Buffer, { media, textMedia, addresses }: JsonTally): number {
  let pictures = addresses;
  for (let index = 0; index < media.length; index += 2) {
    const start = media[index] ?? 0;
    const end = media[index + 1] ?? 0;
    const one = textMedia.has(start) ? OF_TEXT : charactersOfPicture(body, start, end);
    pictures += Math.max(1, Math.ceil((end - start) / one));
  }
  return pictures;
}

/** Whether there are pictures, and sound: only what its first bytes, its name or its address shows to be one. */
export function mediaKinds(body: Buffer, { media, hasPictureAddress }: JsonTally) {
  let hasPictures = hasPictureAddress;
  let hasSound = false;
  for (let index = 0; index < media.length; index += 2) {
    const start = media[index] ?? 0;
    const type = sniffMediaType(Buffer.from(headOf(body, start, media[index + 1] ?? 0), "base64"));
    hasPictures ||= type === null ? isNamedPicture(body, start) : type.startsWith("image/");
    hasSound ||= type?.startsWith("audio/") === true;
  }
  return { hasPictures, hasSound };
}

function headOf(body: Buffer, start: number, end: number): string {
  return body.toString("latin1", start, Math.min(end, start + HEAD)).replaceAll("\\", "");
}

function isNamedPicture(body: Buffer, start: number): boolean {
  return /data:image\/[^,]*,$/i.test(body.toString("latin1", Math.max(0, start - HEAD), start));
}

function charactersOfPicture(body: Buffer, start: number, end: number): number {
  const bytes = Buffer.from(headOf(body, start, end), "base64");
  const type = sniffMediaType(bytes);
  if (type?.startsWith("image/") === true) return Number.POSITIVE_INFINITY;
  if (type === "application/pdf") return OF_PDF;
  // Of a type that no first bytes show: what takes it for a picture makes one of it, or nothing.
  if (type === null && isNamedPicture(body, start)) return Number.POSITIVE_INFINITY;
  return type === null && isText(bytes) ? OF_TEXT : OF_OTHERS;
}

/** No control characters but those of lines. */
function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
