import { type DiffIndex, indexKnown, matchByEmail, matchById, matchCorrected } from "./match-students.ts";
import { problem } from "./problems.ts";
import { isBad, type RosterRow } from "./rows/roster-row.ts";

/** A student as the course has them. `state: "left"`: kept, but without access. */
export type KnownStudent = {
  readonly id: string;
  /** Normalised (`parseStudentId`); null for somebody known by e-mail only. */
  readonly studentId: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly section: string | null;
  readonly state: "active" | "left";
};

export type ComparedField = "studentId" | "name" | "email" | "section" | "state";
export type FieldChange = { readonly field: ComparedField; readonly from: string | null; readonly to: string | null };

export type MatchedRow = {
  readonly row: RosterRow;
  readonly student: KnownStudent;
  /** "correction": another ID, which only a typing error parts from the student's. */
  readonly matchedBy: "studentId" | "email" | "correction";
};
/** `needsConfirmation`: not matched by ID; a person has to say that it is the same student before anything changes. */
export type ChangedRow = MatchedRow & { readonly changes: readonly FieldChange[]; readonly needsConfirmation: boolean };
export type HeldStudent = { readonly student: KnownStudent; readonly row: number };

export type RosterDiff = {
  /** Always with a student ID, in the order of the file like all lists of rows here. */
  readonly new: readonly RosterRow[];
  readonly known: readonly MatchedRow[];
  readonly changed: readonly ChangedRow[];
  /** Active students that the file doesn't name, by student ID: kept, their access ends. */
  readonly gone: readonly KnownStudent[];
  /** Students whom only a bad row seems to name: they stay as they are until it is mended. */
  readonly held: readonly HeldStudent[];
  readonly bad: readonly RosterRow[];
  /** False while a bad row could be anybody: then somebody may be in `gone` only because their row can't be read. */
  readonly goneIsSure: boolean;
  readonly counts: Readonly<Record<"new" | "known" | "changed" | "gone" | "held" | "bad" | "toConfirm", number>>;
};

export type DiffOptions = {
  /** Rows of which a person said that they aren't the student whom they match. */
  readonly notSame?: ReadonlySet<number>;
  /** Look for IDs that were corrected: for whom a person can ask. Else such a row is somebody new, and the student is gone. */
  readonly offerCorrections?: boolean;
};

/**
 * What a roster would change in a course. Students are matched by student ID, else by an e-mail address that is unique on both sides. A blank
 * cell never erases what is known. Once applied, the same file gives no new, changed and gone.
 */
export function diffRoster(
  rows: readonly RosterRow[],
  known: readonly KnownStudent[],
  { notSame = new Set(), offerCorrections = false }: DiffOptions = {},
): RosterDiff {
  const counted = rows.filter((row) => row.mergedInto === undefined);
  const index = indexKnown(known);
  const good = counted.filter((row) => !isBad(row));
  const byId = matchById(good, index);
  const bad = counted.filter(isBad);
  const held = new Map<KnownStudent, number>();
  for (const row of bad) holdById(row, index, byId, held);
  const free = known.filter((student) => !byId.students.has(student) && !held.has(student));
  const open = good.filter((row) => !byId.rows.has(row) && !notSame.has(row.row));
  const corrected = matchCorrected(
    offerCorrections ? open : [],
    free.filter(({ state }) => state === "active"),
  );
  const byEmail = matchByEmail(
    open.filter((row) => !corrected.rows.has(row)),
    free.filter((student) => !corrected.students.has(student)),
    counted,
  );
  const matched = good.flatMap((row): MatchedRow[] => {
    const student = byId.rows.get(row);
    if (student !== undefined) return [{ row, student, matchedBy: "studentId" }];
    const meant = corrected.rows.get(row);
    if (meant !== undefined) return [{ row, student: meant, matchedBy: "correction" }];
    const alike = byEmail.rows.get(row);
    return alike === undefined ? [] : [{ row, student: alike, matchedBy: "email" }];
  });
  const unmatched = good.filter((row) => ![byId, corrected, byEmail].some(({ rows }) => rows.has(row)));
  const nobody = unmatched.filter((row) => row.studentId === null).map(withoutStudent);
  const allBad = [...bad, ...nobody].sort((a, b) => a.row - b.row);
  const taken = new Set([...byId.students, ...corrected.students, ...byEmail.students]);
  const goneIsSure = hold(allBad, known, taken, held);
  const compared = matched.map((match) => ({ ...match, changes: changesOf(match) }));
  const parts = {
    new: unmatched.filter((row) => row.studentId !== null),
    known: compared.filter(({ changes }) => changes.length === 0).map(({ changes: _, ...match }) => match),
    changed: compared
      .filter(({ changes }) => changes.length > 0)
      .map((match) => ({ ...match, needsConfirmation: match.matchedBy !== "studentId" })),
    gone: known
      .filter((student) => student.state === "active" && !taken.has(student) && !held.has(student))
      .sort((a, b) => order(a.studentId ?? "", b.studentId ?? "") || order(a.id, b.id)),
    held: [...held]
      .map(([student, row]) => ({ student, row }))
      .sort((a, b) => a.row - b.row || order(a.student.id, b.student.id)),
    bad: allBad,
  };
  return { ...parts, goneIsSure, counts: countsOf(parts) };
}

