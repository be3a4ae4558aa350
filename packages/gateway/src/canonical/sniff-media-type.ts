/** The media type that the first bytes of a file show; null: none that models take. */
export function sniffMediaType(bytes: Buffer): string | null {
  const ascii = (start: number, end: number) => bytes.toString("latin1", start, end);
  if (bytes[0] === 0x89 && ascii(1, 4) === "PNG") return "image/png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (ascii(0, 4) === "GIF8") return "image/gif";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return "image/webp";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WAVE") return "audio/wav";
  if (ascii(0, 2) === "BM") return "image/bmp";
  if (ascii(4, 8) === "ftyp" && /^(?:heic|heix|mif1)/.test(ascii(8, 12))) return "image/heic";
  if (ascii(0, 5) === "%PDF-") return "application/pdf";
  if (ascii(0, 3) === "ID3" || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2)) return "audio/mpeg";
  if (ascii(0, 4) === "fLaC") return "audio/flac";
  if (ascii(0, 4) === "OggS") return "audio/ogg";
  return null;
}

/**
 * The media type of base64 data as it should be named: what the bytes show where `named` is missing, a wildcard, or another than they show (case
 * 25); else as named.
 */
export function mediaTypeOf(data: string, named: string | null): string {
  const sniffed = sniffMediaType(Buffer.from(data.slice(0, 64), "base64"));
  return sniffed ?? named ?? "application/octet-stream";
}
