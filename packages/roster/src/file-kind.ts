import type { ProblemCode } from "./problems.ts";

/** What a file is by its bytes: a zip (perhaps xlsx), text as far as one sees, or something that isn't read, and why. */
export type FileKind = "zip" | "text" | { readonly refused: ProblemCode };

const signatures: readonly (readonly [offset: number, start: string, refused: ProblemCode])[] = [
  [0, "%PDF-", "kind_pdf"],
  [0, "\x89PNG", "kind_picture"],
  [0, "\xff\xd8\xff", "kind_picture"],
  [0, "GIF8", "kind_picture"],
  [0, "II*\0", "kind_picture"],
  [0, "MM\0*", "kind_picture"],
  [8, "WEBP", "kind_picture"],
  [4, "ftyp", "kind_picture"],
  [0, "\x1f\x8b", "kind_archive"],
  [0, "7z\xbc\xaf\x27\x1c", "kind_archive"],
  [0, "Rar!", "kind_archive"],
  [0, "{\\rtf", "kind_document"],
];

export function fileKind(bytes: Uint8Array): FileKind {
  const start = latin1(bytes.subarray(0, 2048));
  if (start.startsWith("PK\x03\x04") || start.startsWith("PK\x05\x06")) return "zip";
  if (start.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return { refused: compoundFile(bytes) };
  for (const [offset, signature, refused] of signatures) if (start.startsWith(signature, offset)) return { refused };
  // Also UTF-16: its zeros and mark don't matter here.
  const words = start
    .replace(/^\xef\xbb\xbf|^\xff\xfe|^\xfe\xff/, "")
    .replaceAll("\0", "")
    .trimStart()
    .toLowerCase();
  if (/^<(?:!doctype html|html|head|body|table|div|meta|style|script|!--)/.test(words)) return { refused: "kind_html" };
  if (words.startsWith("<?xml")) return { refused: /<html[\s>]/.test(words) ? "kind_html" : "kind_xml" };
  if (/^id;p\w*(?:;[ne])*\r?\n[pfbco];|^table\r?\n0,1\r?\n/.test(words)) return { refused: "kind_old_text" };
  if (/^[[{]/.test(words) && isJson(bytes, words)) return { refused: "kind_json" };
  return "text";
}

/** Old Office files and encrypted new ones share a container, whose directory names its streams in UTF-16. */
function compoundFile(bytes: Uint8Array): ProblemCode {
  const names = new TextDecoder("utf-16le").decode(bytes);
  if (names.includes("EncryptedPackage")) return "xlsx_password";
  if (names.includes("WordDocument") || names.includes("PowerPoint Document")) return "kind_document";
  return "kind_xls";
}

/** Large ones are told by their start: what brackets alone can make of 10 MB would take a hundred. */
function isJson(bytes: Uint8Array, start: string): boolean {
  if (bytes.length > 1_000_000) return /^\[?\s*\{\s*"/.test(start);
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