function countsOf(parts: Omit<RosterDiff, "counts" | "goneIsSure">): RosterDiff["counts"] {
  return {
    new: parts.new.length,
    known: parts.known.length,
    changed: parts.changed.length,
    gone: parts.gone.length,
    held: parts.held.length,
    bad: parts.bad.length,
    toConfirm: parts.changed.filter(({ needsConfirmation }) => needsConfirmation).length,
  };
}

/** The course after the diff: for previews, and for tests of what is written. E-mail matches count where a person confirmed their row. */
export function applyDiff(
  known: readonly KnownStudent[],
  diff: RosterDiff,
  { confirmed, newId }: { readonly confirmed: ReadonlySet<number>; readonly newId: (row: RosterRow) => string },
): KnownStudent[] {
  const next = new Map(known.map((student) => [student.id, student]));
  for (const { student, changes, needsConfirmation, row } of diff.changed) {
    if (needsConfirmation && !confirmed.has(row.row)) continue;
    next.set(student.id, { ...student, ...Object.fromEntries(changes.map(({ field, to }) => [field, to])) });
  }
  for (const student of diff.gone) next.set(student.id, { ...student, state: "left" });
  for (const row of diff.new) {
    const { studentId, name, email, section } = row;
    const id = newId(row);
    next.set(id, { id, studentId, name, email, section, state: "active" });
  }
  return [...next.values()];
}

function changesOf({ row, student }: MatchedRow): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of ["studentId", "name", "email", "section"] as const) {
    const to = row[field];
    const from = student[field];
    const before = field === "email" ? (from?.toLowerCase() ?? null) : from;
    if (to !== null && to !== before) changes.push({ field, from, to });
  }
  if (student.state === "left") changes.push({ field: "state", from: "left", to: "active" });
  return changes;
}

function withoutStudent(row: RosterRow): RosterRow {
  const said = problem("id_unknown_email", {}, { row: row.row });
  return { ...row, problems: [...row.problems, { ...said, severity: "bad", field: "studentId" }] };
}

function holdById(
  row: RosterRow,
  index: DiffIndex,
  byId: { readonly students: ReadonlySet<KnownStudent> },
  held: Map<KnownStudent, number>,
): void {
  const student = row.studentId === null ? undefined : index.byId.get(row.studentId);
  if (student !== undefined && !byId.students.has(student) && !held.has(student)) held.set(student, row.row);
}

/** Keeps whom a bad row names by e-mail or name. Returns whether every bad row has been traced to somebody, or has an ID that is nobody's. */
function hold(
  bad: readonly RosterRow[],
  known: readonly KnownStudent[],
  taken: ReadonlySet<KnownStudent>,
  held: Map<KnownStudent, number>,
): boolean {
  const named = new Map<string, KnownStudent[]>();
  for (const student of known) {
    for (const key of clues(student.name, student.email?.toLowerCase() ?? null)) {
      const list = named.get(key);
      if (list === undefined) named.set(key, [student]);
      else list.push(student);
    }
  }
  // Each clue is followed once: a name that all rows have must not cost their square.
  const followed = new Set<string>();
  let sure = true;
  for (const row of bad) {
    if (row.studentId !== null) continue;
    const found = clues(row.name, row.email).filter((key) => named.has(key));
    if (found.length === 0) sure = false;
    for (const key of found) {
      const students = followed.has(key) ? [] : (named.get(key) ?? []);
      followed.add(key);
      for (const student of students) if (!taken.has(student) && !held.has(student)) held.set(student, row.row);
    }
  }
  return sure;
}

function clues(name: string | null, email: string | null): string[] {
  return [...(name === null ? [] : [`name ${name}`]), ...(email === null ? [] : [`email ${email}`])];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
