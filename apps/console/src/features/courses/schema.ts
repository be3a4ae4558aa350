import { allowanceModes, allowancePeriods } from "@lyceum/domain";
import { z } from "zod";
import { amount } from "#features/users/schema.ts";

/** As many members as a course may have; a funding is a few statements however many they are. */
const MAX_MEMBERS = 5000;

const courseId = z.uuid();
const memberId = z.uuid();
export const reason = z.string().trim().min(1, "courses.reasonMissing").max(200);
export const positive = amount.refine((nanos) => nanos > 0n, "users.amountZero");
/** YYYY-MM-DD in the site's zone, of this millennium: a year half typed is 0026, which a Date takes for 1926. */
export const day = z
  .string()
  .refine((text) => z.iso.date().safeParse(text).success && text >= "2000" && text < "3000", "courses.dateWrong");
export const optionalDay = z.union([z.literal(""), day]);

export const createInput = z.object({
  code: z.string().trim().min(1).max(32),
  name: z.string().trim().min(1).max(100),
  firstDay: optionalDay,
  lastDay: day,
});

export const chooseInput = z.object({ courseId, view: z.record(z.string(), z.string()) });

export const fundInput = z
  .object({
    courseId,
    memberIds: z.array(memberId).min(1, "users.nobodyChosen").max(MAX_MEMBERS, "users.tooManyChosen"),
    mode: z.enum(allowanceModes),
    amount,
    reason,
  })
  .refine(({ mode, amount: nanos }) => mode === "set-to" || nanos > 0n, {
    path: ["amount"],
    message: "users.amountZero",
  });
/** Without members: all students of the course, those who join later too. */
export const allowanceInput = z.object({
  courseId,
  memberIds: z.array(memberId).min(1, "users.nobodyChosen").max(MAX_MEMBERS, "users.tooManyChosen").nullable(),
  mode: z.enum(allowanceModes),
  period: z.enum(allowancePeriods),
  amount: positive,
  /** Empty: the course's. */
  lastDay: optionalDay,
  reason,
});
export const stopInput = z.object({ courseId, allowanceId: z.uuid() });
/** What an import gives along with the roster. */
export const rosterMoney = allowanceInput
  .pick({ mode: true, amount: true, lastDay: true, reason: true })
  .extend({ every: z.enum(["once", ...allowancePeriods]) });
export const undoInput = z.object({ courseId, fundingId: z.uuid() });

export const codesInput = z.object({
  courseId,
  onlyMissing: z.boolean(),
  memberIds: z.array(memberId).min(1, "users.nobodyChosen").max(MAX_MEMBERS, "users.tooManyChosen"),
});
export const memberInput = z.object({ courseId, memberId });

export const poolInput = z.object({ courseId, amount: positive, lastDay: optionalDay, reason });

export const settingsInput = z.object({
  courseId,
  name: z.string().trim().min(1).max(100),
  firstDay: optionalDay,
  lastDay: day,
  models: z.array(z.string().min(1).max(200)).max(1000),
  groupIds: z.array(z.string().min(1).max(64)).max(100),
  /** Empty: none. */
  defaultAmount: z.union([z.literal("").transform(() => null), positive]),
  /** Empty: nothing; left out: as it is. */
  advance: z.union([z.literal("").transform(() => null), positive]).optional(),
});
export const staffInput = z.object({
  courseId,
  studentId: z.string().trim().min(1).max(64),
  role: z.enum(["ta", "instructor"]),
});
export const archiveInput = z.object({ courseId });
export const copyInput = createInput.extend({ courseId, withStudents: z.boolean() });
