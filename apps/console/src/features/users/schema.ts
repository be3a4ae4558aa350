import {
  AppError,
  allowanceModes,
  allowancePeriods,
  MAX_AMOUNT_NANOS,
  parseAmount,
  parseStudentId,
  personNameSchema,
  userRoles,
} from "@lyceum/domain";
import { z } from "zod";
import { limitFields } from "#features/limits/schema.ts";

/** As many as one transaction takes well within its time limit. */
export const MAX_CHOSEN = 1000;

const userIds = z.array(z.uuid()).min(1, "users.nobodyChosen").max(MAX_CHOSEN, "users.tooManyChosen");
const userId = z.uuid();

/** What is wrong with an amount as typed, as a message key; undefined where `parseAmount` reads it. */
export function amountProblem(text: string): string | undefined {
  const plain = text.trim().replaceAll(",", "");
  if (/^[-−]/.test(plain)) return "users.amountNegative";
  if (/^\d+\.\d{10,}$/.test(plain)) return "users.amountDecimals";
  try {
    parseAmount(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return /^\d+(\.\d+)?$/.test(plain) ? "users.amountTooLarge" : "validation.invalidAmount";
  }
}

/** An amount as typed → nanos, at most MAX_AMOUNT_NANOS. */
export const amount = z
  .string()
  .trim()
  .min(1)
  .max(64, "users.amountTooLarge")
  .superRefine((text, context) => {
    const message = text === "" ? undefined : amountProblem(text);
    if (message) context.addIssue({ code: "custom", message });
  })
  .transform((text) => (amountProblem(text) === undefined ? parseAmount(text) : 0n))
  .pipe(z.bigint().min(0n).max(MAX_AMOUNT_NANOS));

export const fundInput = z
  .object({
    userIds,
    mode: z.enum(["add", "set"]),
    amount,
    reason: z.string().trim().min(1, "users.reasonMissing").max(200),
  })
  .refine(({ mode, amount }) => mode === "set" || amount > 0n, { path: ["amount"], message: "users.amountZero" });

export const allowanceInput = z.object({
  userId,
  mode: z.enum(allowanceModes),
  period: z.enum(allowancePeriods),
  amount: amount.refine((nanos) => nanos > 0n, "users.amountZero"),
  /** YYYY-MM-DD in the site's zone; empty: until it is stopped. */
  lastDay: z.string().refine((text) => text === "" || z.iso.date().safeParse(text).success, "users.dateWrong"),
  reason: z.string().trim().min(1, "users.reasonMissing").max(200),
});
export const allowanceStopInput = z.object({ allowanceId: z.uuid() });

export const verifyInput = z.object({ userIds });
export const disabledInput = z.object({ userIds, disabled: z.boolean() });
export const membershipInput = z.object({
  userIds,
  groupId: z.string().min(1, "users.groupMissing").max(64),
  member: z.boolean(),
});
export const groupsInput = z.object({ userId, groupIds: z.array(z.string().min(1).max(64)).max(100) });
export const limitsInput = z.object({ userId, ...limitFields });
export const roleInput = z.object({ userId, role: z.enum(userRoles) });
export const passwordInput = z.object({ userId });
export const keyInput = z.object({ userId, keyId: z.uuid(), disabled: z.boolean() });

export const addUserInput = z.object({
  studentId: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .refine((text) => text === "" || isStudentId(text), "users.badStudentId"),
  name: personNameSchema,
  role: z.enum(userRoles),
});

function isStudentId(text: string): boolean {
  try {
    parseStudentId(text);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
