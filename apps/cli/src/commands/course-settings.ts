import {
  type Actor,
  addCourseStaff,
  archiveCourse,
  copyCourse,
  type Db,
  getCourse,
  getSettings,
  listCourseMembers,
  removeCourseStaff,
} from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { CliError, type Command } from "../command.ts";
import { parseMoment } from "../moment.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;

export const courseShow: Command = {
  name: "course show",
  summary: "A course: its term, staff and settings, how many students, what its pool has and what waits.",
  needs: "see",
  options: { code },
  async run(_, { db, actor, course: { id } }) {
    const [course, { currency }] = await Promise.all([getCourse(db, actor, id), getSettings(db)]);
    const { settings, staff, numbers } = course;
    const amount = (nanos: bigint | null | undefined) => (nanos == null ? null : formatAmount(nanos));
    const json = {
      ...{ courseId: course.id, code: course.code, name: course.name },
      startsAt: course.startsAt?.toISOString() ?? null,
      endsAt: course.endsAt.toISOString(),
      archivedAt: course.archivedAt?.toISOString() ?? null,
      ...{ models: settings.models, groups: settings.groupIds, staff: staff.map(({ name, role }) => ({ name, role })) },
      defaultAmount: amount(settings.defaultAmountNanos),
      advance: amount(settings.advanceNanos),
      ...{ students: numbers?.students ?? 0, unproven: numbers?.unproven ?? 0, currency },
      pool: amount(numbers?.poolNanos),
      waiting: amount(numbers?.waitingNanos),
      available: amount(numbers?.availableNanos),
    };
    const state = course.archivedAt !== null ? "archived" : course.hasEnded ? "ended" : "ends";
    return {
      lines: [
        `${course.code}  ${course.name}  ${state} ${json.archivedAt ?? json.endsAt}`,
        `${json.students} students, ${json.unproven} of them without a proven ID.`,
        `Pool ${json.pool} ${currency}: ${json.waiting} waits for proofs, ${json.available} can be granted.`,
        ...json.staff.map((each) => `${each.role}  ${each.name}`),
      ],
      json,
    };
  },
};

export const courseArchive: Command = {
  name: "course archive",
  summary: "Make a course that has ended read-only.",
  needs: "lead",
  options: { code },
  async run(_, { db, actor, course }) {
    await db.$transaction((tx) => archiveCourse(tx, actor, { courseId: course.id }));
    return { lines: [`Archived ${course.code}.`], json: { code: course.code } };
  },
};

export const courseCopy: Command = {
  name: "course copy",
  summary: "Make the course of the next term: same settings and staff, an empty pool.",
  needs: "lead",
  options: {
    code,
    to: { value: "CODE", help: "the new course's code", required: true },
    name: { value: "NAME", help: "its name; the same if left out" },
    ends: { value: "DATE", help: "the end of its term: 2027-07-04 or a full ISO time", required: true },
    "with-students": { help: "take the students along" },
  },
  async run(values, { db, actor, course }) {
    const { timeZone } = await getSettings(db);
    const input = {
      ...{ courseId: course.id, code: values.text("to"), name: values.optional("name") },
      endsAt: parseMoment(values.text("ends"), timeZone) ?? new Date(Number.NaN),
      withStudents: values.isOn("with-students"),
    };
    const made = await db.$transaction((tx) => copyCourse(tx, actor, input));
    return {
      lines: [`Copied ${course.code} to ${input.code} with ${made.members} members.`],
      json: { courseId: made.id, accountId: made.accountId, code: input.code, members: made.members },
    };
  },
};

const studentId = { value: "ID", help: "whose", required: true } as const;

export const courseStaffAdd: Command = {
  name: "course staff add",
  summary: "Make a person, whose student ID is verified, TA or instructor of a course.",
  needs: "lead",
  options: {
    code,
    "student-id": studentId,
    role: { value: "ta|instructor", help: "ta if left out", choices: ["ta", "instructor"] },
  },
  async run(values, { db, actor, course }) {
    const role = values.optional("role") === "instructor" ? "instructor" : "ta";
    const input = { courseId: course.id, studentId: values.text("student-id"), role } as const;
    const { memberId } = await db.$transaction((tx) => addCourseStaff(tx, actor, input));
    return {
      lines: [`${input.studentId} is ${role} of ${course.code}.`],
      json: { code: course.code, studentId: input.studentId, role, memberId },
    };
  },
};

export const courseStaffRemove: Command = {
  name: "course staff remove",
  summary: "End somebody's work for a course.",
  needs: "lead",
  options: { code, "student-id": studentId },
  async run(values, { db, actor, course }) {
    const wanted = values.text("student-id").trim().toUpperCase();
    const memberId = await findStaff(db, actor, course.id, wanted);
    await db.$transaction((tx) => removeCourseStaff(tx, actor, { courseId: course.id, memberId }));
    return {
      lines: [`${wanted} is not of the staff of ${course.code} any more.`],
      json: { code: course.code, studentId: wanted },
    };
  },
};

async function findStaff(db: Db, actor: Actor, courseId: string, studentId: string): Promise<string> {
  const { rows } = await listCourseMembers(db, actor, courseId, { search: studentId, pageSize: 200 });
  const member = rows.find((each) => each.studentId === studentId && each.role !== "student");
  if (member !== undefined) return member.id;
  throw new CliError({
    zh: `${studentId} 不是这门课的助教或教师。`,
    en: `${studentId} is not of the staff of this course.`,
  });
}
