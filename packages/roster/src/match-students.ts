import type { KnownStudent } from "./diff-roster.ts";
import type { RosterRow } from "./rows/roster-row.ts";
import { isTypingError } from "./typing-error.ts";

export type DiffIndex = { readonly byId: ReadonlyMap<string, KnownStudent> };
export type Matches = {
  readonly rows: ReadonlyMap<RosterRow, KnownStudent>;
  readonly students: ReadonlySet<KnownStudent>;
};

export function indexKnown(known: readonly KnownStudent[]): DiffIndex {
  return {
    byId: new Map(known.flatMap((student) => (student.studentId === null ? [] : [[student.studentId, student]]))),
  };
}

export function matchById(rows: readonly RosterRow[], index: DiffIndex): Matches {
  return collect(rows, (row) => (row.studentId === null ? undefined : index.byId.get(row.studentId)));
}

/**
 * By addresses that stand once in the file and once among the students who are still free. Those matched by ID are taken out before, so that a
 * second import of the same file, when their addresses are the file's, sees the same.
 */
export function matchByEmail(
  rows: readonly RosterRow[],
  free: readonly KnownStudent[],
  all: readonly RosterRow[],
): Matches {
  const inFile = countBy(all, (row) => row.email);
  const inCourse = countBy(free, (student) => student.email?.toLowerCase() ?? null);
  const byEmail = new Map(free.map((student) => [student.email?.toLowerCase(), student]));
  return collect(rows, ({ email }) =>
    email !== null && inFile.get(email) === 1 && inCourse.get(email) === 1 ? byEmail.get(email) : undefined,
  );
}

/**
 * Rows whose ID nobody has, and students whom nothing else names, who have the same name, the same address or section, and IDs that a slip of the
 * fingers makes of one another. Whoever could be meant twice is not.
 */
export function matchCorrected(rows: readonly RosterRow[], free: readonly KnownStudent[]): Matches {
  const byName = Map.groupBy(
    free.filter(({ name }) => name !== null),
    ({ name }) => name,
  );
  const meant = new Map(
    rows.map((row) => [row, (byName.get(row.name) ?? []).filter((student) => isCorrected(row, student))] as const),
  );
  const times = countBy([...meant.values()].flat(), ({ id }) => id);
  return collect(rows, (row) => {
    const [student, another] = meant.get(row) ?? [];
    return student !== undefined && another === undefined && times.get(student.id) === 1 ? student : undefined;
  });
}

function isCorrected(row: RosterRow, student: KnownStudent): boolean {
  if (row.studentId === null || student.studentId === null) return false;
  const isAlike =
    (row.email !== null && row.email === student.email?.toLowerCase()) ||
    (row.section !== null && row.section === student.section);
  return isAlike && isTypingError(row.studentId, student.studentId);
}

function collect(rows: readonly RosterRow[], find: (row: RosterRow) => KnownStudent | undefined): Matches {
  const found = rows.flatMap((row) => {
    const student = find(row);
    return student === undefined ? [] : [[row, student] as const];
  });
  return { rows: new Map(found), students: new Set(found.map(([, student]) => student)) };
}

function countBy<T>(items: readonly T[], key: (item: T) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const value = key(item);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
