import { AppError, parseStudentId } from "@lyceum/domain";
import type { ProblemCode } from "../problems.ts";

export type ReadStudentId =
  | { readonly ok: true; readonly id: string; readonly changed: boolean }
  | { readonly ok: false; readonly code: ProblemCode };

/**
 * A student ID as text. Full-width characters are made plain, blanks and apostrophes taken off (`changed` says so); case and outer blanks
 * change silently. What a spreadsheet has damaged is never repaired: its digits are gone.
 */
export function readStudentId(text: string): ReadStudentId {
  const trimmed = text.trim();
  // Far beyond any ID with blanks in it; the patterns below take the square of a length.
  if (trimmed.length > 100) return { ok: false, code: "id_invalid" };
  const plain = trimmed
    .normalize("NFKC")
    .replace(/[\s\p{Cf}]/gu, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/^['`´‘’]+|['`´‘’]+$/g, "");
  if (/^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$|^[+-]?\d+[.,]\d+E\d+$/i.test(plain)) return { ok: false, code: "id_scientific" };
  if (/^\d+\.\d*$/.test(plain)) return { ok: false, code: "id_decimal" };
  if (/^#/.test(plain)) return { ok: false, code: "id_not_shown" };
  try {
    const id = parseStudentId(plain);
    return { ok: true, id, changed: id !== trimmed.toUpperCase() };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, code: "id_invalid" };
    throw error;
  }
}
