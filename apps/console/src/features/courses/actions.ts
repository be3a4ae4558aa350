"use server";
import {
  addCourseStaff,
  archiveCourse,
  confirmMember,
  copyCourse,
  createCourse,
  endMemberships,
  getSettings,
  issueActivationCodes,
  listChosenMembers,
  moveCourseEnd,
  removeCourseStaff,
  requireCourseRole,
  updateCourse,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { addCourseAllowance, fund, fundMembers, stopCourseAllowance, undoFunding } from "@lyceum/ledger";
import { parseDay, startOfDay } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";
import { endOfDay, optionalEnd } from "./end-of-day.ts";
import { filterOf, readMemberView } from "./filter.ts";
import {
  allowanceInput,
  archiveInput,
  chooseInput,
  codesInput,
  copyInput,
  createInput,
  fundInput,
  memberInput,
  poolInput,
  settingsInput,
  staffInput,
  stopInput,
  undoInput,
} from "./schema.ts";

// Courses have roles of their own: every act here asks for them by requireCourseRole, inside of what it calls.

/** The pool is empty until an admin funds it. */
export const createNewCourse = defineAction({
  role: "any",
  input: createInput,
  fields: { name_taken: "code" },
  run: async ({ tx, actor, input }) => {
    const { timeZone } = await getSettings(tx);
    const { code, name } = input;
    const startsAt = parseDay(input.firstDay, timeZone);
    const { id } = await createCourse(tx, actor, { code, name, startsAt, endsAt: endOfDay(input.lastDay, timeZone) });
    return { id };
  },
});

/** Everybody the page's filter matches, for "select all": what is then shown and summed up is what will be changed. */
export const chooseAllMembers = defineAction({
  role: "any",
  input: chooseInput,
  run: ({ tx, actor, input }) => listChosenMembers(tx, actor, input.courseId, filterOf(readMemberView(input.view))),
});

/** For all or none, out of the pool. Answers who kept what running requests hold. */
export const fundCourseMembers = defineAction({
  role: "any",
  input: fundInput,
  once: true,
  fields: { invalid_amount: "amount" },
  timeoutMs: 30_000,
  run: async ({ tx, actor, input }) => {
    const { amount: amountNanos, ...rest } = input;
    const { members, fundingId, pool } = await fundMembers(tx, actor, { ...rest, amountNanos });
    const missing = members
      .filter((each) => each.missingNanos > 0n)
      .map(({ studentId, name, missingNanos, afterNanos }) => ({ studentId, name, missingNanos, afterNanos }));
    const changed = members.filter((each) => each.afterNanos !== each.beforeNanos).length;
    return { fundingId, changed, missing, pool };
  },
});

/** Money that comes each day, week or month; the current period's at once, for all or none. */
export const giveRegularly = defineAction({
  role: "any",
  input: allowanceInput,
  once: true,
  fields: { invalid_amount: "amount" },
  timeoutMs: 30_000,
  run: async ({ tx, actor, input }) => {
    const { amount: amountNanos, lastDay, ...rest } = input;
    const { timeZone } = await getSettings(tx);
    const added = await addCourseAllowance(tx, actor, { ...rest, amountNanos, endsAt: optionalEnd(lastDay, timeZone) });
    const { isNew, drawn } = added;
    return { isNew, people: drawn.people, neededNanos: drawn.neededNanos };
  },
});

export const stopRegular = defineAction({
  role: "any",
  input: stopInput,
  run: ({ tx, actor, input }) => stopCourseAllowance(tx, actor, input),
});

/** What is left of it goes back to the pool. */
export const undoCourseFunding = defineAction({
  role: "any",
  input: undoInput,
  timeoutMs: 30_000,
  run: ({ tx, actor, input }) => undoFunding(tx, actor, input),
});

/** Whoever registered the member's ID is that person, and gets what waited. */
export const confirmCourseMember = defineAction({
  role: "any",
  input: memberInput,
  run: async ({ tx, actor, input }) => {
    await confirmMember(tx, actor, input);
  },
});

/** The code is answered this once. */
export const issueMemberCode = defineAction({
  role: "any",
  input: memberInput,
  run: async ({ tx, actor, input }) => {
    const [issued] = await issueActivationCodes(tx, actor, { courseId: input.courseId, memberIds: [input.memberId] });
    if (issued === undefined) throw new AppError("not_found");
    return { code: issued.code };
  },
});

/** Codes for those of them whose ID nobody has proven; they are answered this once. */
export const issueChosenCodes = defineAction({
  role: "any",
  input: codesInput,
  timeoutMs: 30_000,
  run: ({ tx, actor, input }) => issueActivationCodes(tx, actor, { ...input, skipProven: true }),
});

export const endMembership = defineAction({
  role: "any",
  input: memberInput,
  run: async ({ tx, actor, input }) => {
    await endMemberships(tx, actor, { courseId: input.courseId, memberIds: [input.memberId] });
  },
});

/** More money for the pool; to the end of its last day, or for good. */
export const fundCoursePool = defineAction({
  role: "admin",
  input: poolInput,
  once: true,
  fields: { invalid_amount: "amount", invalid_request: "lastDay" },
  run: async ({ tx, actor, input }) => {
    const { poolId } = await requireCourseRole(tx, actor, input.courseId, "grantToAnybody");
    const { timeZone } = await getSettings(tx);
    const endsAt = optionalEnd(input.lastDay, timeZone);
    await fund(tx, actor, { accountId: poolId, amountNanos: input.amount, reason: input.reason, endsAt });
  },
});

export const setCourseSettings = defineAction({
  role: "any",
  input: settingsInput,
  fields: { group_not_found: "groupIds", invalid_amount: "defaultAmount" },
  run: async ({ tx, actor, input }) => {
    const { courseId, name, models, groupIds, defaultAmount: defaultAmountNanos } = input;
    const advance = input.advance === undefined ? {} : { advanceNanos: input.advance };
    const course = await requireCourseRole(tx, actor, courseId, "lead");
    const { timeZone } = await getSettings(tx);
    const isDay = (at: Date | null, text: string) =>
      (at && startOfDay(at, timeZone).getTime()) === (parseDay(text, timeZone)?.getTime() ?? null);
    // Only another day moves them: the hour may have been set from a shell. The end comes first, so that the first day is measured by it.
    if (!isDay(course.endsAt, input.lastDay)) {
      await moveCourseEnd(tx, actor, { courseId, endsAt: endOfDay(input.lastDay, timeZone) });
    }
    const startsAt = isDay(course.startsAt, input.firstDay) ? course.startsAt : parseDay(input.firstDay, timeZone);
    await updateCourse(tx, actor, { courseId, name, models, groupIds, defaultAmountNanos, ...advance, startsAt });
  },
});

export const addStaff = defineAction({
  role: "any",
  input: staffInput,
  fields: { user_not_found: "studentId", invalid_request: "studentId" },
  run: async ({ tx, actor, input }) => {
    await addCourseStaff(tx, actor, input);
  },
});

export const removeStaff = defineAction({
  role: "any",
  input: memberInput,
  run: ({ tx, actor, input }) => removeCourseStaff(tx, actor, input),
});

export const archive = defineAction({
  role: "any",
  input: archiveInput,
  run: ({ tx, actor, input }) => archiveCourse(tx, actor, input),
});

/** The course of the next term. */
export const copyToNextTerm = defineAction({
  role: "any",
  input: copyInput,
  fields: { name_taken: "code" },
  timeoutMs: 30_000,
  run: async ({ tx, actor, input }) => {
    const { courseId, code, name, withStudents } = input;
    const { timeZone } = await getSettings(tx);
    const term = { startsAt: parseDay(input.firstDay, timeZone), endsAt: endOfDay(input.lastDay, timeZone) };
    const { id } = await copyCourse(tx, actor, { courseId, code, name, withStudents, ...term });
    return { id };
  },
});
