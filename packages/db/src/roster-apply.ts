import { AppError, formatAmount, newId, parseStudentId, personNameSchema } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { type MemberChange, type MemberRow, readMembers, writeMembers } from "./course-member-changes.ts";
import { courseRefusal, lockCourse } from "./course-roles.ts";

/** One person of a roster. What is null or left out stays as the course has it. */
export type RosterRow = {
  readonly studentId: string;
  /** Of somebody new, if left out: the student ID. */
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly section?: string | null | undefined;
};

/** `changed`: other name, e-mail or section, or back after having left. `gone`: in the course and not in the file. */
export type RosterCounts = { readonly added: number; readonly changed: number; readonly gone: number };

export type RosterInput = {
  readonly courseId: string;
  readonly rows: readonly RosterRow[];
  readonly fileName: string;
  /** Of the file, for the record. */
  readonly digest: string;
  /** The file is only a part of the course: nobody leaves. */
  readonly keepMissing?: boolean | undefined;
  /** Members who stay though no row names them: those whom a bad row seems to mean. */
  readonly heldIds?: readonly string[] | undefined;
  /** What the preview showed: the import is refused where the course has changed since. */
  readonly expected?: RosterCounts | undefined;
};

export type RosterApplied = RosterCounts & {
  /** Null: nothing was to be changed, and nothing was written. */
  readonly importId: string | null;
  /** Rows that the course had already, just so. */
  readonly known: number;
  /** Freed in the pool: what had waited for people who left. */
  readonly releasedNanos: bigint;
};

/** More than any course has. */
export const MAX_ROSTER_ROWS = 20_000;

/**
 * Brings a course's students to a roster, in one transaction; staff stay as they are, money that was granted too. The difference is taken anew under
 * the course's lock, so the same rows again change nothing. Throws `not_found`, `invalid_request` naming the row that is wrong, or where the
 * course is not as the preview showed it.
 */
export async function applyRoster(tx: Tx, actor: Actor, input: RosterInput): Promise<RosterApplied> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  const rows = readRows(input.rows);
  const members = await readMembers(tx, course.id);
  const stays = new Set(input.keepMissing ? members.map((member) => member.id) : input.heldIds);
  const changes = differences(members, rows, stays);
  const count = (...kinds: MemberChange["kind"][]) => changes.filter((each) => kinds.includes(each.kind)).length;
  const counts = { added: count("joined"), changed: count("changed", "back"), gone: count("left") };
  const { expected } = input;
  if (
    expected !== undefined &&
    (expected.added !== counts.added || expected.changed !== counts.changed || expected.gone !== counts.gone)
  ) {
    throw courseRefusal(
      "名单预览之后课程成员有变动，请重新预览。没有改动。",
      "the course has changed since the preview; look at it again. Nothing was changed.",
    );
  }
  const known = rows.length - counts.added - counts.changed;
  if (changes.length === 0) return { ...counts, known, importId: null, releasedNanos: 0n };
  const importId = newId();
  const { fileName, digest } = input;
  await tx.rosterImport.create({
    data: {
      ...{ id: importId, courseId: course.id, actorId: actor.id, actorName: actor.name, fileName, digest },
      ...{ ...counts, rows: rows.length },
    },
    select: { id: true },
  });
  const releasedNanos = await writeMembers(tx, actor, course, await withOwners(tx, changes), importId);
  await writeAudit(tx, actor, {
    action: "course.import-roster",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: { import: importId, file: fileName, digest, ...counts, known, released: formatAmount(releasedNanos) },
  });
  return { ...counts, known, importId, releasedNanos };
}

type CleanRow = { studentId: string; name: string | null; email: string | null; section: string | null };

/** The rows as they are kept. Throws `invalid_request` naming the first that is wrong. */
function readRows(rows: readonly RosterRow[]): CleanRow[] {
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
  if (trimmed.length <= 200 && /^[^\p{Cc}]*$/u.test(trimmed)) return trimmed;
  throw courseRefusal(`第 ${at} 行的${zh}超过 200 个字符或含控制字符。`, `row ${at}: the ${en} is not a short line.`);
}

function differences(
  members: readonly MemberRow[],
  rows: readonly CleanRow[],
  stays: ReadonlySet<string>,
): MemberChange[] {
  const byId = new Map(members.map((member) => [member.studentId, member]));
  const listed = new Set(rows.map((row) => row.studentId));
  const changes: MemberChange[] = [];
  for (const row of rows) {
    const before = byId.get(row.studentId);
    if (before === undefined) {
      const after = {
        ...row,
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
    const after = { ...before, name: row.name ?? before.name, email, section, state: "active" } as const;
    if (before.state === "left") changes.push({ kind: "back", before, after });
    else if (before.name !== after.name || before.email !== email || before.section !== section) {
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

/**
 * Makes newcomers of those who have proven their ID. Their rows are locked until the commit: whoever proves an ID meanwhile waits, and then finds
 * the member.
 */
async function withOwners(tx: Tx, changes: readonly MemberChange[]): Promise<MemberChange[]> {
  const ids = changes.filter((each) => each.after.userId === null).map((each) => each.after.studentId);
  const owners = await tx.$queryRaw<
    { id: string; studentId: string; isProven: boolean }[]
  >`select id, student_id as "studentId", verified_at is not null as "isProven" from app_user
    where student_id = any(${ids}::text[]) order by id for share`;
  const proven = new Map(owners.filter((owner) => owner.isProven).map((owner) => [owner.studentId, owner.id]));
  return changes.map((change) => {
    const userId = change.after.userId ?? proven.get(change.after.studentId) ?? null;
    return { ...change, after: { ...change.after, userId } };
  });
}
