import { AppError, newId, parseStudentId, personNameSchema } from "@lyceum/domain";
import type { MemberChange, MemberRow } from "./course-member-changes.ts";
import { courseRefusal } from "./course-roles.ts";

/** One person of a roster. What is null or left out stays as the course has it. */
export type RosterRow = {
  readonly studentId: string;
  /** The ID that the course has this student under, mistyped: it becomes the one above. Only as long as nobody has proven it. */
  readonly insteadOf?: string | undefined;
  /** Of somebody new, if left out: the student ID. */
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly section?: string | null | undefined;
};

/** `changed`: other name, e-mail or section, or back after having left. `gone`: in the course and not in the file. */
export type RosterCounts = { readonly added: number; readonly changed: number; readonly gone: number };

/** More than any course has. */
export const MAX_ROSTER_ROWS = 20_000;

/** How many join, change and leave. */
export function countChanges(changes: readonly MemberChange[]): RosterCounts {
  const count = (...kinds: MemberChange["kind"][]) => changes.filter((each) => kinds.includes(each.kind)).length;
  return { added: count("joined"), changed: count("changed", "back"), gone: count("left") };
}

type CleanRow = {
  studentId: string;
  insteadOf: string | null;
  name: string | null;
  email: string | null;
  section: string | null;
};

/** The rows as they are kept. Throws `invalid_request` naming the first that is wrong. */
export function readRows(rows: readonly RosterRow[]): CleanRow[] {
  if (rows.length > MAX_ROSTER_ROWS) {
    throw courseRefusal(`名单最多 ${MAX_ROSTER_ROWS} 行。`, `a roster has at most ${MAX_ROSTER_ROWS} rows.`);
  }
  const places = new Map<string, number>();
  return rows.map((row, place) => {
    const at = place + 1;
    const studentId = readStudentId(row.studentId, at);
    const first = places.get(studentId);
    if (first !== undefined) {
      throw courseRefusal(
        `第 ${at} 行与第 ${first} 行的学号 ${studentId} 重复。`,
        `row ${at} has the student ID ${studentId} of row ${first} again.`,
      );
    }
    places.set(studentId, at);
    const name = personNameSchema.nullish().safeParse(row.name);
    if (!name.success) {
      throw courseRefusal(`第 ${at} 行的姓名应为 1 到 64 个字符。`, `row ${at}: a name has 1 to 64 characters.`);
    }
    return {
      studentId,
      insteadOf: row.insteadOf === undefined ? null : readStudentId(row.insteadOf, at),
      name: name.data ?? null,
      email: readText(row.email, at, "邮箱", "e-mail address"),
      section: readText(row.section, at, "班级", "section"),
    };
  });
}

function readStudentId(text: string, at: number): string {
  try {
    return parseStudentId(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw courseRefusal(`第 ${at} 行：${error.sentence("zh")}`, `row ${at}: ${error.sentence("en")}`);
  }
}

function readText(text: string | null | undefined, at: number, zh: string, en: string): string | null {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return null;
  if (trimmed.length <= 200 && /^[^\p{Cc}\p{Cs}]*$/u.test(trimmed)) return trimmed;
  throw courseRefusal(`第 ${at} 行的${zh}超过 200 个字符或含控制字符。`, `row ${at}: the ${en} is not a short line.`);
}

/** The member whose ID a row corrects. Throws `invalid_request` where it can't be. */
function requireCorrectable(
  byId: ReadonlyMap<string, MemberRow>,
  insteadOf: string,
  { studentId }: CleanRow,
): MemberRow {
  const member = byId.get(insteadOf);
  if (member?.role === "student" && member.state === "active" && member.userId === null && !byId.has(studentId)) {
    return member;
  }
  throw courseRefusal(
    `学号 ${insteadOf} 不能改成 ${studentId}：前一个已经核实、不在课程里，或后一个已在课程里。请选“另一人”。`,
    `the student ID ${insteadOf} can't become ${studentId}: it is proven or not in the course, or the other one is in it already. Say that they are two people.`,
  );
}

/** What a roster changes among these members. */
export function differences(
  members: readonly MemberRow[],
  rows: readonly CleanRow[],
  stays: ReadonlySet<string>,
): MemberChange[] {
  const byId = new Map(members.map((member) => [member.studentId, member]));
  const listed = new Set(rows.map((row) => row.insteadOf ?? row.studentId));
  const changes: MemberChange[] = [];
  for (const row of rows) {
    const before = row.insteadOf === null ? byId.get(row.studentId) : requireCorrectable(byId, row.insteadOf, row);
    if (before === undefined) {
      const { insteadOf: _, ...facts } = row;
      const after = {
        ...facts,
        id: newId(),
        name: row.name ?? row.studentId,
        role: "student",
        state: "active",
        userId: null,
      } as const;
      changes.push({ kind: "joined", before: null, after });
      continue;
    }
    if (before.role !== "student") continue;
    // An address in other letters of the same is the same.
    const isSame = row.email === null || row.email.toLowerCase() === before.email?.toLowerCase();
    const email = isSame ? before.email : row.email;
    const section = row.section ?? before.section;
    const { studentId } = row;
    const after = { ...before, studentId, name: row.name ?? before.name, email, section, state: "active" } as const;
    if (before.state === "left") changes.push({ kind: "back", before, after });
    else if (
      before.studentId !== studentId ||
      before.name !== after.name ||
      before.email !== email ||
      before.section !== section
    ) {
      changes.push({ kind: "changed", before, after });
    }
  }
  for (const before of members) {
    if (
      before.role !== "student" ||
      before.state !== "active" ||
      listed.has(before.studentId) ||
      stays.has(before.id)
    ) {
      continue;
    }
    changes.push({ kind: "left", before, after: { ...before, state: "left" } });
  }
  return changes;
}
