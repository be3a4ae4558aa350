import "server-only";
import type { NewAttachment } from "@lyceum/db";
import { estimateTextTokens, IMAGE_TOKENS } from "@lyceum/domain/tokens";
import { type imageTypes, playgroundLimits } from "../contract.ts";
import { readPdf } from "./read-pdf.ts";
import { type UploadProblem, uploadProblem } from "./upload-problems.ts";

const { imageBytes, pdfBytes, textBytes, fileTextLength } = playgroundLimits;

/** The most that has to be read of an upload that begins like this. */
export function mostUploadBytes(beginning: Buffer): number {
  if (sniffImage(beginning) !== null) return imageBytes;
  return isPdf(beginning) ? pdfBytes : textBytes;
}

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes("%PDF-");
}

const longestName = 200;

/** What a file is, by its bytes: what its sender says is believed of nothing that they don't show. */
export async function readUpload(
  bytes: Buffer,
  name: string,
  read: typeof readPdf = readPdf,
): Promise<NewAttachment | UploadProblem> {
  const common = { name: cleanName(name), bytes: bytes.length };
  if (bytes.length === 0) return uploadProblem("empty");
  const most = mostUploadBytes(bytes);
  if (bytes.length > most) return uploadProblem("too_large", most);
  const imageType = sniffImage(bytes);
  if (imageType !== null) {
    return {
      ...{ ...common, kind: "image", mediaType: imageType, pages: null, tokens: IMAGE_TOKENS, isCut: false },
      ...{ content: bytes, text: null },
    };
  }
  if (isPdf(bytes)) {
    const pdf = await read(bytes);
    if ("problem" in pdf) return uploadProblem(pdf.problem);
    if (pdf.text === "") return uploadProblem("no_text");
    const { text, pages, isCut } = pdf;
    return {
      ...{ ...common, kind: "pdf", mediaType: "application/pdf", pages, isCut },
      ...{ tokens: estimateTextTokens(text), content: null, text },
    };
  }
  const whole = decodeText(bytes);
  if (whole === null) return uploadProblem("unsupported");
  const text = whole.slice(0, fileTextLength);
  return {
    ...{ ...common, kind: "text", mediaType: "text/plain", pages: null, isCut: text.length < whole.length },
    ...{ tokens: estimateTextTokens(text), content: null, text },
  };
}

function sniffImage(bytes: Buffer): (typeof imageTypes)[number] | null {
  const starts = (text: string, at = 0) => bytes.toString("latin1", at, at + text.length) === text;
  if (starts("\x89PNG\r\n\x1a\n")) return "image/png";
  if (starts("\xff\xd8\xff")) return "image/jpeg";
  if (starts("GIF87a") || starts("GIF89a")) return "image/gif";
  return starts("RIFF") && starts("WEBP", 8) ? "image/webp" : null;
}

/** UTF-8, else GB18030, which many files of Chinese programs are in; null: no text. */
function decodeText(bytes: Buffer): string | null {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      // PostgreSQL keeps no NUL, and a text has none: it is a program, or an archive.
      return text.includes("\0") ? null : text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return null;
}

/** Without folders and control characters; a name is only shown, and sent to the model. */
function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = last
    .replace(/\p{Cc}/gu, "")
    .trim()
    .slice(0, longestName)
    .toWellFormed();
  return clean === "" ? "file" : clean;
}
