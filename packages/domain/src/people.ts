import { z } from "zod";
import { AppError } from "./errors.ts";

/** auditor: reads courses, ledger and audit trail, and changes nothing. */
export const userRoles = ["student", "admin", "auditor"] as const;
export type UserRole = (typeof userRoles)[number];

/** Trims, upper-cases letters and checks a student ID: 4 to 32 letters, digits or hyphens. It stays text: leading zeros count. */
export function parseStudentId(text: string): string {
  const trimmed = text.trim().toUpperCase();
  if (!/^[0-9A-Z](?:[0-9A-Z-]{2,30})[0-9A-Z]$/.test(trimmed)) throw new AppError("invalid_student_id");
  return trimmed;
}

export const MIN_PASSWORD_LENGTH = 10;

/** The most used passwords of ten characters and more, and the patterns that make them up. */
const COMMON_PASSWORD =
  /^(?:(.)\1+|(?:0?1234567890?|0987654321|qwertyuiop|1qaz2wsx3edc|password|woaini|iloveyou|admin|letmein|welcome)[0-9!@#$%]*)$/i;

/** Throws `weak_password` for one that is short, common, or holds the student ID. */
export function checkPassword(password: string, studentId: string): void {
  const tooShort = [...password].length < MIN_PASSWORD_LENGTH || password.length > 200;
  const holdsId = password.toUpperCase().includes(studentId.toUpperCase());
  if (tooShort || holdsId || COMMON_PASSWORD.test(password)) throw new AppError("weak_password");
}

/** A person's name as shown: trimmed, 1 to 64 characters, no control characters. */
export const personNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}]*$/u);
